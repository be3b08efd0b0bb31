import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/authored',
  mode: 'read',
  params: z.object({ author: z.string(), excludedTypes: z.array(z.string()), limit: z.number() }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What the person whom the feed is about made. */
export const authored: PersonalSource<'authored'> = {
  async find({ graph, anchor, excludedTypes }, { most }) {
    return anchor?.kind === 'author'
      ? graph.run(query, { author: anchor.id, excludedTypes: [...excludedTypes], limit: most })
      : [];
  },
};
