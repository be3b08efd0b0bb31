import { z } from 'zod';
import { DAY_MS, HOUR_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import type { Source } from './source.ts';

const query = defineQuery({
  name: 'feed/trending',
  mode: 'read',
  params: z.object({
    now: z.number(),
    since: z.number(),
    halfLifeMs: z.number(),
    scan: z.number(),
    minimumPeople: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({
    content: z.string(),
    people: z.number(),
    observed: z.number(),
    firstOfThem: z.number(),
    engagers: z.number(),
    madeAt: z.number().nullable(),
  }),
});

/** At most this many of the newest engagements are read, so that the question costs the same on any graph. */
const SCAN = 2_000;
const WINDOW_MS = DAY_MS;
const HALF_LIFE_MS = 4 * HOUR_MS;
const MINIMUM_PEOPLE = 3;
const MOST_FINDS = 50;

/** What clearly more people than usual turn to now. */
export const trending: Source = {
  name: 'trending',
  needs: 'nothing',
  async find({ tx, now, excludedTypes }) {
    const rows = await tx.run(query, {
      now,
      since: now - WINDOW_MS,
      halfLifeMs: HALF_LIFE_MS,
      scan: SCAN,
      minimumPeople: MINIMUM_PEOPLE,
      excludedTypes: [...excludedTypes],
      limit: MOST_FINDS,
    });
    return rows
      .map(({ content, people, observed, firstOfThem, engagers, madeAt }) => {
        const burst = burstOf(observed, engagers, now - (madeAt ?? firstOfThem));
        return { content, score: burst, trend: { people, since: firstOfThem, burst } };
      })
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.content < b.content ? -1 : 1));
  },
};

/** A thing younger than this has no usual rate of its own yet and is held against the rate of a thing this old. */
const USUAL_AGE_MS = 7 * DAY_MS;
const LEAST_EXPECTED = 0.5;

/**
 * Burst of attention (DESIGN §5, after Mastodon): `(observed − expected)² / expected` when more than expected came,
 * else 0. `observed` counts distinct people of late, each faded by a half-life of 4 h; `expected` is what the same
 * count would be had all people who ever came been spread evenly over the content's age.
 */
export function burstOf(observed: number, engagers: number, ageMs: number): number {
  const evenly = (engagers * (HALF_LIFE_MS / Math.LN2)) / Math.max(ageMs, USUAL_AGE_MS);
  const expected = Math.max(evenly, LEAST_EXPECTED);
  return observed > expected ? (observed - expected) ** 2 / expected : 0;
}
