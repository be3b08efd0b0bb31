import type { SlateRules } from './algorithm.ts';
import { type Part, scoreOf } from './part.ts';

/** What the slate rules look at. */
export interface Scored {
  readonly content: string;
  readonly type: string;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly parts: readonly Part[];
}

export type Slated<T extends Scored> = T & {
  readonly score: number;
  /** The slate rules that put the item at another rank than its score, in alphabetical order. */
  readonly movedBy: readonly string[];
};

/**
 * Orders scored items: the author factor lowers the later items of one author (a signed part of the score like the
 * others), then items are taken by score, except that one that a slate rule holds back waits until the rule lets it
 * pass or nothing else is left. Everything that comes in goes out.
 */
export function arrange<T extends Scored>(
  items: readonly T[],
  rules: SlateRules,
  typeShares: ReadonlyMap<string, number>,
): Slated<T>[] {
  const waiting = withAuthorFactor(items, rules.author);
  const placed: Placed<T>[] = [];
  const counts = new Map<string, number>();
  const { typeMix, longestRun } = rules;
  const allowedShare = (type: string): number =>
    typeMix === null ? Number.POSITIVE_INFINITY : (typeShares.get(type) ?? typeMix.defaultShare) * typeMix.tolerance;
  while (waiting.length > 0) {
    const before = longestRun === null ? [] : placed.slice(-longestRun);
    const holds = (item: Scored): number =>
      runRules(item, before, longestRun) |
      (typeRatio(item, counts, placed.length) < allowedShare(item.type) ? 0 : BITS.type_mix);
    place(waiting, placed, holds);
    const last = placed.at(-1);
    if (last !== undefined) {
      counts.set(last.type, (counts.get(last.type) ?? 0) + 1);
    }
  }
  return placed.map(({ moved, ...item }) => ({
    ...(item as unknown as T),
    score: item.score,
    movedBy: [...moved].sort(),
  }));
}

/** The rules that hold an item back, a bit each: every item is asked again for every place. */
const BITS = { author_run: 1, tag_run: 2, type_mix: 4 } as const;
type Placed<T extends Scored> = T & { readonly score: number; readonly moved: Set<string> };

/** From the strictest demand to none: what is given up first when everything that is left is held back. */
const DEMANDS: readonly number[] = [
  BITS.author_run | BITS.tag_run | BITS.type_mix,
  BITS.author_run | BITS.tag_run,
  BITS.author_run,
  0,
];

/** Moves the first waiting item that as many demands as possible let pass; names the rules on it and on those overtaken. */
function place<T extends Scored>(waiting: Placed<T>[], placed: Placed<T>[], holds: (item: T) => number): void {
  const held: number[] = [];
  const heldBy = (item: T, index: number): number => {
    const known = held[index] ?? holds(item);
    held[index] = known;
    return known;
  };
  for (const demands of DEMANDS) {
    const index = waiting.findIndex((item, at) => (heldBy(item, at) & demands) === 0);
    const item = waiting[index];
    if (item !== undefined) {
      for (const [at, overtaken] of waiting.slice(0, index).entries()) {
        for (const rule of namesOf(heldBy(overtaken, at) & demands)) {
          overtaken.moved.add(rule);
          item.moved.add(rule);
        }
      }
      waiting.splice(index, 1);
      placed.push(item);
      return;
    }
  }
}

function namesOf(bits: number): string[] {
  return Object.entries(BITS).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name]));
}

function runRules(item: Scored, before: readonly Scored[], longest: number | null): number {
  if (longest === null || before.length < longest) {
    return 0;
  }
  const sameAuthor = item.author !== null && before.every(({ author }) => author === item.author);
  const sameTag = item.tags.some((tag) => before.every(({ tags }) => tags.includes(tag)));
  return (sameAuthor ? BITS.author_run : 0) | (sameTag ? BITS.tag_run : 0);
}

/** Seed 000: the share that the item's type has among those before it; nothing is before the first. */
function typeRatio(item: Scored, counts: ReadonlyMap<string, number>, placed: number): number {
  return placed === 0 ? 0 : (counts.get(item.type) ?? 0) / placed;
}

/** Which part of its score the k-th item of an author keeps (from 0): Twitter's author diversity. */
export function authorFactor(k: number, { base, floor }: SlateRules['author']): number {
  return (1 - floor) * base ** k + floor;
}

function withAuthorFactor<T extends Scored>(items: readonly T[], author: SlateRules['author']): Placed<T>[] {
  const byScore = items
    .map((item) => ({ item, score: scoreOf(item.parts) }))
    .sort((a, b) => b.score - a.score || (a.item.content < b.item.content ? -1 : 1));
  const ofAuthor = new Map<string, number>();
  const lowered = byScore.map(({ item, score }, before) => {
    const k = item.author === null ? 0 : (ofAuthor.get(item.author) ?? 0);
    if (item.author !== null) {
      ofAuthor.set(item.author, k + 1);
    }
    const penalty = Math.abs(score) * (authorFactor(k, author) - 1);
    const parts: readonly Part[] = penalty === 0 ? item.parts : [...item.parts, ['author_diversity', penalty]];
    return { before, item: { ...item, parts, score: scoreOf(parts), moved: new Set<string>() } };
  });
  lowered.sort((a, b) => b.item.score - a.item.score || (a.item.content < b.item.content ? -1 : 1));
  for (const [rank, { before, item }] of lowered.entries()) {
    if (rank !== before) {
      item.moved.add('author_diversity');
    }
  }
  return lowered.map(({ item }) => item);
}
