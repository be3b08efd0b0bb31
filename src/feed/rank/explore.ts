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
  const items: Explored<T>[] = ranked.map((item) => ({ ...item, propensity: 1 }));
  if (share === 0) {
    return items;
  }
  let later = items.slice(from).filter(mayBeDrawn).length;
  for (let place = from - 1; later > 0; place += 1) {
    const kept = items[place];
    if (kept !== undefined) {
      items[place] = { ...kept, propensity: 1 - share };
    }
    if (drawOf(seed, place, 'whether') < share) {
      const which = Math.floor(drawOf(seed, place, 'which') * later);
      const [drawn] = items.splice(indexOfDrawable(items, { from: place + 1, which, mayBeDrawn }), 1);
      if (drawn !== undefined) {
        const movedBy = [...drawn.movedBy, 'exploration'].sort();
        items.splice(place, 0, { ...drawn, movedBy, propensity: share / later });
      }
      later -= 1;
    } else {
      const next = items[place + 1];
      later -= next !== undefined && mayBeDrawn(next) ? 1 : 0;
    }
  }
  return items;
}

/** Where the item stands that is the `which`th (from 0) of those that may be drawn, from `from` on. */
function indexOfDrawable<T>(
  items: readonly T[],
  { from, which, mayBeDrawn }: { readonly from: number; readonly which: number; mayBeDrawn(item: T): boolean },
): number {
  let passed = 0;
  return items.findIndex((item, index) => {
    passed += index >= from && mayBeDrawn(item) ? 1 : 0;
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

/** Evenly spread over [0, 1). */
function drawOf(seed: string, place: number, what: string): number {
  return createHash('sha256').update(`${seed}:${place}:${what}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
