import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import type { CommonSource } from './source.ts';

const query = defineQuery({
  name: 'feed/popular',
  mode: 'read',
  params: z.object({ excludedTypes: z.array(z.string()), limit: z.number() }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What everybody is most engaged with. */
export const popular: CommonSource<'popular'> = {
  find: ({ graph, excludedTypes }, { most }) => graph.run(query, { excludedTypes: [...excludedTypes], limit: most }),
};
