import type { DailyEngagement } from './daily.ts';

/** Older days count nothing: at the usual half-life less than a thousandth of them would be left. */
export const SCORED_DAYS = 90;
const WEEK = 7;
/** A week must differ by so much of the one before to be more or less than that. */
const STEADY = 0.1;

/** What a person's activities of one kind add to their score. */
export interface ScorePart {
  readonly kind: string;
  readonly score: number;
  /** How many there were, less those taken back. */
  readonly activities: number;
}

/** How the engagement of the last 7 days compares with that of the 7 before; nothing of it has faded. */
interface Trend {
  readonly recent: number;
  readonly before: number;
  readonly direction: 'rising' | 'steady' | 'falling';
}

export interface EngagementScore {
  /** The sum of the parts, added in their order. */
  readonly score: number;
  /** Greatest first. */
  readonly parts: readonly ScorePart[];
  readonly activities: number;
  readonly trend: Trend;
}

/**
 * How engaged a person is: `Σ engagement of a day · 2^(−age in days / half-life)` over the last 90 days. With the seed's
 * `time_decay_factor` of 0.1 a day, the half-life is 6.93 days.
 *
 * @param today days since 1 January 1970, in UTC; its own activities count in full.
 */
export function scoreOf(
  days: readonly Pick<DailyEngagement, 'day' | 'kind' | 'activities' | 'micros'>[],
  today: number,
  halfLifeDays: number,
): EngagementScore {
  const byKind = new Map<string, ScorePart>();
  const weeks = { recent: 0, before: 0 };
  for (const { day, kind, activities, micros } of days) {
    const age = today - day;
    const engagement = micros / 1_000_000;
    const known = byKind.get(kind) ?? { kind, score: 0, activities: 0 };
    byKind.set(kind, {
      kind,
      score: known.score + engagement * 2 ** (-age / halfLifeDays),
      activities: known.activities + activities,
    });
    if (age < 2 * WEEK) {
      weeks[age < WEEK ? 'recent' : 'before'] += engagement;
    }
  }
  const parts = [...byKind.values()]
    .filter(({ score, activities }) => score !== 0 || activities !== 0)
    .sort((a, b) => b.score - a.score || (a.kind < b.kind ? -1 : 1));
  return {
    score: parts.reduce((sum, part) => sum + part.score, 0),
    parts,
    activities: parts.reduce((sum, part) => sum + part.activities, 0),
    trend: { ...weeks, direction: directionOf(weeks.recent, weeks.before) },
  };
}

function directionOf(recent: number, before: number): Trend['direction'] {
  if (Math.abs(recent - before) <= STEADY * before) {
    return 'steady';
  }
  return recent > before ? 'rising' : 'falling';
}
