import { pruneAudit } from '../log/prune/prune.ts';
import { type CommandContext, print, withApp } from './context.ts';

/** Lets audit rows go that are older than so many days; without a number, than `PRUNE_AFTER_DAYS`. */
export async function runPrune(
  context: CommandContext,
  options: { readonly days?: number; readonly json?: boolean },
): Promise<void> {
  const pruned = await withApp(context, ({ pool, clock, config }) =>
    pruneAudit(pool, { now: clock.now(), days: options.days ?? config.pruneAfterDays }),
  );
  const { partitions, activities, position } = pruned;
  const text =
    partitions.length === 0
      ? 'Nothing is old enough.'
      : `${partitions.length} partitions went, with the audit rows of ${activities} activities${
          position === null ? '' : `; row ${position} of the log says so`
        }.`;
  print(context, options.json === true ? JSON.stringify(pruned) : text);
}
