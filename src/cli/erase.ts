import { AppError } from '../core/errors.ts';
import { type CommandContext, print, withApp } from './context.ts';

/** Erases a person from every store. @throws AppError `GRAPH_BEHIND` when it could not be brought to its end now. */
export async function runErase(
  context: CommandContext,
  options: { readonly user: string; readonly json?: boolean },
): Promise<void> {
  const erasure = await withApp(context, async (app) => {
    await app.prepareGraph();
    // Where a server runs, its projector does the work and this one only follows it.
    app.projector.start();
    return await app.eraser.erase(options.user);
  });
  const { status, logRows, auditRows, position } = erasure;
  const text =
    position === null
      ? 'Nothing of that person was in the log.'
      : `${logRows} rows of the log and ${auditRows} audit rows were cleared; the rows up to ${position} say so.`;
  print(context, options.json === true ? JSON.stringify(erasure) : text);
  if (status === 'pending') {
    throw new AppError(
      'GRAPH_BEHIND',
      'The erasure is not over: the graph does not have it yet. Activities of the person are refused already; the job erasures goes on.',
    );
  }
}
