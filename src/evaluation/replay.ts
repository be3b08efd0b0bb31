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

export interface ReplayedData {
  readonly training: readonly Interaction[];
  readonly friendships: readonly Friendship[];
}

/**
 * Has everything happen that is in the data: appended to the log, and folded into the graph by the projector. What was
 * taken is a like of it, a weight is minutes spent on it (seed 000 counts up to five); friends are accepted connections.
 * The newest event is at the clock's now.
 *
 * @throws AppError `EVALUATION_INVALID` when the log refuses something, `GRAPH_BEHIND`
 */
export async function replay(app: App, data: ReplayedData, step: Step): Promise<void> {
  const activities = activitiesOf(data, app.clock.now());
  const report = await load(
    activities,
    { source: SOURCE, shiftMs: 0, onProgress: step('Appending', activities.length) },
    (submissions) => app.log.append(submissions),
  );
  const [fault] = report.faults;
  if (fault !== undefined) {
    throw new AppError('EVALUATION_INVALID', `${fault.file}: ${fault.message} (${report.faults.length} in all)`);
  }
  await fold(app, report.position, step('Folding', report.position));
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

/** Everything that happens, in order of time. */
export function activitiesOf({ training, friendships }: ReplayedData, now: number): readonly ImportedActivity[] {
  const times = placeInTime(training, now);
  const likes = training.map(({ person, item, weight }, index): ImportedActivity => {
    const input: ActivityInput = {
      id: `like-${index}`,
      user_id: person,
      activity_type: 'like',
      content: referenceOf(item),
      ...(weight === 1 ? {} : { duration_seconds: Math.min(weight, 5) * 60 }),
    };
    return { at: times[index] ?? now, input };
  });
  likes.sort((a, b) => a.at - b.at);
  return [...friendsOf(friendships, Math.min(now - FRIENDS_SINCE_MS, likes[0]?.at ?? now)), ...likes];
}

function friendsOf(friendships: readonly Friendship[], at: number): ImportedActivity[] {
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
