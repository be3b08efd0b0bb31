import type { Pool } from 'pg';
import { type Bell, createBell } from '../core/bell.ts';
import { HOUR_MS } from '../core/clock.ts';
import { isOwnKind } from '../log/chain/clearing.ts';
import type { ActivityLog } from '../log/log.ts';
import { activitiesAfter, type StoredActivity } from '../log/read/activities.ts';
import { type FollowPorts, followLog } from './follow-log.ts';
import { interruptible } from './interruptible.ts';

/** What people did, told to whoever listens as it is recorded by any process. */
export interface RecordedActivities {
  /**
   * The activities of a person after a position, in the order of the log, each once, for as long as they are read; without
   * a position those that are recorded from now on. Whoever was cut off goes on from the position of the last one that they
   * got. What was erased is not told; of what was pruned what the log itself knows.
   *
   * @throws AppError `LOG_UNAVAILABLE`
   */
  subscribe(request: {
    readonly person: string;
    readonly after?: number | undefined;
  }): Promise<AsyncIterableIterator<StoredActivity>>;
  close(): Promise<void>;
}

export interface RecordedActivitiesPorts extends Pick<FollowPorts, 'logger' | 'pollMs'> {
  readonly pool: Pool;
  readonly log: Pick<ActivityLog, 'head' | 'listen'>;
}

/** So many rows are read at once. */
const PAGE = 200;
/** Whoever is further behind than this reads the log for themselves when they are ready. */
const MOST_KEPT = 50;
const PAUSE_MS = 1_000;

interface Subscriber {
  /** By the id that they have now. */
  person: string;
  readonly bell: Bell;
  /** What was read for all and not taken yet. */
  kept: StoredActivity[];
  /** Whether rows are being kept for them. */
  told: boolean;
  /** Hears from which position on rows are kept. */
  joined: ((position: number) => void) | undefined;
}

export function createRecordedActivities(ports: RecordedActivitiesPorts): RecordedActivities {
  const { pool } = ports;
  const subscribers = new Set<Subscriber>();
  /** How often somebody was erased: what was read before the last time is not told. */
  let erasures = 0;
  const following = followLog({ ...ports, idle: () => subscribers.size === 0, beginAt: (head) => head, tell });

  async function tell(from: number, head: number, stop: AbortSignal): Promise<number> {
    for (const subscriber of subscribers) {
      if (subscriber.joined !== undefined) {
        subscriber.told = true;
        subscriber.joined(from);
        subscriber.joined = undefined;
      }
    }
    if (from >= head || subscribers.size === 0) {
      return head;
    }
    // Those too for whom nothing is kept: what they read for themselves may be erased, and they may get another id.
    const people = [...new Set([...subscribers].map(({ person }) => person))];
    const { items, upTo } = await activitiesAfter(pool, {
      people,
      after: from,
      upTo: head,
      limit: PAGE,
      erasuresAndAliases: true,
    });
    if (!stop.aborted) {
      erasures += items.filter(({ activity_type: kind }) => isOwnKind(kind)).length;
      hand([...subscribers], items);
    }
    return upTo;
  }

  /** Waits until rows are kept for them, or they leave; from which position on. */
  function join(subscriber: Subscriber): Promise<number> {
    return new Promise((resolve) => {
      if (!subscribers.has(subscriber)) {
        resolve(0);
        return;
      }
      subscriber.joined = resolve;
      following.wake();
    });
  }

  /** What they missed. While Postgres is away they wait for it, as all others do: an error would be the end for them. */
  async function page(subscriber: Subscriber, after: number, upTo: number): ReturnType<typeof activitiesAfter> {
    while (subscribers.has(subscriber)) {
      try {
        return await activitiesAfter(pool, { people: [subscriber.person], after, upTo, limit: PAGE });
      } catch (error) {
        ports.logger.warn({ err: error, after }, 'what a subscriber missed could not be read; trying again');
        await subscriber.bell.waitForLast(ports.pollMs ?? PAUSE_MS);
      }
    }
    return { items: [], upTo };
  }

  /** What they missed up to a position. What was read before somebody was erased is not told but read again. */
  async function* missed(subscriber: Subscriber, after: number, until: number): AsyncGenerator<StoredActivity> {
    let position = after;
    while (position < until) {
      const before = erasures;
      const { items, upTo } = await page(subscriber, position, until);
      for (const item of items) {
        if (erasures !== before) {
          break;
        }
        position = item.position;
        yield item;
      }
      position = erasures === before ? upTo : position;
    }
  }

  async function* read(subscriber: Subscriber, after: number, keptFrom: number): AsyncGenerator<StoredActivity> {
    let position = after;
    for (let until = keptFrom; subscribers.has(subscriber); until = await join(subscriber)) {
      for await (const item of missed(subscriber, position, until)) {
        position = item.position;
        yield item;
      }
      position = Math.max(position, until);
      for await (const item of keptOf(subscriber, subscribers)) {
        // They may have heard of more than this process had when they came.
        if (item.position > position) {
          position = item.position;
          yield item;
        }
      }
    }
  }

  function leave(subscriber: Subscriber): void {
    subscribers.delete(subscriber);
    subscriber.joined?.(0);
    subscriber.bell.ringLast();
  }

  return {
    async subscribe({ person, after }) {
      const subscriber: Subscriber = { person, bell: createBell(), kept: [], told: false, joined: undefined };
      subscribers.add(subscriber);
      try {
        // Who follows the log waits for Postgres; who comes while it is away hears of it.
        await ports.log.head();
      } catch (error) {
        leave(subscriber);
        throw error;
      }
      const keptFrom = await join(subscriber);
      return interruptible(read(subscriber, after ?? keptFrom, keptFrom), () => leave(subscriber));
    },
    async close() {
      [...subscribers].forEach(leave);
      await following.close();
    },
  };
}

/** What was read for all, until they fall behind or leave. */
async function* keptOf(
  subscriber: Subscriber,
  subscribers: ReadonlySet<Subscriber>,
): AsyncGenerator<StoredActivity, void> {
  while (subscriber.told && subscribers.has(subscriber)) {
    const item = subscriber.kept.shift();
    if (item === undefined) {
      await subscriber.bell.wait(HOUR_MS);
    } else {
      yield item;
    }
  }
}

/**
 * Gives everybody theirs. Nothing that was erased meanwhile, or that is too much, stays in memory for those who are slow.
 * Who has another id now reads for themselves what came after that, under each of their ids.
 */
function hand(subscribers: readonly Subscriber[], items: readonly StoredActivity[]): void {
  const erased = items.some(({ activity_type: kind }) => isOwnKind(kind));
  for (const subscriber of subscribers) {
    const own = items.filter(({ user_id: person }) => person === subscriber.person);
    const renamed = rename(subscriber, items);
    if (subscriber.told) {
      subscriber.kept.push(...own);
    }
    if (renamed || subscriber.kept.length > MOST_KEPT || (erased && subscriber.kept.length > 0)) {
      subscriber.kept = [];
      subscriber.told = false;
    }
    if (own.length > 0 || erased || renamed) {
      subscriber.bell.ring();
    }
  }
}

/** Whether they got another id by these. */
function rename(subscriber: Subscriber, items: readonly StoredActivity[]): boolean {
  const { person } = subscriber;
  for (const { activity_type: kind, user_id: to, target_user_id: from } of items) {
    if (kind === 'alias' && from === subscriber.person && to !== null) {
      subscriber.person = to;
    }
  }
  return subscriber.person !== person;
}
