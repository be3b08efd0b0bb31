/** A stretch of time in whole milliseconds, the end not included. */
export type Stretch = readonly [from: number, to: number];

/** So many separate stretches of a visit are told apart; of more the two that are nearest to each other become one. */
const MOST_STRETCHES = 256;

/**
 * The union of stretches and one more, in order and apart from each other: the same whatever the order in which they
 * are added. So time that was told twice, or from two windows, counts once.
 */
export function withStretch(covered: readonly Stretch[], [from, to]: Stretch): readonly Stretch[] {
  if (to <= from) {
    return covered;
  }
  const touching = covered.filter(([start, end]) => start <= to && end >= from);
  const joined: Stretch = [
    Math.min(from, ...touching.map(([start]) => start)),
    Math.max(to, ...touching.map(([, end]) => end)),
  ];
  const before = covered.filter(([, end]) => end < from);
  const after = covered.filter(([start]) => start > to);
  return bounded([...before, joined, ...after]);
}

/** All of it together, in seconds. */
export function secondsOf(covered: readonly Stretch[]): number {
  return covered.reduce((sum, [from, to]) => sum + (to - from), 0) / 1_000;
}

/**
 * Which visit an activity is part of: the session that it names, or else the day (UTC). Of one visit, time and scroll
 * count once.
 *
 * @param at - milliseconds since the epoch.
 */
export function visitOf(sessionId: string | null, at: number): string {
  return sessionId === null ? `day ${new Date(at).toISOString().slice(0, 10)}` : `session ${sessionId}`;
}

function bounded(covered: readonly Stretch[]): readonly Stretch[] {
  if (covered.length <= MOST_STRETCHES) {
    return covered;
  }
  const gaps = covered.slice(1).map(([from], index) => from - (covered[index]?.[1] ?? from));
  const nearest = gaps.indexOf(Math.min(...gaps));
  const [first, second] = [covered[nearest], covered[nearest + 1]];
  return first === undefined || second === undefined
    ? covered
    : covered.toSpliced(nearest, 2, [first[0], second[1]] as const);
}
