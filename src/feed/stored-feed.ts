import type { Because } from './find/candidate.ts';
import { FEATURE_NAMES, type FeatureName, type Features } from './rank/features.ts';
import { type Part, scoreOf } from './rank/part.ts';
import type { RankedWith } from './rank/ranked-with.ts';
import type { Snapshot, SnapshotItem } from './snapshot.ts';

/** Another version of the service may have written a snapshot that this one cannot read: that one is over. */
export const FORMAT = 5;

/** Of what a person did, so much of what counted most for an item is kept with it. */
export const MOST_BECAUSE = 8;

/**
 * A feed as it is kept. Writing it is what a page waits for last, and jsonb takes its time by the kilobyte: so names
 * of parts, of signals and of what the person did are kept once, and the score not at all.
 */
export interface Stored {
  readonly format: typeof FORMAT;
  readonly partNames: readonly string[];
  readonly featureNames: readonly FeatureName[];
  readonly seeds: readonly string[];
  readonly items: readonly StoredItem[];
  readonly removed: Snapshot['removed'];
  readonly rankedWith: RankedWith;
}

/**
 * `parts` and `because` hold the index of a name and its value, in turn, `parts` in the order of the sum. A propensity
 * of 1 is left out.
 */
type StoredItem = Omit<SnapshotItem, 'parts' | 'score' | 'features' | 'because' | 'propensity'> & {
  readonly parts: readonly number[];
  readonly features: readonly number[];
  readonly because: readonly number[];
  readonly propensity?: number;
};

type Kept = Pick<Snapshot, 'items' | 'removed' | 'rankedWith'>;

export function toStored({ items, removed, rankedWith }: Kept): Stored {
  const partNames = namesIn(items.map(({ parts }) => parts));
  const seeds = namesIn(items.map(({ because }) => because.slice(0, MOST_BECAUSE)));
  const partIndex = indexOf(partNames);
  const seedIndex = indexOf(seeds);
  return {
    format: FORMAT,
    partNames,
    featureNames: FEATURE_NAMES,
    seeds,
    items: items.map((item) => toStoredItem(item, partIndex, seedIndex)),
    removed,
    rankedWith,
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
    features: FEATURE_NAMES.map((name) => Number(item.features[name].toPrecision(6))),
    because: because.flatMap(([name, value]) => [seedIndex.get(name) ?? 0, Number(value.toPrecision(4))]),
    ...(propensity === 1 ? {} : { propensity }),
  };
}

export function fromStored(stored: Stored): Kept {
  const items = stored.items.map((item): SnapshotItem => {
    const parts: readonly Part[] = pairs(item.parts, stored.partNames);
    const because: readonly Because[] = pairs(item.because, stored.seeds);
    const features = Object.fromEntries(
      stored.featureNames.map((name, index) => [name, item.features[index] ?? 0]),
    ) as Features;
    return { ...item, parts, features, because, propensity: item.propensity ?? 1, score: scoreOf(parts) };
  });
  return { items, removed: stored.removed, rankedWith: stored.rankedWith };
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
