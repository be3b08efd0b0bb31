/** Nothing is expected less than this often, so that one person more than nobody is no burst without end. */
const LEAST_EXPECTED = 0.5;

/**
 * Burst of attention (DESIGN §5, after Mastodon): `(observed − expected)² / expected` when more than expected came,
 * else 0. Both count distinct people, each faded by the time since they came; `expected` is what the same count would
 * usually be.
 */
export function burstOf(observed: number, expected: number): number {
  const usual = Math.max(expected, LEAST_EXPECTED);
  return observed > usual ? (observed - usual) ** 2 / usual : 0;
}

/**
 * How many people a count that fades by `halfLifeMs` would hold, had all `people` who ever came been spread evenly over
 * `ageMs`: their rate times the mean life of the kernel, `halfLife / ln 2`.
 */
export function evenlySpread(people: number, ageMs: number, halfLifeMs: number): number {
  return (people * (halfLifeMs / Math.LN2)) / ageMs;
}
