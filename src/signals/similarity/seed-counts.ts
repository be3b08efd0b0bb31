import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import type { Graph } from '../../graph/graph.ts';
import { type Queryable, readRows } from '../../log/database.ts';
import type { Rest } from '../rest.ts';
import { forgetNeighbours, type Neighbours, writeNeighbours } from './neighbours.ts';

/** How often one person did one kind of thing to one type of content. */
interface KindCount {
  readonly person: string;
  readonly contentType: string;
  readonly interactionType: string;
  readonly count: number;
}

/** Seed 000 §4.1: the last 30 days, and pairs with a similarity above 10. */
const WINDOW_MS = 30 * DAY_MS;
const ABOVE = 10;
/** Every pair of people is looked at; with more people than this, the most active. */
const MOST_PEOPLE = 5_000;
const MOST_NEIGHBOURS = 50;
const MODEL = 'seed_counts';
const PEOPLE_BEFORE_A_BREATH = 50;

interface SeedCountsOptions {
  readonly ranking: Ranking;
  /** Milliseconds since the epoch at which the 30 days end. */
  readonly now: number;
  readonly mostPeople?: number;
  readonly mostNeighbours?: number;
  readonly rest?: Rest | undefined;
}

/**
 * The similarity of people of seed 000 §4.1: `SUM(LEAST(count₁, count₂))` over what kind of thing they did to which type
 * of content within 30 days, where it is above 10; both ways, the strongest of each person.
 */
export async function refreshSeedCounts(
  stores: { readonly pool: Queryable; readonly graph: Graph },
  options: SeedCountsOptions,
): Promise<{ people: number; peopleLeftOut: number; edges: number }> {
  const { ranking, now, rest, mostPeople = MOST_PEOPLE, mostNeighbours = MOST_NEIGHBOURS } = options;
  const { counts, peopleLeftOut } = await readKindCounts(stores.pool, now, mostPeople);
  const lists = await leastCounts(counts, mostNeighbours);
  const kept = { model: MODEL, ranking };
  const edges = await writeNeighbours(stores.graph, lists, { ...kept, kind: 'people', now, rest });
  await forgetNeighbours(stores.graph, { ...kept, before: now });
  return { people: new Set(counts.map(({ person }) => person)).size, peopleLeftOut, edges };
}

async function readKindCounts(
  pool: Queryable,
  now: number,
  mostPeople: number,
): Promise<{ counts: readonly KindCount[]; peopleLeftOut: number }> {
  const rows = await readRows<KindCount & { people: number }>(
    pool,
    `WITH user_interactions AS (
       SELECT user_id, content_type, interaction_type, count(*) AS interaction_count
       FROM content_interaction
       WHERE created_at >= $1 AND created_at <= $2
       GROUP BY user_id, content_type, interaction_type
     ), people AS (
       SELECT user_id, count(*) OVER () AS people,
              row_number() OVER (ORDER BY sum(interaction_count) DESC, user_id) AS rank
       FROM user_interactions GROUP BY user_id
     )
     SELECT user_id AS person, content_type AS "contentType", interaction_type AS "interactionType",
            interaction_count AS count, people
     FROM user_interactions JOIN people USING (user_id)
     WHERE rank <= $3
     ORDER BY user_id, content_type, interaction_type`,
    [new Date(now - WINDOW_MS), new Date(now), mostPeople],
  );
  return { counts: rows, peopleLeftOut: Math.max((rows[0]?.people ?? 0) - mostPeople, 0) };
}

/** The pairs of the seed's query, as lists of neighbours. Lets others work in between, since it looks at all pairs. */
async function leastCounts(counts: readonly KindCount[], mostNeighbours: number): Promise<Neighbours[]> {
  const byKind = grouped(counts, kindOf);
  const byPerson = grouped(counts, ({ person }) => person);
  const lists: Neighbours[] = [];
  for (const [from, own] of byPerson) {
    const sums = new Map<string, number>();
    for (const mine of own) {
      for (const other of byKind.get(kindOf(mine)) ?? []) {
        sums.set(other.person, (sums.get(other.person) ?? 0) + Math.min(mine.count, other.count));
      }
    }
    sums.delete(from);
    lists.push(strongestOf(from, sums, mostNeighbours));
    if (lists.length % PEOPLE_BEFORE_A_BREATH === 0) {
      await new Promise(setImmediate);
    }
  }
  return lists;
}

function kindOf({ contentType, interactionType }: KindCount): string {
  return `${contentType}\u0000${interactionType}`;
}

function grouped(counts: readonly KindCount[], keyOf: (count: KindCount) => string): Map<string, KindCount[]> {
  const groups = new Map<string, KindCount[]>();
  for (const count of counts) {
    const key = keyOf(count);
    const group = groups.get(key);
    group === undefined ? groups.set(key, [count]) : group.push(count);
  }
  return groups;
}

function strongestOf(from: string, sums: ReadonlyMap<string, number>, most: number): Neighbours {
  const list = [...sums]
    .filter(([, score]) => score > ABOVE)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, most);
  return { from, to: list.map(([person]) => person), scores: list.map(([, score]) => score) };
}
