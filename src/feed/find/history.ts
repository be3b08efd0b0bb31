import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../../core/clock.ts';

const share = z.number().min(0);
const halfLife = z.number().positive().nullable();

/** Which of what a person did says how much about their taste. */
export const historySchema = z.strictObject({
  /** The newest so many things that somebody engaged with. */
  most: z.int().min(1).max(200),
  /** What was done so long ago counts half; null: as much as what was done now. */
  halfLifeDays: halfLife,
  /** What so many other things were done after counts half; null: as much as the newest. */
  halfLifeItems: halfLife,
  /** 1: what somebody engaged with twice as much counts twice; 0: everything counts alike. */
  engagementPower: z.number().min(0).max(1),
  /** 0: more history gives higher sums; 1: the mean. */
  lengthPower: z.number().min(0).max(1),
  /** What is done in the session that goes on counts so much more. */
  session: z.strictObject({ share, withinMinutes: z.number().positive(), halfLifeMinutes: z.number().positive() }),
  /** What those in touch with the person engaged with counts so much, by the strength of the tie; 0: nothing. */
  friends: z.strictObject({ share, people: z.int().min(1).max(50), perPerson: z.int().min(1).max(50) }),
});
export type History = z.output<typeof historySchema>;

/** Something that a person engaged with. */
export interface Past {
  readonly content: string;
  /** When last, milliseconds. */
  readonly at: number;
  /** How much, as it was then. */
  readonly weight: number;
}

/** Something done that says what the person likes, and how much it says. */
export interface Seed {
  readonly content: string;
  readonly weight: number;
}

/**
 * How much each thing done says about a person's taste now: the k-th newest (from 0) counts
 * `engagement^p · (2^(−age/halfLife) · 2^(−k/halfLifeItems) + share · 2^(−age/sessionHalfLife))`, the second summand for
 * what was done in this session. All of it is divided by `(Σ weights)^lengthPower`.
 *
 * @param past - newest first.
 * @param now - milliseconds since the epoch.
 */
export function seedsOf(past: readonly Past[], history: History, now: number): Seed[] {
  const { halfLifeDays, halfLifeItems, engagementPower, session, lengthPower } = history;
  const seeds = past.slice(0, history.most).map(({ content, at, weight }, k) => {
    const age = Math.max(now - at, 0);
    const lasting = halved(age, halfLifeDays === null ? null : halfLifeDays * DAY_MS) * halved(k, halfLifeItems);
    const inSession = age <= session.withinMinutes * MINUTE_MS;
    const fresh = inSession ? session.share * halved(age, session.halfLifeMinutes * MINUTE_MS) : 0;
    return { content, weight: weight ** engagementPower * (lasting + fresh) };
  });
  const sum = seeds.reduce((total, { weight }) => total + weight, 0);
  return sum > 0 ? seeds.map(({ content, weight }) => ({ content, weight: weight / sum ** lengthPower })) : [];
}

function halved(x: number, halfLife: number | null): number {
  return halfLife === null ? 1 : 2 ** (-x / halfLife);
}
