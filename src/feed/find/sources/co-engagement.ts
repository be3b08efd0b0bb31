import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/co-engagement',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    now: z.number(),
    halfLifeMs: z.number(),
    seeds: z.number(),
    people: z.number(),
    perPerson: z.number(),
    maxEngagers: z.number(),
    maxEngaged: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number(), people: z.number() }),
});

/**
 * The unbounded question took 236 ms at the median on a skewed graph of 480 k edges. Content that more than
 * `maxEngagers` people engaged with is no evidence of common taste, and people who engage with everything are none
 * either; leaving both out also bounds the work.
 */
const COMMON = { maxEngagers: 100, maxEngaged: 500 };

/** What people who engaged with the same content as I engaged with besides. */
export const coEngagement: PersonalSource<'co_engagement'> = {
  lane: 'taste',
  async find({ tx, reader, now, ranking, excludedTypes }, { most, ...bounds }) {
    const rows = await tx.run(query, {
      ...bounds,
      ...COMMON,
      limit: most,
      userId: reader.person,
      now,
      halfLifeMs: ranking.halfLifeMs.ENGAGED,
      excludedTypes: [...excludedTypes],
    });
    return rows.map(({ content, score, people }) => ({ content, score, alike: people }));
  },
};
