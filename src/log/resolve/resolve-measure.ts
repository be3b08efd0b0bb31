import { z } from 'zod';
import type { Activity } from '../../activity/activity.ts';
import type { Signal } from '../../activity/fold-row.ts';
import type { Reference } from '../../activity/reference.ts';
import { type Stretch, secondsOf, visitOf, withStretch } from '../../activity/visit.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, type Stamp, type StandingRow, standingKey } from './known.ts';

/** What was measured of one visit so far, in the `value` of its row. */
interface Measured {
  readonly covered: readonly Stretch[];
  /** The farthest; null when nothing was said of it. */
  readonly scroll: number | null;
}

const NOTHING: Measured = { covered: [], scroll: null };

// Written by this module only; what is checked is that the column holds what was written.
const storedSchema = z.custom<Measured>((value) => typeof value === 'object' && value !== null && 'covered' in value);

/** The row of `standing` that holds what was measured of a visit. Its fact is not one of the vocabulary. */
export function measureKey(
  { actor, kind, object, sessionId }: Activity,
  at: number,
): { readonly personId: string; readonly fact: string; readonly object: Reference } {
  return { personId: actor, fact: `${kind.name} ${visitOf(sessionId, at)}`, object: object ?? '' };
}

/**
 * Time and scroll of one visit are one signal, as of the last word on it: what overlaps counts once, and of depths the
 * farthest. Each word takes the signal of the ones before back and begins that of all of them, so that the outcome
 * depends on what was measured and not on the order in which it arrived.
 */
export function resolveMeasure(activity: Activity, word: Stamp, own: Signal, known: Known): Effect {
  const keyed = measureKey(activity, word.at);
  const key = standingKey(keyed.personId, keyed.fact, keyed.object);
  const before = known.standing.byKey.get(key);
  const measured = added(before === undefined ? NOTHING : storedSchema.parse(before.value), own);
  const isLast = isLater(word, before?.word);
  const frame = isLast ? own : (before?.signal ?? own);
  const { covered, scroll } = measured;
  const signal: Signal = {
    ...frame,
    durationSeconds: covered.length === 0 ? null : secondsOf(covered),
    scrollDepthPercentage: scroll,
  };
  const ended = before?.signal ?? null;
  if (!isLast && ended?.durationSeconds === signal.durationSeconds && ended?.scrollDepthPercentage === scroll) {
    return {};
  }
  const last = isLast ? word : (before?.word ?? word);
  putRow(known.standing, key, { ...keyed, holds: true, kind: activity.kind.name, word: last, value: measured, signal });
  const begins = signal.durationSeconds === own.durationSeconds && scroll === own.scrollDepthPercentage && isLast;
  return {
    counts: begins,
    takesBack: [...(ended === null ? [] : [ended]), ...(begins ? [] : [{ ...signal, sign: -1 } as const])],
  };
}

/** The measures of one visit under two ids of a person, as one; undefined where a fact is none. */
export function joinedMeasures(earlier: StandingRow, later: StandingRow): StandingRow | undefined {
  const [one, other] = [storedSchema.safeParse(earlier.value), storedSchema.safeParse(later.value)];
  if (!one.success || !other.success || later.signal === null) {
    return undefined;
  }
  const depths = [one.data.scroll, other.data.scroll].filter((depth) => depth !== null);
  const covered = one.data.covered.reduce<readonly Stretch[]>(withStretch, other.data.covered);
  const scroll = depths.length === 0 ? null : Math.max(...depths);
  const durationSeconds = covered.length === 0 ? null : secondsOf(covered);
  return {
    ...later,
    value: { covered, scroll },
    signal: { ...later.signal, durationSeconds, scrollDepthPercentage: scroll },
  };
}

function added({ covered, scroll }: Measured, { at, durationSeconds, scrollDepthPercentage }: Signal): Measured {
  const from = at - Math.round((durationSeconds ?? 0) * 1_000);
  return {
    covered: withStretch(covered, [from, at]),
    scroll: scroll === null ? scrollDepthPercentage : Math.max(scroll, scrollDepthPercentage ?? 0),
  };
}
