import { z } from 'zod';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import type { Seed } from './history.ts';

/** Which similarity of content an algorithm takes. */
export const similaritySchema = z.strictObject({
  /** Names of models and what each counts. */
  models: z
    .array(z.strictObject({ model: z.string().min(1), weight: z.number() }))
    .min(1)
    .max(5),
  /** True: of the models, the first that knows a piece of content speaks for it; false: all of them do. */
  fallback: z.boolean(),
});

/** What the two questions about similar content have in common. */
export const similarityParams = {
  models: z.array(z.object({ model: z.string(), weight: z.number() })),
  fallback: z.boolean(),
};

/** Seeds are told apart by their index: the person's own from 0 on, all of their friends' -1, disliked content below. */
const OF_FRIENDS = -1;
const FIRST_DISLIKED = -2;

const similar = defineQuery({
  name: 'feed/similar',
  mode: 'read',
  params: z.object({
    ...similarityParams,
    references: z.array(z.string()),
    seeds: z.array(z.object({ content: z.string(), weight: z.number(), index: z.number() })),
  }),
  row: z.object({ content: z.string(), parts: z.array(z.tuple([z.number(), z.number()])) }),
});

/** What a person's taste is read from. */
export interface Taste {
  readonly seeds: Seed[];
  /** What those in touch with the person openly like; something that several of them like is there as often. */
  readonly friends: Seed[];
  readonly models: { readonly model: string; readonly weight: number }[];
  readonly fallback: boolean;
}

/** How similar something is to what a person did, signed: what is unlike it is below 0. */
export interface Likeness {
  readonly score: number;
  /** What each seed, by its index, adds to the score, the largest first. What friends' likes add is the rest. */
  readonly bySeed: readonly (readonly [seed: number, part: number])[];
  /** How similar it is to each piece of disliked content, where a model links them. */
  readonly disliked: ReadonlyMap<string, number>;
}

/** `Σ weight of the seed · similarity` of each reference; what no model links to any seed is left out. */
export async function readLikeness(
  tx: GraphTransaction,
  { seeds, friends, ...taste }: Taste,
  { references, disliked }: { readonly references: readonly string[]; readonly disliked: readonly string[] },
): Promise<ReadonlyMap<string, Likeness>> {
  if (seeds.length + disliked.length + friends.length === 0) {
    return new Map();
  }
  const numbered = [
    ...seeds.map((seed, index) => ({ ...seed, index })),
    ...friends.map((seed) => ({ ...seed, index: OF_FRIENDS })),
    ...disliked.map((content, index) => ({ content, weight: 1, index: FIRST_DISLIKED - index })),
  ];
  const rows = await tx.run(similar, { ...taste, seeds: numbered, references: [...references] });
  return new Map(
    rows.map(({ content, parts }) => {
      const liked = parts.filter(([index]) => index > FIRST_DISLIKED);
      const score = liked.reduce((sum, [, part]) => sum + part, 0);
      const bySeed = parts
        .filter(([index]) => index >= 0)
        .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0]);
      const known = parts.filter(([index]) => index <= FIRST_DISLIKED);
      const unwanted = new Map(known.map(([index, part]) => [disliked[FIRST_DISLIKED - index] ?? '', part]));
      return [content, { score, bySeed, disliked: unwanted }];
    }),
  );
}
