import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivityInput } from '../activity/activity.ts';
import type { App } from '../app.ts';
import { DAY_MS, MINUTE_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type ImportedActivity, load } from '../import/load.ts';
import type { Friendship, Interaction } from './interactions.ts';
import { placeInTime } from './times.ts';

/** Told how far a stretch of work is. */
export type Step = (label: string, total: number) => (done: number) => void;

/** What an item of the data is in the graph. */
const ITEM = 'item';
/** Friendships have no times; they are older than what fades in days, so that only their standing counts. */
const FRIENDS_SINCE_MS = 365 * DAY_MS;
const GRAPH_TIMEOUT_MS = 20 * MINUTE_MS;
const LOOK_MS = 200;
const SOURCE = 'import:evaluation';

/**
 * Has these activities happen: appended to the log, and folded into the graph by the projector.
 *
 * @throws AppError `EVALUATION_INVALID` when the log refuses something, `GRAPH_BEHIND`
 */
export async function replay(app: App, activities: readonly ImportedActivity[], step: Step): Promise<void> {
  const before = app.projector.position;
  const report = await load(
    activities,
    { source: SOURCE, shiftMs: 0, onProgress: step('Appending', activities.length) },
    (submissions) => app.log.append(submissions),
  );
  const [fault] = report.faults;
  if (fault !== undefined) {
    throw new AppError('EVALUATION_INVALID', `${fault.file}: ${fault.message} (${report.faults.length} in all)`);
  }
  const onProgress = step('Folding', report.position - before);
  await fold(app, report.position, (position) => onProgress(position - before));
}

async function fold(app: App, head: number, onProgress: (done: number) => void): Promise<void> {
  app.projector.start();
  const timer = new AbortController();
  const watching = watch(() => onProgress(app.projector.position), timer.signal);
  const reached = await app.projector.waitFor(head, GRAPH_TIMEOUT_MS);
  timer.abort();
  await watching;
  onProgress(app.projector.position);
  if (!reached) {
    throw new AppError(
      'GRAPH_BEHIND',
      `The graph has not come to position ${head} in ${GRAPH_TIMEOUT_MS / MINUTE_MS} min`,
    );
  }
}

async function watch(look: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    look();
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function referenceOf(item: string): string {
  return `${ITEM}:${item}`;
}

export function itemOf(reference: string): string {
  return reference.slice(ITEM.length + 1);
}

/**
 * What happens, event by event, the newest at `now`: to take something is to like it, and a weight is minutes spent on it
 * (seed 000 counts up to five).
 */
export function likesOf(events: readonly Interaction[], now: number): ReadonlyMap<Interaction, ImportedActivity> {
  const times = placeInTime(events, now);
  return new Map(
    events.map((event, index) => {
      const input: ActivityInput = {
        id: `like-${index}`,
        user_id: event.person,
        activity_type: 'like',
        content: referenceOf(event.item),
        ...(event.weight === 1 ? {} : { duration_seconds: Math.min(event.weight, 5) * 60 }),
      };
      return [event, { at: times[index] ?? now, input }];
    }),
  );
}

/** Friends are accepted connections, each pair once, older than everything else. */
export function connectionsOf(friendships: readonly Friendship[], before: number): readonly ImportedActivity[] {
  const at = before - FRIENDS_SINCE_MS;
  const pairs = new Map(
    friendships
      .filter(([one, other]) => one !== other)
      .map(([one, other]) => (one < other ? [one, other] : [other, one]) as readonly [string, string])
      .map((pair) => [pair.join('\t'), pair]),
  );
  return [...pairs.values()].flatMap(([one, other], index) => [
    { at, input: { id: `ask-${index}`, user_id: one, activity_type: 'connection_request', target_user_id: other } },
    { at, input: { id: `accept-${index}`, user_id: other, activity_type: 'connection_accept', target_user_id: one } },
  ]);
}
