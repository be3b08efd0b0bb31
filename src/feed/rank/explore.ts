import { createHash } from 'node:crypto';

/** A share of the places from `from` (counted from 1) on goes to a draw among all candidates that would come later. */
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
 * of it. Each place from `from` on is drawn for with probability `share`, and then each of the m later items has the
 * chance 1/m: the drawn one has the propensity `share/m`, and one that kept its place although it was drawn for
 * `1 − share`; where nothing is drawn for, it is 1. What a place was given divided by its propensity is thus on average
 * what all that could stand there would be given (Horvitz and Thompson 1952). The draw depends on `seed` (the snapshot's id) and the place
 * alone, so it can be repeated. Nothing is lost: the others move down by one.
 */
export function explore<T extends { readonly movedBy: readonly string[] }>(
  ranked: readonly T[],
  { share, from }: Exploration,
  seed: string,
): Explored<T>[] {
  const items: Explored<T>[] = ranked.map((item) => ({ ...item, propensity: 1 }));
  if (share === 0) {
    return items;
  }
  for (let place = from - 1; place < items.length - 1; place += 1) {
    const later = items.length - place - 1;
    const kept = items[place];
    if (kept !== undefined) {
      items[place] = { ...kept, propensity: 1 - share };
    }
    if (drawOf(seed, place, 'whether') < share) {
      const at = place + 1 + Math.floor(drawOf(seed, place, 'which') * later);
      const [drawn] = items.splice(at, 1);
      if (drawn !== undefined) {
        items.splice(place, 0, {
          ...drawn,
          movedBy: [...drawn.movedBy, 'exploration'].sort(),
          propensity: share / later,
        });
      }
    }
  }
  return items;
}

/** Evenly spread over [0, 1). */
function drawOf(seed: string, place: number, what: string): number {
  return createHash('sha256').update(`${seed}:${place}:${what}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
