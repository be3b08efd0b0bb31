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
  readonly values: string;
  readonly names: string;
  readonly removed: Snapshot['removed'];
  readonly rankedWith: RankedWith;
}

interface Names {
  readonly partNames: readonly string[];
  readonly featureNames: readonly FeatureName[];
  readonly seeds: readonly string[];
}

/**
 * The numbers of all items. Of each item `values` has those of its parts, in the order of the sum, what each thing that the
 * person did adds, and all signals; `names` has the number of its parts, the index of the name of each, the number of
 * those things, and the index of each.
 */
interface Numbers {
  readonly values: Float64Array;
  readonly names: Uint16Array;
}

/** `at` is where its numbers begin, in `values` and in `names`. A propensity of 1 is left out. */
type StoredItem = Omit<SnapshotItem, 'parts' | 'score' | 'features' | 'because' | 'propensity'> & {
  readonly at: readonly [values: number, names: number];
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
  const at = { value: 0, name: 0 };
  const put = (name: number, value: number): void => {
    numbers.names[at.name++] = name;
    // As JSON has it, there is one zero.
    numbers.values[at.value++] = value + 0;
  };
  const texts = items.map((item) => {
    const text = JSON.stringify(toStoredItem(item, [at.value, at.name]));
    numbers.names[at.name++] = item.parts.length;
    for (const [name, value] of item.parts) {
      put(indexIn(partNames, name), value);
    }
    const told = item.because.slice(0, MOST_BECAUSE);
    numbers.names[at.name++] = told.length;
    for (const [name, value] of told) {
      put(indexIn(seeds, name), value);
    }
    for (const name of FEATURE_NAMES) {
      numbers.values[at.value++] = item.features[name] + 0;
    }
    return text;
  });
  const names = { partNames: [...partNames.keys()], featureNames: FEATURE_NAMES, seeds: [...seeds.keys()] };
  const others: Omit<Stored, 'items'> = {
    format: FORMAT,
    ...names,
    removed,
    rankedWith,
    values: textOf(numbers.values),
    names: textOf(numbers.names),
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
  { values, names }: Numbers,
  { partNames, featureNames, seeds }: Names,
): SnapshotItem {
  let [valueAt, nameAt] = at;
  const nextName = (): number => names[nameAt++] ?? 0;
  const nextValue = (): number => values[valueAt++] ?? 0;
  const parts = Array.from({ length: nextName() }, (): Part => [partNames[nextName()] ?? '', nextValue()]);
  const because = Array.from({ length: nextName() }, (): Because => [seeds[nextName()] ?? '', nextValue()]);
  const features = Object.fromEntries(featureNames.map((name) => [name, nextValue()])) as Features;
  return { ...item, parts, features, because, propensity: item.propensity ?? 1, score: scoreOf(parts) };
}

function roomFor(items: readonly SnapshotItem[]): Numbers {
  const named = items.reduce(
    (sum, { parts, because }) => sum + parts.length + Math.min(because.length, MOST_BECAUSE),
    0,
  );
  return {
    values: new Float64Array(named + items.length * FEATURE_NAMES.length),
    names: new Uint16Array(named + items.length * 2),
  };
}

function numbersOf({ values, names }: Stored): Numbers {
  return { values: new Float64Array(bytesOf(values)), names: new Uint16Array(bytesOf(names)) };
}

function textOf({ buffer, byteOffset, byteLength }: Float64Array | Uint16Array): string {
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
