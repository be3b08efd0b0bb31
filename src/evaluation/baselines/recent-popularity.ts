import { DAY_MS, SECOND_MS } from '../../core/clock.ts';
import type { Baseline } from './baseline.ts';

const HALF_LIFE_SECONDS = (30 * DAY_MS) / SECOND_MS;

/** To everybody what was taken most of late: each event counts half after 30 days. */
export const recentPopularity: Baseline = {
  name: 'popularity of the last days',
  fit({ items, interactions }) {
    const newest = interactions.reduce((latest, { at }) => Math.max(latest, at), 0);
    if (interactions.every(({ at }) => at === newest)) {
      return null;
    }
    const scores = new Float64Array(items.length);
    for (const { item, at } of interactions) {
      scores[item] = (scores[item] ?? 0) + 2 ** ((at - newest) / HALF_LIFE_SECONDS);
    }
    return () => scores;
  },
};
