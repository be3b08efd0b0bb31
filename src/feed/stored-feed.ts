import type { Because } from './find/candidate.ts';
import { FEATURE_NAMES, type FeatureName, type Features } from './rank/features.ts';
import { type Part, scoreOf } from './rank/part.ts';
import type { RankedWith } from './rank/ranked-with.ts';
import type { Snapshot, SnapshotItem } from './snapshot.ts';

/** Another version of the service may have written a snapshot that this one cannot read: that one is over. */
export const FORMAT = 7;

/** Of what a person did, so much of what counted most for an item is kept with it. */
export const MOST_BECAUSE = 8;

/**
 * A feed as it is kept. Writing it is what a page waits for last, and takes its time by the number and the kilobyte: so
 * names of parts and of what the person did are kept once, numbers as bytes, and the score not at all.
 */
export interface Stored extends Names {
  readonly format: typeof FORMAT;
  readonly items: readonly StoredItem[];
  /** The bytes of `Numbers`, in base64. */
  readonly exact: string;
  readonly rough: string;
  readonly removed: Snapshot['removed'];
  readonly rankedWith: RankedWith;
}

interface Names {
  readonly partNames: readonly string[];
  readonly featureNames: readonly FeatureName[];
  readonly seeds: readonly string[];
}

/**
 * The numbers of all items. Of each item `exact` has the values of its parts, in the order of the sum, and `rough`, to
 * seven digits: the number of its parts and the index of the name of each; the number of things the person did that count
 * most for it, and of each the index of its name and its value; and all signals.
 */
interface Numbers {
  readonly exact: Float64Array;
  readonly rough: Float32Array;
}

/** `at` is where its numbers begin, in `exact` and in `rough`. A propensity of 1 is left out. */
type StoredItem = Omit<SnapshotItem, 'parts' | 'score' | 'features' | 'because' | 'propensity'> & {
  readonly at: readonly [exact: number, rough: number];
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
  const partNames = new Map<string, number>();
  const seeds = new Map<string, number>();
  const numbers = roomFor(items);
  let exactAt = 0;
  let roughAt = 0;
  const texts = items.map((item) => {
    const text = JSON.stringify(toStoredItem(item, [exactAt, roughAt]));
    numbers.rough[roughAt++] = item.parts.length;
    for (const [name, value] of item.parts) {
      numbers.rough[roughAt++] = indexIn(partNames, name);
      // As JSON has it, there is one zero.
      numbers.exact[exactAt++] = value + 0;
    }
    const told = Math.min(item.because.length, MOST_BECAUSE);
    numbers.rough[roughAt++] = told;
    for (const [name, value] of item.because.slice(0, told)) {
      numbers.rough[roughAt++] = indexIn(seeds, name);
      numbers.rough[roughAt++] = value;
    }
    for (const name of FEATURE_NAMES) {
      numbers.rough[roughAt++] = item.features[name] + 0;
    }
    return text;
  });
  const names = { partNames: [...partNames.keys()], featureNames: FEATURE_NAMES, seeds: [...seeds.keys()] };
  const others: Omit<Stored, 'items'> = {
    format: FORMAT,
    ...names,
    removed,
    rankedWith,
    exact: textOf(numbers.exact),
    rough: textOf(numbers.rough),
  };
  return {
    text: `${JSON.stringify(others).slice(0, -1)},"items":[${texts.join(',')}]}`,
    items: itemsOf(texts, numbers, names),
  };
}

/** The items of a feed that was read, to be walked. */
export function walkable(stored: Stored): Items {
  return itemsOf(
    stored.items.map((item) => JSON.stringify(item)),
    numbersOf(stored),
    stored,
  );
}

export function fromStored(stored: Stored): Kept {
  const numbers = numbersOf(stored);
  const items = stored.items.map((item) => fromStoredItem(item, numbers, stored));
  return { items, removed: stored.removed, rankedWith: stored.rankedWith };
}

function itemsOf(texts: readonly string[], numbers: Numbers, { partNames, featureNames, seeds }: Names): Items {
  const names = { partNames, featureNames, seeds };
  return {
    length: texts.length,
    slice: (from, to) =>
      texts.slice(from, to).map((text) => fromStoredItem(JSON.parse(text) as StoredItem, numbers, names)),
  };
}

function toStoredItem(item: SnapshotItem, at: StoredItem['at']): StoredItem {
  const { content, author, tags, community, sources, movedBy, evidence, propensity } = item;
  return {
    content,
    author,
    tags,
    community,
    sources,
    movedBy,
    evidence,
    at,
    propensity: propensity === 1 ? undefined : propensity,
  };
}

function fromStoredItem(
  { at, ...item }: StoredItem,
  { exact, rough }: Numbers,
  { partNames, featureNames, seeds }: Names,
): SnapshotItem {
  let [exactAt, roughAt] = at;
  const next = (): number => rough[roughAt++] ?? 0;
  const parts = Array.from({ length: next() }, (): Part => [partNames[next()] ?? '', exact[exactAt++] ?? 0]);
  const because = Array.from({ length: next() }, (): Because => [seeds[next()] ?? '', next()]);
  const features = Object.fromEntries(featureNames.map((name) => [name, next()])) as Features;
  return { ...item, parts, features, because, propensity: item.propensity ?? 1, score: scoreOf(parts) };
}

function roomFor(items: readonly SnapshotItem[]): Numbers {
  let parts = 0;
  let told = 0;
  for (const item of items) {
    parts += item.parts.length;
    told += Math.min(item.because.length, MOST_BECAUSE);
  }
  return {
    exact: new Float64Array(parts),
    rough: new Float32Array(items.length * (2 + FEATURE_NAMES.length) + parts + 2 * told),
  };
}

function numbersOf({ exact, rough }: Stored): Numbers {
  return { exact: new Float64Array(bytesOf(exact)), rough: new Float32Array(bytesOf(rough)) };
}

function textOf({ buffer, byteOffset, byteLength }: Float64Array | Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Bytes of their own: those of a Buffer may begin where no number can. */
function bytesOf(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}

/** The index of a name, which gets the next one when it is new. */
function indexIn(indexes: Map<string, number>, name: string): number {
  const known = indexes.get(name);
  if (known !== undefined) {
    return known;
  }
  indexes.set(name, indexes.size);
  return indexes.size - 1;
}
