import type { Pool } from 'pg';
import type { Reference } from '../activity/reference.ts';
import { type Bell, createBell } from '../core/bell.ts';
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/clock.ts';
import type { ActivityLog } from '../log/log.ts';
import { hidePeople, readSuppressions, visibleNow } from '../log/read/permissions.ts';
import { type FollowPorts, followLog } from './follow-log.ts';
import { interruptible } from './interruptible.ts';
import { type News, newsOf, type OpenlyDone } from './news.ts';

export const FEED_UPDATE_REASONS = {
  STARTED: 'The subscription begins: whoever was cut off reads the feed again.',
  OWN_ACTIVITY: 'The person did something that their feed is made from, or a connection of theirs began or ended.',
  CONTENT_OF_TIE: 'Somebody whom the person is tied to made or changed content that the person may see.',
  SUPPORT_OF_TIE: 'Somebody in touch with the person likes, reacts to or votes for content that the person may see.',
} as const;
type FeedUpdateReason = keyof typeof FEED_UPDATE_REASONS;

/** A person's feed may be another one now. */
export interface FeedUpdate {
  readonly person: string;
  /** The graph has the log up to here: a feed that is read now, by any process that was told so, is made from it. */
  readonly position: number;
  readonly reasons: readonly FeedUpdateReason[];
}

export interface FeedUpdates {
  /**
   * Tells when the graph has got something that a person's feed is made from: at once, and then at most once a second. The
   * first update comes at once with the reason STARTED.
   *
   * @throws AppError `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
   */
  subscribe(person: string): Promise<AsyncIterableIterator<FeedUpdate>>;
  close(): Promise<void>;
}

interface Tie {
  readonly person: string;
  /** Whether what they openly stand by speaks for content. */
  readonly witness: boolean;
}

export interface FeedUpdatesPorts extends Pick<FollowPorts, 'logger' | 'pollMs'> {
  readonly pool: Pool;
  readonly log: Pick<ActivityLog, 'head' | 'listen' | 'readFoldRows'>;
  /** How far the graph is, and whether it has a position within the time. */
  readonly projection: { readonly position: number; waitFor(position: number, timeoutMs: number): Promise<boolean> };
  /** Whose doing a person's feed is made of. */
  readonly tiesOf: (person: string) => Promise<readonly Tie[]>;
  readonly clock: Clock;
  /** Least time between two updates of one subscription, in milliseconds. */
  readonly paceMs?: number;
}

const PACE_MS = SECOND_MS;
/**
 * Before something is told by ties that were read longer ago, they are read again: with time somebody is a tie no more.
 * Who becomes one does so by what the person does or is connected with, or because they are blocked no more; then they
 * are read at once.
 */
const TIES_KEPT_MS = MINUTE_MS;
const BATCH = 1_000;
/** Whoever listens first while the graph is further behind than this is not told of what is before. */
const MOST_BEHIND = 20_000;
/** So much that others did is looked at for one update. */
const MOST_OPENLY_DONE = 100;
const GRAPH_PATIENCE_MS = SECOND_MS;

interface Subscriber {
  /** By the id that they have now. */
  person: string;
  readonly bell: Bell;
  ties: Map<string, Tie>;
  /** When they were read, by `performance.now()`. */
  tiesAt: number;
  /** What is to be told: not yet looked at whether the person may see what others did. */
  position: number;
  own: boolean;
  /** Whether somebody blocked them, or does not any more. */
  turned: boolean;
  openlyDone: readonly OpenlyDone[];
}

