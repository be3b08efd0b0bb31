import { z } from 'zod';
import { burstOf, evenlySpread } from '../../../activity/burst.ts';
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
  async find({ graph, now, excludedTypes }, options) {
    const halfLifeMs = options.halfLifeHours * HOUR_MS;
    const rows = await graph.run(query, {
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
        const ageMs = Math.max(now - (madeAt ?? firstOfThem), USUAL_AGE_MS);
        const burst = burstOf(observed, evenlySpread(engagers, ageMs, halfLifeMs));
        return { content, score: burst, trend: { people, since: firstOfThem, burst } };
      })
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.content < b.content ? -1 : 1));
  },
};

/** A thing younger than this has no usual rate of its own yet and is held against the rate of a thing this old. */
const USUAL_AGE_MS = 7 * DAY_MS;
