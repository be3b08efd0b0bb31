import { z } from 'zod';
import { DAY_MS, HOUR_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import type { CommonSource } from './source.ts';

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

/** What clearly more people than usual turn to now. */
export const trending: CommonSource<'trending'> = {
  async find({ tx, now, excludedTypes }, options) {
    const halfLifeMs = options.halfLifeHours * HOUR_MS;
    const rows = await tx.run(query, {
      now,
      since: now - options.withinHours * HOUR_MS,
      halfLifeMs,
      scan: options.scan,
      minimumPeople: options.minimumPeople,
      excludedTypes: [...excludedTypes],
      limit: options.most,
    });
    return rows
      .map(({ content, people, observed, firstOfThem, engagers, madeAt }) => {
        const burst = burstOf(observed, engagers, now - (madeAt ?? firstOfThem), halfLifeMs);
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
 * else 0. `observed` counts distinct people of late, each faded by the half-life; `expected` is what the same
 * count would be had all people who ever came been spread evenly over the content's age.
 */
export function burstOf(observed: number, engagers: number, ageMs: number, halfLifeMs: number): number {
  const evenly = (engagers * (halfLifeMs / Math.LN2)) / Math.max(ageMs, USUAL_AGE_MS);
  const expected = Math.max(evenly, LEAST_EXPECTED);
  return observed > expected ? (observed - expected) ** 2 / expected : 0;
}
