import type { PoolClient } from 'pg';
import { localTimes } from '../../activity/local-time.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { type ActorRow, readRowsAt, readRowsOfActor } from '../../log/read/fold-rows.ts';
import { oldIdsOf } from '../../log/read/ids-of-person.ts';
import { addUpDays, type PersonDay, sumOfDays } from './days.ts';
import { deleteDays, signalPositions, writeDays, writeZones, zonesNow } from './store.ts';

const ROWS_AT_ONCE = 5_000;

/**
 * Adds the days of some people up anew, from all that the log says of them up to a position, in the zones they are in now.
 * The caller holds the progress.
 *
 * @returns how many days are other than they were.
 */
export async function addUpAnew(
  client: PoolClient,
  people: readonly string[],
  { ranking, until }: { readonly ranking: Ranking; readonly until: number },
): Promise<number> {
  const zones = await zonesNow(client, people);
  const oldIds = await oldIdsOf(client, people);
  const before = await deleteDays(client, [...people, ...oldIds.keys()]);
  const dayOf = dayTeller(zones);
  const after: PersonDay[] = [];
  for (const person of people) {
    const ids = new Set([person, ...[...oldIds].filter(([, now]) => now === person).map(([old]) => old)]);
    const personOf = (id: string): string => (ids.has(id) ? person : id);
    let days: readonly PersonDay[] = [];
    for await (const rows of rowsAbout(client, ids, until)) {
      const own = rows.map((row) => onlyOf(row, ids));
      days = sumOfDays([...days, ...addUpDays(own, { ranking, personOf, dayOf })]);
    }
    after.push(...days);
  }
  await writeDays(client, after);
  // Of whom nothing is left nothing is kept: they may have been erased.
  const left = new Set(after.map(({ person }) => person));
  await writeZones(client, new Map([...zones].filter(([person]) => left.has(person))));
  return countDifferences(before, after);
}

/** Tells the day of a moment where a person is. */
export function dayTeller(zones: ReadonlyMap<string, string>): (person: string, at: number) => number {
  const tellers = new Map<string, ReturnType<typeof localTimes>>();
  return (person, at) => {
    const zone = zones.get(person) ?? 'UTC';
    const teller = tellers.get(zone) ?? localTimes(zone);
    tellers.set(zone, teller);
    return teller(at).day;
  };
}

/** What the person wrote, and then what others did that says something of them. */
async function* rowsAbout(client: PoolClient, ids: ReadonlySet<string>, until: number) {
  for (const id of ids) {
    let after = 0;
    for (let atEnd = false; !atEnd; ) {
      const rows = await readRowsOfActor(client, id, { after, until, limit: ROWS_AT_ONCE });
      yield rows;
      after = rows.at(-1)?.row.position ?? after;
      atEnd = rows.length < ROWS_AT_ONCE;
    }
  }
  const positions = await signalPositions(client, [...ids], until);
  for (let from = 0; from < positions.length; from += ROWS_AT_ONCE) {
    const rows = await readRowsAt(client, positions.slice(from, from + ROWS_AT_ONCE));
    // What was somebody else's then is the person's own since two ids became one.
    yield rows.filter(({ actor }) => actor === null || !ids.has(actor));
  }
}

/** Of a row, what it says of one person. */
function onlyOf({ row, actor, at }: ActorRow, ids: ReadonlySet<string>): ActorRow {
  const signals = row.signals.filter(({ person }) => ids.has(person));
  return { row: { ...row, signals }, actor: actor !== null && ids.has(actor) ? actor : null, at };
}

function countDifferences(before: readonly PersonDay[], after: readonly PersonDay[]): number {
  const texts = new Map(before.map((day) => [keyOf(day), textOf(day)]));
  const changed = after.filter((day) => texts.get(keyOf(day)) !== textOf(day)).length;
  const kept = new Set(after.map(keyOf));
  return changed + before.filter((day) => !kept.has(keyOf(day))).length;
}

const keyOf = ({ person, day }: PersonDay): string => JSON.stringify([person, day]);

function textOf({ counts, micros }: PersonDay): string {
  return JSON.stringify([Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)), micros]);
}
