/**
 * Exponential decay (DESIGN: exact decay). A weight is a pair (value, asOf): what the sum of signals was worth at the
 * moment `asOf`. Because decay is linear, adding signals, bringing forward and reading may happen in any order and any
 * number of times and give `Σ sᵢ · 2^(−(t − tᵢ)/halfLife)`.
 */
export interface FadingWeight {
  readonly weight: number;
  /** Milliseconds since the epoch at which `weight` holds. */
  readonly asOf: number;
}

/** What remains of 1 after `elapsedMs`: `2^(−elapsed/halfLife)`. */
export function decayFactor(elapsedMs: number, halfLifeMs: number): number {
  return 2 ** (-elapsedMs / halfLifeMs);
}

/** The weight as it is at `now`. */
export function weightAt(edge: FadingWeight, now: number, halfLifeMs: number): number {
  return edge.weight * decayFactor(now - edge.asOf, halfLifeMs);
}

/** The same weight, expressed as of `now`; every later reading is the same as without it. */
export function bringForward(edge: FadingWeight, now: number, halfLifeMs: number): FadingWeight {
  return { weight: weightAt(edge, now, halfLifeMs), asOf: now };
}

/**
 * Adds two fading weights. The sum holds as of the later of the two, so that no factor is ever above 1 and a late
 * arrival counts as faded as it would be had it come in time.
 */
export function addWeights(a: FadingWeight, b: FadingWeight, halfLifeMs: number): FadingWeight {
  return b.asOf >= a.asOf
    ? { weight: weightAt(a, b.asOf, halfLifeMs) + b.weight, asOf: b.asOf }
    : { weight: a.weight + weightAt(b, a.asOf, halfLifeMs), asOf: a.asOf };
}
