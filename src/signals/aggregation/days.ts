import type { Signal } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { ActorRow } from '../../log/read/fold-rows.ts';
import { microsOf } from '../engagement/daily.ts';

/** What one person did on one day. */
export interface PersonDay {
  readonly person: string;
  /** Days since 1 January 1970, by the calendar where the person is. */
  readonly day: number;
  /** How many activities by kind; one that takes another back is one too, and that other stays counted. */
  readonly counts: Readonly<Record<string, number>>;
  /** Millionths of engagement, less what was taken back of this day, whenever that was done. */
  readonly micros: number;
}

export interface AddUpOptions {
  readonly ranking: Ranking;
  /** The id that an old id stands for now. */
  personOf(id: string): string;
  /** The calendar day of a moment (milliseconds) where the person is. */
  dayOf(person: string, at: number): number;
}

/**
 * What rows of the log add to the days of people. Engagement is that of seed 000 (`engagementOf`); its parts are whole
 * numbers of millionths, so that they add up to the same in any order and any batches.
 */
export function addUpDays(rows: readonly ActorRow[], options: AddUpOptions): readonly PersonDay[] {
  return sumOfDays(
    rows.flatMap(({ row, actor, at }) => [
      ...(actor === null ? [] : [done(actor, row.kind, at, options)]),
      ...row.signals.map((signal) => shown(signal, options)),
    ]),
  );
}

/** The same days, each once; those without anything are left out. */
export function sumOfDays(days: readonly PersonDay[]): readonly PersonDay[] {
  const sums = new Map<string, PersonDay>();
  for (const added of days) {
    const key = JSON.stringify([added.person, added.day]);
    const before = sums.get(key);
    sums.set(key, before === undefined ? added : together(before, added));
  }
  return [...sums.values()].filter(({ counts, micros }) => micros !== 0 || Object.keys(counts).length > 0);
}

function together(a: PersonDay, b: PersonDay): PersonDay {
  const counts: Record<string, number> = { ...a.counts };
  for (const [kind, count] of Object.entries(b.counts)) {
    counts[kind] = (counts[kind] ?? 0) + count;
  }
  return { ...a, counts, micros: a.micros + b.micros };
}

function done(actor: string, kind: string, at: number, { personOf, dayOf }: AddUpOptions): PersonDay {
  const person = personOf(actor);
  return { person, day: dayOf(person, at), counts: { [kind]: 1 }, micros: 0 };
}

function shown(signal: Signal, { ranking, personOf, dayOf }: AddUpOptions): PersonDay {
  const person = personOf(signal.person);
  return { person, day: dayOf(person, signal.at), counts: {}, micros: microsOf(signal, ranking) };
}
