import { AppError } from '../core/errors.ts';
import { verifyLog } from '../log/chain/verify.ts';
import { type CommandContext, print, withApp } from './context.ts';

const SHOWN_PROBLEMS = 50;

/** Recomputes every commitment and the chain of the log. @throws AppError `LOG_TAMPERED` when something differs. */
export async function runVerify(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const { rows, head, problems } = await withApp(context, ({ pool }) => verifyLog(pool));
  if (options.json === true) {
    print(context, JSON.stringify({ rows, head, problems }));
  } else {
    const shown = problems.slice(0, SHOWN_PROBLEMS).map(({ position, what }) => `position ${position}: ${what}`);
    print(context, [...shown, `${rows} rows up to position ${head}: ${problems.length} problem(s).`].join('\n'));
  }
  const [first] = problems;
  if (first !== undefined) {
    throw new AppError('LOG_TAMPERED', `${problems.length} problem(s), the first at position ${first.position}.`);
  }
}
