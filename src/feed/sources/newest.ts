import { z } from 'zod';
import { defineQuery } from '../../graph/query.ts';
import type { Source } from './source.ts';

const query = defineQuery({
  name: 'feed/newest',
  mode: 'read',
  params: z.object({ now: z.number(), scan: z.number(), excludedTypes: z.array(z.string()), limit: z.number() }),
  row: z.object({ content: z.string(), createdAt: z.number() }),
});

const SCAN = 500;
const MOST_FINDS = 60;

/** What was made last, by anybody. */
export const newest: Source = {
  name: 'new',
  personal: false,
  async find({ tx, now, excludedTypes }) {
    const rows = await tx.run(query, { now, scan: SCAN, excludedTypes: [...excludedTypes], limit: MOST_FINDS });
    return rows.map(({ content, createdAt }) => ({ content, score: createdAt }));
  },
};
