/** The greatest number below 1. Beyond some 37 the difference from 1 is lost in rounding. */
const JUST_BELOW_ONE = 1 - Number.EPSILON / 2;

/** Brings a sum that has no upper end into [0, 1): `1 − e^(−x)`; what is not above 0 gives 0. */
export function saturate(x: number): number {
  return x > 0 ? Math.min(-Math.expm1(-x), JUST_BELOW_ONE) : 0;
}
