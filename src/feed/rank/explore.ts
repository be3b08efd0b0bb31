import { createHash } from 'node:crypto';
import type { FeedSettings } from '../settings/settings.ts';
import type { Part } from './part.ts';

/** A share of the places from `from` (counted from 1) on goes to a draw among candidates that would come later. */
export interface Exploration {
  readonly share: number;
  readonly from: number;
}

export type Explored<T> = T & {
  /** With which probability the item came to its place; see `explore`. */
  readonly propensity: number;
};

/**
 * Gives now and then a place to something that ranking would show later, so that it can be learned what people think
 * of it. Each place from `from` on is drawn for with probability `share`, and then each of the m later items that may be
 * drawn has the chance 1/m: the drawn one has the propensity `share/m`, and one that kept its place although it was drawn for
 * `1 − share`; where nothing is drawn for, it is 1. What a place was given divided by its propensity is thus on average
 * what all that could stand there would be given (Horvitz and Thompson 1952). The draw depends on `seed` (the snapshot's id) and the place
 * alone, so it can be repeated. Nothing is lost: the others move down by one.
 */
export function explore<T extends { readonly movedBy: readonly string[] }>(
  ranked: readonly T[],
  { share, from }: Exploration,
  { seed, mayBeDrawn }: { readonly seed: string; readonly mayBeDrawn: (item: T) => boolean },
): Explored<T>[] {
  const places: Place<T>[] = ranked.map((item) => ({ item, propensity: 1, drawn: false }));
  const isFree = ({ item }: Place<T>): boolean => mayBeDrawn(item);
  const whether = drawsOf(seed, 'whether', places.length);
  let later = share === 0 ? 0 : places.slice(from).filter(isFree).length;
  for (let at = from - 1; later > 0; at += 1) {
    const kept = places[at];
    if (kept !== undefined) {
      kept.propensity = 1 - share;
    }
    if (whether(at) < share) {
      const which = Math.floor(drawsOf(seed, `which ${at}`, 1)(0) * later);
      const [drawn] = places.splice(indexOfFree(places, { from: at + 1, which, isFree }), 1);
      if (drawn !== undefined) {
        places.splice(at, 0, { item: drawn.item, propensity: share / later, drawn: true });
      }
      later -= 1;
    } else {
      const next = places[at + 1];
      later -= next !== undefined && isFree(next) ? 1 : 0;
    }
  }
  return places.map(({ item, propensity, drawn }) => ({
    ...item,
    propensity,
    movedBy: drawn ? [...item.movedBy, 'exploration'].sort() : item.movedBy,
  }));
}

/** A place of the feed while it is drawn for. */
interface Place<T> {
  readonly item: T;
  propensity: number;
  readonly drawn: boolean;
}

/** Where the item stands that is the `which`th (from 0) of those that may be drawn, from `from` on. */
function indexOfFree<T>(
  places: readonly T[],
  { from, which, isFree }: { readonly from: number; readonly which: number; isFree(place: T): boolean },
): number {
  let passed = 0;
  return places.findIndex((place, index) => {
    passed += index >= from && isFree(place) ? 1 : 0;
    return passed > which;
  });
}

/** What a person said no to in any way is lifted by no draw: what fatigue lowered, and what their own dial did. */
export function mayBeDrawn({
  network,
}: Pick<FeedSettings, 'network'>): (item: { readonly parts: readonly Part[] }) => boolean {
  const lowering = new Set(network === null ? ['fatigue'] : ['fatigue', 'network']);
  return ({ parts }) => !parts.some(([name]) => lowering.has(name));
}

const BYTES_PER_DRAW = 6;

/** A draw for each of so many places, evenly spread over [0, 1). */
function drawsOf(seed: string, what: string, places: number): (place: number) => number {
  const outputLength = places * BYTES_PER_DRAW;
  const bytes = createHash('shake256', { outputLength }).update(`${seed}:${what}`).digest();
  return (place) => bytes.readUIntBE(place * BYTES_PER_DRAW, BYTES_PER_DRAW) / 2 ** (8 * BYTES_PER_DRAW);
}
