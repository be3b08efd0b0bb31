import { tuningOf } from '../evaluation/report.ts';
import { type TuneResult, tuneFeed } from '../evaluation/tune-feed.ts';
import { type CommandContext, print, withApp } from './context.ts';
import { steps } from './evaluate.ts';

export interface TuneOptions {
  readonly algorithm: string;
  /** Say what would be chosen, and change nothing. */
  readonly dryRun?: boolean;
  readonly silent?: boolean;
  readonly json?: boolean;
}

/** `tune`: chooses a feed algorithm's numbers by what people did. */
export async function runTune(context: CommandContext, options: TuneOptions): Promise<void> {
  const { algorithm, dryRun = false } = options;
  const quiet = options.silent === true || options.json === true;
  const progress = (line: string): void => void (quiet || context.err.write(`${line}\n`));
  const result = await withApp(context, (app) =>
    tuneFeed(app, { algorithm, dryRun, step: steps(context, quiet), progress }),
  );
  print(context, options.json === true ? JSON.stringify(result) : said(result));
}

function said(result: TuneResult): string {
  if ('skipped' in result) {
    return result.skipped;
  }
  const done = result.activated
    ? 'The next feed takes these numbers.'
    : result.deactivated
      ? 'Nothing is clearly better than the file: the next feed takes its numbers again.'
      : 'Nothing was changed.';
  return `${tuningOf(result)}\n${done}`;
}
