import type { Ranking } from './ranking.ts';

/** What was measured beside the fact that something happened. */
export interface Measures {
  readonly durationSeconds: number | null;
  readonly scrollDepthPercentage: number | null;
}

/**
 * Engagement that one activity shows (seed 000, 3.2.2): the weight of its kind, plus up to .5 for five minutes of
 * time and up to .2 for scrolling to the end. Kinds that nothing is known of weigh as a view.
 */
export function engagementOf(kind: string, measures: Measures, ranking: Ranking): number {
  const weight = ranking.weights[kind] ?? 0.1;
  const minutes = Math.min((measures.durationSeconds ?? 0) / 60, ranking.timeBonus.maxMinutes);
  const scrolled = (measures.scrollDepthPercentage ?? 0) / 100;
  return weight + minutes * ranking.timeBonus.perMinute + scrolled * ranking.scrollBonus.full;
}
