/** One signed contribution to a score. */
export type Part = readonly [name: string, value: number];

/** Law 5: a score is the sum of its parts, added up from left to right. */
export function scoreOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [, value]) => sum + value, 0);
}

/** Cuts what is above `most` off by a part called `cap`. */
export function capped(parts: readonly Part[], most: number): readonly Part[] {
  const score = scoreOf(parts);
  // Exact for 1: 1 and a score above it are both multiples of the score's last digit.
  return score > most ? [...parts, ['cap', most - score]] : parts;
}
