import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { correctInterests, interestsToRead } from '../settings/interests.ts';
import type { FeedSettings } from '../settings/settings.ts';
import type { Interest } from './candidate.ts';

const query = defineQuery({
  name: 'feed/my-interests',
  mode: 'read',
  params: z.object({ userId: z.string(), now: z.number(), halfLifeMs: z.number(), limit: z.number() }),
  row: z.object({ tag: z.string(), declared: z.boolean(), weight: z.number() }),
});

/** So many interests of a person count. */
export const MOST_INTERESTS = 50;

/** What a person is interested in by itself, whatever they corrected: what they declared first, then what weighs most. */
export function readInterests(
  graph: GraphTransaction,
  person: string,
  { now, ranking, most }: { readonly now: number; readonly ranking: Ranking; readonly most: number },
): Promise<readonly Interest[]> {
  return graph.run(query, { userId: person, now, halfLifeMs: ranking.halfLifeMs.INTERESTED_IN, limit: most });
}

/** What a person is interested in now, as their settings have it. */
export async function readCountingInterests(
  graph: GraphTransaction,
  person: string,
  request: { readonly now: number; readonly ranking: Ranking; readonly settings: FeedSettings },
): Promise<readonly Interest[]> {
  const { now, ranking, settings } = request;
  const interests = await readInterests(graph, person, {
    now,
    ranking,
    most: interestsToRead(MOST_INTERESTS, settings),
  });
  const at = { now, halfLifeMs: ranking.halfLifeMs.INTERESTED_IN };
  return correctInterests(interests, settings, at).slice(0, MOST_INTERESTS);
}
