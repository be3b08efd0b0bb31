import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import type { Interest } from './candidate.ts';

const query = defineQuery({
  name: 'feed/my-interests',
  mode: 'read',
  params: z.object({ userId: z.string(), now: z.number(), halfLifeMs: z.number(), limit: z.number() }),
  row: z.object({ tag: z.string(), declared: z.boolean(), weight: z.number() }),
});

const MOST_INTERESTS = 50;

/** What a person is interested in now: what they declared first, then what they turn to most. */
export function readInterests(
  tx: GraphTransaction,
  person: string,
  { now, ranking }: { readonly now: number; readonly ranking: Ranking },
): Promise<readonly Interest[]> {
  return tx.run(query, {
    userId: person,
    now,
    halfLifeMs: ranking.halfLifeMs.INTERESTED_IN,
    limit: MOST_INTERESTS,
  });
}
