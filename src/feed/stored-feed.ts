import type { Because } from './find/candidate.ts';
import { FEATURE_NAMES, type FeatureName, type Features } from './rank/features.ts';
import { type Part, scoreOf } from './rank/part.ts';
import type { RankedWith } from './rank/ranked-with.ts';
import type { Snapshot, SnapshotItem } from './snapshot.ts';

/** Another version of the service may have written a snapshot that this one cannot read: that one is over. */
export const FORMAT = 6;

/** Of what a person did, so much of what counted most for an item is kept with it. */
export const MOST_BECAUSE = 8;

/**
 * A feed as it is kept. Writing it is what a page waits for last, and takes its time by the kilobyte: so names of parts, of
 * signals and of what the person did are kept once, and the score not at all.
 */
export interface Stored extends Names {
  readonly format: typeof FORMAT;
  readonly items: readonly StoredItem[];
  readonly removed: Snapshot['removed'];
  readonly rankedWith: RankedWith;
}

interface Names {
  readonly partNames: readonly string[];
  readonly featureNames: readonly FeatureName[];
  readonly seeds: readonly string[];
}

/**
 * `parts` and `because` hold the index of a name and its value, in turn, `parts` in the order of the sum. A propensity
 * of 1 is left out.
 */
type StoredItem = Omit<SnapshotItem, 'parts' | 'score' | 'features' | 'because' | 'propensity'> & {
  readonly parts: readonly number[];
  readonly features: readonly number[];
  readonly because: readonly number[];
  readonly propensity?: number | undefined;
};

type Kept = Pick<Snapshot, 'items' | 'removed' | 'rankedWith'>;

/** The items of a feed, of which a page needs a few. */
export type Items = Pick<Snapshot['items'], 'length' | 'slice'>;

/** A feed as text. */
export interface Written {
  /** What is kept: a `Stored` as JSON. */
  readonly text: string;
  /** The same items, each taken out of its text when it is asked for. */
  readonly items: Items;
}

/** A feed as it is kept, and its items as they are walked: as texts they are a tenth of what they are as objects. */
export function toStored({ items, removed, rankedWith }: Kept): Written {
  const names = {
    partNames: namesIn(items.map(({ parts }) => parts)),
    featureNames: FEATURE_NAMES,
    seeds: namesIn(items.map(({ because }) => because.slice(0, MOST_BECAUSE))),
  };
  const partIndex = indexOf(names.partNames);
  const seedIndex = indexOf(names.seeds);
  const texts = items.map((item) => JSON.stringify(toStoredItem(item, partIndex, seedIndex)));
  const others: Omit<Stored, 'items'> = { format: FORMAT, ...names, removed, rankedWith };
  return { text: `${JSON.stringify(others).slice(0, -1)},"items":[${texts.join(',')}]}`, items: itemsOf(texts, names) };
}

/** The items of a feed that was read, to be walked. */
export function walkable(stored: Stored): Items {
  const { partNames, featureNames, seeds, items } = stored;
  const texts = items.map((item) => JSON.stringify(item));
  return itemsOf(texts, { partNames, featureNames, seeds });
}

function itemsOf(texts: readonly string[], names: Names): Items {
  return {
    length: texts.length,
    slice: (from, to) => texts.slice(from, to).map((text) => fromStoredItem(JSON.parse(text) as StoredItem, names)),
  };
}

function toStoredItem(
  item: SnapshotItem,
  partIndex: ReadonlyMap<string, number>,
  seedIndex: ReadonlyMap<string, number>,
): StoredItem {
  const { content, author, tags, community, sources, movedBy, evidence, propensity } = item;
  const because = item.because.slice(0, MOST_BECAUSE);
  return {
    content,
    author,
    tags,
    community,
    sources,
    movedBy,
    evidence,
    parts: item.parts.flatMap(([name, value]) => [partIndex.get(name) ?? 0, value]),
    features: FEATURE_NAMES.map((name) => rounded(item.features[name], 6)),
    because: because.flatMap(([name, value]) => [seedIndex.get(name) ?? 0, rounded(value, 4)]),
    propensity: propensity === 1 ? undefined : propensity,
  };
}

/** To so many significant digits. Most signals are whole: those need no text to be rounded by. */
function rounded(value: number, digits: number): number {
  return Number.isInteger(value) && Math.abs(value) < 10 ** digits ? value : Number(value.toPrecision(digits));
}

export function fromStored(stored: Stored): Kept {
  const items = stored.items.map((item) => fromStoredItem(item, stored));
  return { items, removed: stored.removed, rankedWith: stored.rankedWith };
}

function fromStoredItem(item: StoredItem, { partNames, featureNames, seeds }: Names): SnapshotItem {
  const parts: readonly Part[] = pairs(item.parts, partNames);
  const because: readonly Because[] = pairs(item.because, seeds);
  const features = Object.fromEntries(featureNames.map((name, index) => [name, item.features[index] ?? 0])) as Features;
  return { ...item, parts, features, because, propensity: item.propensity ?? 1, score: scoreOf(parts) };
}

function namesIn(lists: readonly (readonly (readonly [name: string, value: number])[])[]): string[] {
  return [...new Set(lists.flatMap((list) => list.map(([name]) => name)))];
}

function indexOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

function pairs(flat: readonly number[], names: readonly string[]): (readonly [string, number])[] {
  const result: (readonly [string, number])[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    result.push([names[flat[at] ?? 0] ?? '', flat[at + 1] ?? 0]);
  }
  return result;
}
