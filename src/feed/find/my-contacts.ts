import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';

const query = defineQuery({
  name: 'feed/my-contacts',
  mode: 'read',
  params: z.object({ userId: z.string(), now: z.number(), halfLifeMs: z.number(), limit: z.number() }),
  row: z.object({ person: z.string(), weight: z.number() }),
});

/** What a person's own dealings with each other person are worth now, the heaviest first. */
export async function readContacts(
  tx: GraphTransaction,
  person: string,
  { now, ranking, most }: { readonly now: number; readonly ranking: Ranking; readonly most: number },
): Promise<ReadonlyMap<string, number>> {
  const halfLifeMs = ranking.halfLifeMs.INTERACTED;
  const rows = await tx.run(query, { userId: person, now, halfLifeMs, limit: most });
  return new Map(rows.map(({ person: other, weight }) => [other, weight]));
}
