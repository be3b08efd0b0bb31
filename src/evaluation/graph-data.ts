import { z } from 'zod';
import type { Ranking } from '../activity/ranking.ts';
import { MAX_ID_LENGTH } from '../activity/reference.ts';
import { SECOND_MS } from '../core/clock.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import type { DataSet } from './evaluate.ts';
import type { Friendship, Interaction } from './interactions.ts';

const engagements = defineQuery({
  name: 'evaluation/engagements',
  mode: 'read',
  params: z.object({
    after: z.string(),
    people: z.number(),
    halfLifeMs: z.number(),
    mostItems: z.number(),
    mostConnections: z.number(),
    excludedTypes: z.array(z.string()),
  }),
  row: z.object({
    person: z.string(),
    contents: z.array(z.string()),
    times: z.array(z.number()),
    connected: z.array(z.string()),
  }),
});

const PEOPLE_PER_QUERY = 200;
const CAPS = { people: PEOPLE_PER_QUERY, mostItems: 1_000, mostConnections: 500 };
/** A replay of more would take hours and choose the same. */
const MOST_EVENTS = 200_000;

/**
 * What people engaged with and who is connected with whom, as a data set: each person and content once, at its last time,
 * without what is one's own. Of very much, people are left out whole, those with the last ids.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`
 */
export async function readGraphData(
  graph: Graph,
  { ranking, excludedTypes }: { readonly ranking: Ranking; readonly excludedTypes: readonly string[] },
): Promise<DataSet> {
  const halfLifeMs = ranking.halfLifeMs.ENGAGED;
  const training: Interaction[] = [];
  const friendships: Friendship[] = [];
  for (let after = ''; training.length < MOST_EVENTS; ) {
    const rows = await graph.run(engagements, { ...CAPS, after, halfLifeMs, excludedTypes: [...excludedTypes] });
    for (const { person, contents, times, connected } of rows) {
      friendships.push(...connected.map((other) => [person, other] as const));
      contents.forEach((item, index) => {
        if (item.length <= MAX_ID_LENGTH) {
          training.push({ person, item, at: (times[index] ?? 0) / SECOND_MS, weight: 1 });
        }
      });
    }
    const last = rows.at(-1);
    if (last === undefined) {
      break;
    }
    after = last.person;
  }
  // In the order in which it happened, so that what is newest is the same every time.
  training.sort((a, b) => a.at - b.at);
  return { training, friendships };
}
