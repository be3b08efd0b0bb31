import { z } from 'zod';
import { DAY_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/catch-up',
  mode: 'read',
  params: z.object({
    people: z.array(z.object({ person: z.string(), strength: z.number() })),
    since: z.number(),
    rarely: z.number(),
    perPerson: z.number(),
    maxAuthored: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** Somebody who made more than this does not rarely post, and their works take long to look through. */
const MOST_AUTHORED = 500;

/**
 * What friends who rarely post made in the last weeks: `strength of the tie / number of their posts`, so that who posts
 * once is not lost among those who post daily.
 */
export const catchUp: PersonalSource<'catch_up'> = {
  async find({ graph, reader, now, excludedTypes }, { most, people, withinDays, ...bounds }) {
    const friends = reader.ties.filter(({ accepted, follows, circle }) => accepted || follows || circle !== null);
    if (friends.length === 0) {
      return [];
    }
    return graph.run(query, {
      ...bounds,
      people: friends.slice(0, people).map(({ person, strength }) => ({ person, strength })),
      since: now - withinDays * DAY_MS,
      maxAuthored: MOST_AUTHORED,
      excludedTypes: [...excludedTypes],
      limit: most,
    });
  },
};
