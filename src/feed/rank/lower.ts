import { type Part, scoreOf } from './part.ts';

/**
 * Brings a score down towards the lowest one there is, as a part below 0: `(score − lowest) · (factor − 1)`. At a factor
 * near 0 whatever it holds for comes after everything else, also after what has a score below 0 by itself.
 *
 * @param lowest - 0 or less, and no more than the score.
 */
export function sunk(parts: readonly Part[], name: string, factor: number, lowest: number): readonly Part[] {
  const loss = Math.max(scoreOf(parts) - lowest, 0) * (factor - 1);
  return loss === 0 ? parts : [...parts, [name, loss]];
}

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
 * it, the other what the dial allows, see `sunk`. At 0 nothing is left of others, at 1 nothing of ties, at .5 both keep
 * everything. Where a person turns their own dial to an end, a rule takes the other side out before.
 *
 * @param dial - null: .5.
 */
export function networkFactor(inNetwork: boolean, dial: number | null): number {
  const position = dial ?? 0.5;
  return Math.min(1, 2 * (inNetwork ? 1 - position : position));
}
