import { z } from 'zod';
import { defineQuery } from '../../graph/query.ts';
import type { Source } from './source.ts';

const query = defineQuery({
  name: 'feed/interesting',
  mode: 'read',
  params: z.object({
    tags: z.array(z.string()),
    now: z.number(),
    scan: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), matches: z.number(), createdAt: z.number() }),
});

const MOST_TAGS = 20;
const SCAN = 500;
const MOST_FINDS = 40;

/** What of the newest has tags that I am interested in: what a new person who named interests is shown. */
export const interests: Source = {
  name: 'interests',
  personal: true,
  async find({ tx, now, excludedTypes, interests: known }) {
    const tags = (await known).slice(0, MOST_TAGS).map(({ tag }) => tag);
    if (tags.length === 0) {
      return [];
    }
    const rows = await tx.run(query, {
      tags,
      now,
      scan: SCAN,
      excludedTypes: [...excludedTypes],
      limit: MOST_FINDS,
    });
    return rows.map(({ content, matches }) => ({ content, score: matches }));
  },
};
