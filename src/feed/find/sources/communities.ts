import { z } from 'zod';
import { DAY_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/communities',
  mode: 'read',
  params: z.object({
    communities: z.array(z.string()),
    since: z.number(),
    largest: z.number(),
    perCommunity: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), createdAt: z.number() }),
});

/** What was posted last in the communities that I am a member of. */
export const communities: PersonalSource<'communities'> = {
  async find({ graph, reader, now, excludedTypes, recent }, { most, withinDays, ...bounds }) {
    if (reader.communities.length === 0) {
      return [];
    }
    const mine = new Set(reader.communities);
    const found = await graph.run(query, {
      ...bounds,
      communities: [...mine],
      since: now - withinDays * DAY_MS,
      excludedTypes: [...excludedTypes],
      limit: most,
    });
    const ofLargeOnes = (await recent).filter(({ community }) => community !== null && mine.has(community));
    const createdAt = new Map([...found, ...ofLargeOnes].map((post) => [post.content, post.createdAt]));
    return [...createdAt]
      .map(([content, score]) => ({ content, score }))
      .sort((a, b) => b.score - a.score || (a.content < b.content ? -1 : 1))
      .slice(0, most);
  },
};
