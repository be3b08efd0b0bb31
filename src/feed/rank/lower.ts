import { type Part, scoreOf } from './part.ts';

/**
 * Adds what a factor in [0, 1] takes from a score, as a part below 0: `|score| · (factor − 1)`. A score below 0 goes
 * further down and never up.
 */
export function lowered(parts: readonly Part[], name: string, factor: number): readonly Part[] {
  const loss = Math.abs(scoreOf(parts)) * (factor - 1);
  return loss === 0 ? parts : [...parts, [name, loss]];
}

/**
 * What the dial between people that the reader is tied to and all others leaves of a score: the one side keeps all of
 * it, the other what the dial allows. At 0 nothing is left of others, at 1 nothing of ties, at .5 both keep everything.
 *
 * @param dial - null: .5.
 */
export function networkFactor(inNetwork: boolean, dial: number | null): number {
  const position = dial ?? 0.5;
  return Math.min(1, 2 * (inNetwork ? 1 - position : position));
}
