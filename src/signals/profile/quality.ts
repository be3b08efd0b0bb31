import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import type { Act } from './act.ts';

/** Quality indicators of a person (seed 000, 4.2). */
export interface Quality {
  readonly creationsPerWeek: number;
  /** Mean engagement that others showed with what the person made; null while they are too few to tell. */
  readonly engagementPerCreation: number | null;
  /** Share of those whom the person turned to that turned to them as well; null while there are too few to tell. */
  readonly reciprocity: number | null;
}

/** What others did with the person's newest content, by kind. */
export interface Received {
  readonly kind: string;
  readonly times: number;
  /** Sum of the minutes of each, none counted beyond the longest that counts. */
  readonly minutes: number;
  /** Sum of how far each scrolled, 1 being to the end. */
  readonly scrolled: number;
}

export interface QualityFacts {
  /** Pieces of content that the person made, and what others did with them. */
  readonly made: number;
  readonly received: readonly Received[];
  /** How many people that was. */
  readonly receivedFrom: number;
  /** How many people the person turned to, and how many of those turned to them. */
  readonly turnedTo: number;
  readonly turnedBack: number;
}

export const NO_QUALITY_FACTS: QualityFacts = {
  made: 0,
  received: [],
  receivedFrom: 0,
  turnedTo: 0,
  turnedBack: 0,
};

const WEEK_MS = 7 * DAY_MS;
/** Of fewer people a share, or a mean, would tell who of them came, even who only looked. */
const LEAST_PEOPLE = 5;
/** Said beside other content, not put before people. */
export const REMARKS: ReadonlySet<string> = new Set(['comment', 'answer', 'comment_media', 'thumbnail']);

/** Whether this made something that others may come to see. */
export function isCreation({ kind, type }: Act): boolean {
  return (kind === 'create' && !REMARKS.has(type ?? '')) || kind === 'vibe_creation';
}

/**
 * @param windowMs - how long a time the acts are from; less than a week counts as a week.
 */
export function qualityOf(acts: readonly Act[], facts: QualityFacts, windowMs: number, ranking: Ranking): Quality {
  const weeks = Math.max(windowMs, WEEK_MS) / WEEK_MS;
  return {
    creationsPerWeek: acts.filter(isCreation).length / weeks,
    engagementPerCreation:
      facts.made === 0 || facts.receivedFrom < LEAST_PEOPLE
        ? null
        : engagementReceived(facts.received, ranking) / facts.made,
    reciprocity: facts.turnedTo < LEAST_PEOPLE ? null : facts.turnedBack / facts.turnedTo,
  };
}

/** The engagement of all of them (`engagementOf`), from sums: it is linear in time and scroll. */
function engagementReceived(received: readonly Received[], ranking: Ranking): number {
  return received.reduce(
    (sum, { kind, times, minutes, scrolled }) =>
      sum +
      times * (ranking.weights[kind] ?? 0) +
      minutes * ranking.timeBonus.perMinute +
      scrolled * ranking.scrollBonus.full,
    0,
  );
}
