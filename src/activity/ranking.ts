import { createHash } from 'node:crypto';
import { DAY_MS } from '../core/clock.ts';
import { FADING_EDGES, type FadingEdge, KINDS } from './kinds.ts';
import { DEFAULT_TIE_CONSTANTS, type TieConstants } from './tie.ts';

/** Everything about weighing that can be tuned. Functions take it as an argument; Cypher receives its values as parameters. */
export interface Ranking {
  /** Engagement of one activity by kind, in [0, 1]. */
  readonly weights: Readonly<Record<string, number>>;
  /** Bonus for time: `min(minutes, maxMinutes) · perMinute`. */
  readonly timeBonus: { readonly perMinute: number; readonly maxMinutes: number };
  /** Bonus for scroll: `percent / 100 · full`. */
  readonly scrollBonus: { readonly full: number };
  /** Time after which half of a signal is left, in milliseconds. */
  readonly halfLifeMs: Readonly<Record<FadingEdge, number>>;
  /** What each part of a tie between two people counts. */
  readonly ties: TieConstants;
}

/** Seed 000 fades by `e^(−0.1 · days)`, which halves every ln 2 / 0.1 = 6.93 days. */
const SEED_HALF_LIFE_MS = (Math.LN2 / 0.1) * DAY_MS;

export const DEFAULT_RANKING: Ranking = {
  weights: Object.fromEntries(KINDS.map((kind) => [kind.name, kind.weight])),
  timeBonus: { perMinute: 0.1, maxMinutes: 5 },
  scrollBonus: { full: 0.2 },
  halfLifeMs: { ENGAGED: SEED_HALF_LIFE_MS, INTERACTED: SEED_HALF_LIFE_MS, INTERESTED_IN: 30 * DAY_MS },
  ties: DEFAULT_TIE_CONSTANTS,
};

/**
 * Names the settings that a stored weight depends on. A graph folded under other settings cannot be carried on: a
 * stored sum cannot be decayed anew.
 */
export function foldFingerprint(ranking: Ranking): string {
  const weights = Object.entries(ranking.weights).sort(([a], [b]) => (a < b ? -1 : 1));
  const halfLives = FADING_EDGES.map((edge) => [edge, ranking.halfLifeMs[edge]]);
  const parts = [
    'fold-2',
    weights,
    [ranking.timeBonus.perMinute, ranking.timeBonus.maxMinutes],
    ranking.scrollBonus.full,
    halfLives,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