export function createFeedUpdates(ports: FeedUpdatesPorts): FeedUpdates {
  const { log, logger, projection, paceMs = PACE_MS } = ports;
  const subscribers = new Set<Subscriber>();
  const following = followLog({
    ...ports,
    idle: () => subscribers.size === 0,
    beginAt: (head) => Math.max(Math.min(projection.position, head), head - MOST_BEHIND),
    tell,
  });

  async function tell(from: number, _head: number, stop: AbortSignal): Promise<number> {
    const rows = await log.readFoldRows(from, BATCH);
    const last = rows.at(-1);
    if (last === undefined) {
      return from;
    }
    const news = newsOf(rows);
    while (!stop.aborted && !(await projection.waitFor(last.position, GRAPH_PATIENCE_MS))) {
      // The graph is away or far behind; there is nothing to tell before it is back.
    }
    if (!stop.aborted) {
      subscribers.forEach((subscriber) => void note(subscriber, news, last.position));
    }
    return last.position;
  }

  async function loadTies(subscriber: Subscriber): Promise<void> {
    const ties = await ports.tiesOf(subscriber.person);
    subscriber.ties = new Map(ties.map((tie) => [tie.person, tie]));
    subscriber.tiesAt = performance.now();
  }

  async function* read(subscriber: Subscriber): AsyncGenerator<FeedUpdate> {
    const { bell } = subscriber;
    yield { person: subscriber.person, position: projection.position, reasons: ['STARTED'] };
    let toldAt = performance.now();
    while (subscribers.has(subscriber)) {
      await bell.wait(HOUR_MS);
      await bell.waitForLast(Math.max(0, toldAt + paceMs - performance.now()));
      const { person, own, turned, openlyDone, position } = subscriber;
      Object.assign(subscriber, NOTHING_NEW);
      try {
        const old = performance.now() - subscriber.tiesAt >= TIES_KEPT_MS;
        if (own || turned || (old && openlyDone.length > 0)) {
          await loadTies(subscriber);
        }
        const seen = await visibleTo(ports, person, doneByTies(subscriber, openlyDone));
        const reasons = reasonsOf(own, seen);
        if (reasons.length > 0 && subscribers.has(subscriber)) {
          yield { person, position, reasons };
          toldAt = performance.now();
        }
      } catch (error) {
        logger.warn({ err: error }, 'a feed update could not be told; trying again');
        const ifSo = (whether: boolean) => new Set(whether ? [subscriber.person] : []);
        note(subscriber, { own: ifSo(own), renamed: [], openlyDone, turnedFrom: ifSo(turned) }, position);
        await bell.waitForLast(paceMs);
      }
    }
  }

  return {
    async subscribe(person) {
      const bell = createBell();
      const subscriber: Subscriber = { person, bell, ties: new Map(), tiesAt: 0, position: 0, ...NOTHING_NEW };
      subscribers.add(subscriber);
      try {
        await loadTies(subscriber);
      } catch (error) {
        subscribers.delete(subscriber);
        throw error;
      }
      following.wake();
      return interruptible(read(subscriber), () => leave(subscriber));
    },
    async close() {
      [...subscribers].forEach(leave);
      await following.close();
    },
  };

  function leave(subscriber: Subscriber): void {
    subscribers.delete(subscriber);
    subscriber.bell.ringLast();
  }
}

const NOTHING_NEW: Pick<Subscriber, 'own' | 'turned' | 'openlyDone'> = { own: false, turned: false, openlyDone: [] };

function note(subscriber: Subscriber, news: News, position: number): void {
  for (const { from, to } of news.renamed) {
    // Both are among those whose edges changed: their ties are read again.
    subscriber.person = from === subscriber.person ? to : subscriber.person;
    const tie = subscriber.ties.get(from);
    if (tie !== undefined) {
      subscriber.ties.set(to, tie);
    }
  }
  if (news.turnedFrom.has(subscriber.person)) {
    subscriber.turned = true;
    subscriber.bell.ring();
  }
  const own = news.own.has(subscriber.person);
  // Whether they are a witness is looked at when it is told: who opted out may be one again.
  const openlyDone = news.openlyDone.filter(({ by }) => by !== subscriber.person && subscriber.ties.has(by));
  if (own || openlyDone.length > 0) {
    subscriber.own ||= own;
    subscriber.openlyDone = newest(subscriber, [...subscriber.openlyDone, ...openlyDone]);
    subscriber.position = Math.max(subscriber.position, position);
    subscriber.bell.ring();
  }
}

/** What will not be told unless somebody has opted in again crowds out nothing that will. */
function newest(subscriber: Subscriber, openlyDone: readonly OpenlyDone[]): readonly OpenlyDone[] {
  const told = doneByTies(subscriber, openlyDone);
  const others = openlyDone.filter((one) => !told.includes(one));
  return [...others.slice(-MOST_OPENLY_DONE), ...told.slice(-MOST_OPENLY_DONE)];
}

function doneByTies({ ties }: Subscriber, openlyDone: readonly OpenlyDone[]): readonly OpenlyDone[] {
  return openlyDone.filter(({ by, made }) => {
    const tie = ties.get(by);
    return tie !== undefined && (made || tie.witness);
  });
}

/** What of it the person may see, and did not keep out of their feed. */
async function visibleTo(
  { pool, clock }: FeedUpdatesPorts,
  person: string,
  openlyDone: readonly OpenlyDone[],
): Promise<readonly OpenlyDone[]> {
  if (openlyDone.length === 0) {
    return [];
  }
  const references = [...new Set(openlyDone.map(({ content }): Reference => content))];
  const visible = await visibleNow(pool, person, references);
  const suppressions = await readSuppressions(pool, person);
  const hidden = hidePeople(suppressions, clock.now());
  return openlyDone.filter(({ by, content }) => {
    const author = visible.get(content)?.authorId ?? null;
    const shown = visible.has(content) && author !== person && !suppressions.content.has(content);
    return shown && !hidden.has(by) && (author === null || !hidden.has(author));
  });
}

function reasonsOf(own: boolean, openlyDone: readonly OpenlyDone[]): readonly FeedUpdateReason[] {
  return [
    ...(own ? (['OWN_ACTIVITY'] as const) : []),
    ...(openlyDone.some(({ made }) => made) ? (['CONTENT_OF_TIE'] as const) : []),
    ...(openlyDone.some(({ made }) => !made) ? (['SUPPORT_OF_TIE'] as const) : []),
  ];
}
