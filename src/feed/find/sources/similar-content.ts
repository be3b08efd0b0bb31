import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import { similarityParams } from '../similar.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/similar-content',
  mode: 'read',
  params: z.object({
    ...similarityParams,
    userId: z.string(),
    seeds: z.array(z.object({ content: z.string(), weight: z.number() })),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What is similar to what I engaged with lately and, with a share, to what those I am in touch with openly like. */
export const similarContent: PersonalSource<'similar_content'> = {
  lane: 'taste',
  async find({ tx, reader, excludedTypes }, { most }) {
    const { seeds: mine, friends, ...taste } = reader.taste;
    const seeds = [...mine, ...friends];
    if (seeds.length === 0) {
      return [];
    }
    return tx.run(query, {
      ...taste,
      seeds: seeds.map(({ content, weight }) => ({ content, weight })),
      userId: reader.person,
      excludedTypes: [...excludedTypes],
      limit: most,
    });
  },
};
