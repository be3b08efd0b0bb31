import { z } from 'zod';
import { parseReference } from '../../activity/reference.ts';
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

/** Seeds are told apart by their index: the person's own from 0 on, all of their friends' -1, disliked content below. */
const OF_FRIENDS = -1;
const FIRST_DISLIKED = -2;

/** Who knows more than this is asked about what was found alone: an answer must not grow with a history. */
const FEW_KNOWN = 1_000;

const similar = defineQuery({
  name: 'feed/similar',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    models: z.array(z.object({ model: z.string(), weight: z.number() })),
    fallback: z.boolean(),
    fewKnown: z.number(),
    // Side by side: the names of fields would be most of what is sent.
    seeds: z.array(z.string()),
    weights: z.array(z.number()),
    indexes: z.array(z.number()),
  }),
  row: z.object({
    contents: z.array(z.string()),
    seeds: z.array(z.array(z.number())),
    parts: z.array(z.array(z.number())),
    /** What the person engaged with or made: all of it, or, where that is much, what of the contents is. */
    known: z.array(z.string()),
  }),
});

/** What a person's taste is read from. */
export interface Taste {
  readonly seeds: Seed[];
  readonly models: { readonly model: string; readonly weight: number }[];
  readonly fallback: boolean;
}

/** Of what somebody did, so much is told of one piece of content, what counts most first. */
const MOST_TOLD = 8;

/** How similar something is to what a person did, signed: what is unlike it is below 0. */
export interface Likeness {
  readonly score: number;
  /** What the seeds that count most, by their index, add to the score, the largest first. */
  readonly bySeed: readonly (readonly [seed: number, part: number])[];
  /** How similar it is to each piece of disliked content, where a model links them. */
  readonly disliked: ReadonlyMap<string, number>;
}

/** Everything that a model links to what a person did, to what their friends like, or to what they did not want. */
export interface Similar {
  /** What is most similar, best first, and neither by the person nor engaged with by them. */
  best(most: number, excludedTypes: readonly string[]): { readonly content: string; readonly score: number }[];
  /** Undefined for what no model links to any seed. */
  of(content: string): Likeness | undefined;
}

/** Of nearly everything: one for all, since a page asks for hundreds. */
export const NONE_DISLIKED: ReadonlyMap<string, number> = new Map();

const NOTHING: Similar = { best: () => [], of: () => undefined };

interface SimilarRequest {
  readonly person: string;
  /** What friends like: it counts for the score, and is not told of. */
  readonly friends: readonly Seed[];
  readonly disliked: readonly string[];
  /** Of who knows so much, all of it is read. */
  readonly fewKnown?: number;
}

/** `Σ weight of the seed · similarity` of all that the seeds are linked to: read once, for candidates and for scores. */
export async function readSimilar(
  graph: GraphTransaction,
  { seeds, ...taste }: Taste,
  { person, friends, disliked, fewKnown = FEW_KNOWN }: SimilarRequest,
): Promise<Similar> {
  const numbered = [
    ...seeds.map((seed, index) => ({ ...seed, index })),
    ...friends.map((seed) => ({ ...seed, index: OF_FRIENDS })),
    ...disliked.map((content, index) => ({ content, weight: 1, index: FIRST_DISLIKED - index })),
  ];
  if (numbered.length === 0) {
    return NOTHING;
  }
  const [row] = await graph.run(similar, {
    ...taste,
    userId: person,
    seeds: numbered.map(({ content }) => content),
    weights: numbered.map(({ weight }) => weight),
    indexes: numbered.map(({ index }) => index),
    fewKnown,
  });
  return row === undefined ? NOTHING : similarOf(row, disliked);
}

function similarOf(
  { contents, known, seeds, parts }: z.output<typeof similar.row>,
  disliked: readonly string[],
): Similar {
  const placeOf = new Map(contents.map((content, place) => [content, place]));
  const scores = contents.map((_, place) => likedSum(seeds[place] ?? [], parts[place] ?? []));
  return {
    best(most, excludedTypes) {
      const excluded = new Set(excludedTypes);
      const unwanted = new Set(known);
      return contents
        .map((content, place) => ({ content, score: scores[place] ?? 0 }))
        .filter(({ content, score }) => score > 0 && !unwanted.has(content) && !excluded.has(typeOf(content)))
        .sort((a, b) => b.score - a.score || (a.content < b.content ? -1 : 1))
        .slice(0, most);
    },
    of(content) {
      const place = placeOf.get(content);
      return place === undefined
        ? undefined
        : likenessOf(scores[place] ?? 0, seeds[place] ?? [], parts[place] ?? [], disliked);
    },
  };
}

function likedSum(seeds: readonly number[], parts: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < seeds.length; at += 1) {
    if ((seeds[at] ?? 0) > FIRST_DISLIKED) {
      sum += parts[at] ?? 0;
    }
  }
  return sum;
}

function likenessOf(
  score: number,
  seeds: readonly number[],
  parts: readonly number[],
  disliked: readonly string[],
): Likeness {
  // Several models may link one seed and one piece of content.
  const mine = new Map<number, number>();
  let unwanted: Map<string, number> | undefined;
  for (let at = 0; at < seeds.length; at += 1) {
    const seed = seeds[at] ?? OF_FRIENDS;
    const part = parts[at] ?? 0;
    if (seed >= 0) {
      mine.set(seed, (mine.get(seed) ?? 0) + part);
    } else if (seed <= FIRST_DISLIKED) {
      const content = disliked[FIRST_DISLIKED - seed] ?? '';
      unwanted ??= new Map();
      unwanted.set(content, (unwanted.get(content) ?? 0) + part);
    }
  }
  const bySeed = [...mine].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0]).slice(0, MOST_TOLD);
  return { score, bySeed, disliked: unwanted ?? NONE_DISLIKED };
}

function typeOf(content: string): string {
  return parseReference(content)?.type ?? '';
}
