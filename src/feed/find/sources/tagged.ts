import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import { merge } from '../merge.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/tagged',
  mode: 'read',
  params: z.object({
    tag: z.string(),
    hottest: z.boolean(),
    before: z.number(),
    largest: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What has the tag that the feed is about: the newest, and what everybody is most engaged with, in turn. */
export const tagged: PersonalSource<'tagged'> = {
  async find({ graph, anchor, now, excludedTypes }, { most, largest }) {
    if (anchor?.kind !== 'tag') {
      return [];
    }
    const asked = { tag: anchor.id, before: now, largest, excludedTypes: [...excludedTypes], limit: most };
    const [newest, hottest] = await Promise.all([
      graph.run(query, { ...asked, hottest: false }),
      graph.run(query, { ...asked, hottest: true }),
    ]);
    const both = merge(
      [
        { name: 'newest', finds: newest },
        { name: 'hottest', finds: hottest },
      ],
      most,
    );
    return both.map(({ content }, index) => ({ content, score: most - index }));
  },
};
