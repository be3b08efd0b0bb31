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
    const run = longestRun === null || before.length < longestRun ? NO_RUN : runOf(before.map(({ item }) => item));
    const full = new Map<string, boolean>();
    const isFull = (type: string): boolean => {
      const known = full.get(type) ?? typeRatio(type, counts, placed.length) >= allowedShare(type);
      full.set(type, known);
      return known;
    };
    place(waiting, placed, ({ item }) => runRules(item, run) | (isFull(item.type) ? BITS.type_mix : 0));
    const last = placed.at(-1)?.item;
    if (last !== undefined) {
      counts.set(last.type, (counts.get(last.type) ?? 0) + 1);
    }
  }
  return placed.map(({ item, parts, score, moved }) => ({ ...item, parts, score, movedBy: namesOf(moved) }));
}

/**
 * The rules that move an item, a bit each, since every item is asked again for every place. In alphabetical order; the
 * first lowers scores, the others hold items back.
 */
const BITS = { author_diversity: 8, author_run: 1, tag_run: 2, type_mix: 4 } as const;
interface Placed<T extends Scored> {
  readonly item: T;
  readonly parts: readonly Part[];
  readonly score: number;
  /** The rules that moved it. */
  moved: number;
}

/** From the strictest demand to none: what is given up first when everything that is left is held back. */
const DEMANDS: readonly number[] = [
  BITS.author_run | BITS.tag_run | BITS.type_mix,
  BITS.author_run | BITS.tag_run,
  BITS.author_run,
  0,
];

/** Moves the first waiting item that as many demands as possible let pass; names the rules on it and on those overtaken. */
function place<T extends Scored>(waiting: Placed<T>[], placed: Placed<T>[], holds: (item: Placed<T>) => number): void {
  const held: number[] = [];
  const heldBy = (item: Placed<T>, index: number): number => {
    const known = held[index] ?? holds(item);
    held[index] = known;
    return known;
  };
  for (const demands of DEMANDS) {
    const index = waiting.findIndex((item, at) => (heldBy(item, at) & demands) === 0);
    const item = waiting[index];
    if (item !== undefined) {
      for (let at = 0; at < index; at += 1) {
        const overtaken = waiting[at];
        if (overtaken !== undefined) {
          const rules = heldBy(overtaken, at) & demands;
          overtaken.moved |= rules;
          item.moved |= rules;
        }
      }
      waiting.splice(index, 1);
      placed.push(item);
      return;
    }
  }
}

const NO_RULES: readonly string[] = [];

function namesOf(bits: number): readonly string[] {
  if (bits === 0) {
    return NO_RULES;
  }
  return Object.entries(BITS).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name]));
}

/** What the next item would make a run of that is too long. Worked out once for a place: every item is held against it. */
interface Run {
  readonly author: string | null;
  readonly tags: readonly string[];
}

const NO_RUN: Run = { author: null, tags: [] };

function runOf([first, ...others]: readonly Scored[]): Run {
  return {
    author: first !== undefined && others.every(({ author }) => author === first.author) ? first.author : null,
    tags: first?.tags.filter((tag) => others.every(({ tags }) => tags.includes(tag))) ?? [],
  };
}

function runRules(item: Scored, run: Run): number {
  const sameAuthor = run.author !== null && item.author === run.author;
  const sameTag = run.tags.some((tag) => item.tags.includes(tag));
  return (sameAuthor ? BITS.author_run : 0) | (sameTag ? BITS.tag_run : 0);
}

/** Seed 000: the share that the type has among those placed before; nothing is before the first. */
function typeRatio(type: string, counts: ReadonlyMap<string, number>, placed: number): number {
  return placed === 0 ? 0 : (counts.get(type) ?? 0) / placed;
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
    return { before, item, parts, score: penalty === 0 ? score : scoreOf(parts) };
  });
  lowered.sort((a, b) => b.score - a.score || (a.item.content < b.item.content ? -1 : 1));
  return lowered.map(({ before, item, parts, score }, rank) => ({
    item,
    parts,
    score,
    moved: rank === before ? 0 : BITS.author_diversity,
  }));
}
