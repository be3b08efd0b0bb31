import { z } from 'zod';
import { defineQuery } from '../../../graph/query.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/engaged-by',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    people: z.array(z.object({ person: z.string(), weight: z.number() })),
    now: z.number(),
    halfLifeMs: z.number(),
    fadePerMs: z.number(),
    perPerson: z.number(),
    maxEngaged: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ finds: z.array(z.tuple([z.string(), z.number()])) }),
});

/** Who engages with everything is no witness for anything. */
const MOST_ENGAGED = 1_000;

/** What people who do what I do engaged with besides. */
export const similarPeople: PersonalSource<'similar_people'> = {
  async find({ graph, reader, now, ranking, excludedTypes, fadePerMs }, { most, perPerson }) {
    if (reader.alike.length === 0) {
      return [];
    }
    const [row] = await graph.run(query, {
      userId: reader.person,
      people: reader.alike.map(({ person, score }) => ({ person, weight: score })),
      now,
      halfLifeMs: ranking.halfLifeMs.ENGAGED,
      fadePerMs: fadePerMs.alike,
      perPerson,
      maxEngaged: MOST_ENGAGED,
      excludedTypes: [...excludedTypes],
      limit: most,
    });
    return (row?.finds ?? []).map(([content, score]) => ({ content, score }));
  },
};
