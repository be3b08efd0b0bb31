import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';

const interests = defineQuery({
  name: 'profile/interests',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    now: z.number(),
    halfLifeMs: z.number(),
    leastWeight: z.number(),
    limit: z.number(),
  }),
  row: z.object({
    tag: z.string(),
    declared: z.boolean(),
    weight: z.number(),
    lastAt: z.number().nullable(),
  }),
});

/** A tag that a person is interested in. */
export interface PersonalInterest {
  readonly tag: string;
  /** What they did with it, each act faded by a half-life of 30 days; 0 for what was only declared. */
  readonly weight: number;
  /** They said so themselves. */
  readonly declared: boolean;
  /** What the person turned it up or down by in the settings of their feed; 1 when they did not. */
  readonly factor: number;
  /** It shows in what they did. */
  readonly learned: boolean;
  /** When they last did something that showed it, in milliseconds; null: never. */
  readonly lastAt: number | null;
}

/** What is left of acts that were taken back is the rounding of their sum. */
const LEAST_WEIGHT = 1e-6;

/**
 * What a person is interested in at `now`, by weight: the first `limit` of what they did with tagged content, searched
 * and opened, and the first `limit` of what they declared; whatever they corrected or had forgotten in the settings of
 * their feed. Whoever counts a declaration as more than its weight finds the first `limit` of that order among them.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`
 */
export async function interestsOf(
  { graph, ranking }: { readonly graph: Graph; readonly ranking: Ranking },
  { person, now, limit }: { readonly person: string; readonly now: number; readonly limit: number },
): Promise<PersonalInterest[]> {
  const rows = await graph.run(interests, {
    userId: person,
    now,
    halfLifeMs: ranking.halfLifeMs.INTERESTED_IN,
    leastWeight: LEAST_WEIGHT,
    limit,
  });
  return rows.map((row) => ({
    ...row,
    weight: Math.max(row.weight, 0),
    factor: 1,
    learned: row.weight > LEAST_WEIGHT,
  }));
}
