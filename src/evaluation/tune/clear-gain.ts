/** A gain of less than this share is not worth another order for everybody. */
const LEAST_SHARE = 0.01;
/** By chance alone, fewer than one gain in forty is so many standard errors. */
const STANDARD_ERRORS = 2;

/**
 * Whether numbers are clearly better than those before, for the people that they were judged with: by a hundredth, and
 * by more than two standard errors of the differences. The numbers were searched with the same people, so that a gain by
 * chance is likelier than it looks; that is what the hundredth is for.
 */
export function isClearGain(evidence: {
  /** NDCG@10 before and after. */
  readonly before: number;
  readonly after: number;
  readonly standardError: number;
}): boolean {
  const gain = evidence.after - evidence.before;
  return gain >= LEAST_SHARE * evidence.before && gain > STANDARD_ERRORS * evidence.standardError;
}

/** Standard error of the mean of the differences between two judgements of the same people; infinite for fewer than two. */
export function standardErrorOf(before: readonly number[], after: readonly number[]): number {
  const differences = after.map((value, index) => value - (before[index] ?? 0));
  const count = differences.length;
  if (count < 2) {
    return Number.POSITIVE_INFINITY;
  }
  const mean = differences.reduce((sum, one) => sum + one, 0) / count;
  const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt(squares / (count - 1) / count);
}
