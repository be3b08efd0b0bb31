import type { Pool, PoolClient } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { inTransaction } from '../../log/database.ts';
import { type ActorRow, readActorRows } from '../../log/read/fold-rows.ts';
import { newIdsOf } from '../../log/read/ids-of-person.ts';
import { engagementFingerprint } from '../engagement/generations.ts';
import { addUpDays, sumOfDays } from './days.ts';
import { addUpAnew, dayTeller } from './people.ts';
import {
  deleteSingleDays,
  forgetDays,
  lockProgress,
  nextAggregated,
  noteSignals,
  type Progress,
  readDays,
  saveProgress,
  writeDays,
  writeZones,
  zonesNow,
  zonesUsed,
} from './store.ts';

/** Rows of the log for one transaction. */
const ROWS_AT_ONCE = 5_000;
/** People whose days are added up anew in one transaction. */
const PEOPLE_AT_ONCE = 100;

export interface AggregationPorts {
  readonly pool: Pool;
  readonly ranking: Ranking;
}

/**
 * Brings `activity_aggregation` up to the end of the log, by at most `steps` batches, each in a transaction together with
 * the position that it reached. Who is in another time zone than before, or has one id more, is added up anew. With other
 * weights than before everything begins again from the first row.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function followDays(
  { pool, ranking }: AggregationPorts,
  steps: number,
  onStep: (position: number) => Promise<void> = async () => undefined,
): Promise<{ readonly position: number }> {
  for (let step = 1; ; step += 1) {
    const { position, atEnd } = await inTransaction(pool, (client) => addNextRows(client, ranking));
    if (atEnd || step >= steps) {
      return { position };
    }
    await onStep(position);
  }
}

/**
 * Adds everybody's days up anew, some people in a transaction, and says how many days were not what following the log had
 * made of them: none, unless somebody was erased since, of whom others' rows said something.
 */
export async function addUpEverybody(
  { pool, ranking }: AggregationPorts,
  onPeople: (people: number) => Promise<void>,
): Promise<{ readonly people: number; readonly differences: number }> {
  let people = 0;
  let differences = 0;
  for (let after = ''; ; ) {
    const next = await inTransaction(pool, async (client) => {
      const { position } = await lockProgress(client, engagementFingerprint(ranking));
      const some = await nextAggregated(client, after, PEOPLE_AT_ONCE);
      differences += await addUpAnew(client, some, { ranking, until: position });
      return some;
    });
    people += next.length;
    if (next.length < PEOPLE_AT_ONCE) {
      return { people, differences };
    }
    after = next.at(-1) ?? after;
    await onPeople(people);
  }
}

async function addNextRows(client: PoolClient, ranking: Ranking): Promise<Progress & { readonly atEnd: boolean }> {
  const from = await begin(client, engagementFingerprint(ranking));
  const rows = await readActorRows(client, from.position, ROWS_AT_ONCE);
  const position = rows.at(-1)?.row.position ?? from.position;
  if (rows.length > 0) {
    await addRows(client, rows, { ranking, until: position });
    await saveProgress(client, { ...from, position });
  }
  return { ...from, position, atEnd: rows.length < ROWS_AT_ONCE };
}

async function begin(client: PoolClient, fingerprint: string): Promise<Progress> {
  const progress = await lockProgress(client, fingerprint);
  if (progress.fingerprint === fingerprint) {
    return progress;
  }
  await forgetDays(client);
  return { position: 0, fingerprint };
}

async function addRows(
  client: PoolClient,
  rows: readonly ActorRow[],
  options: { readonly ranking: Ranking; readonly until: number },
): Promise<void> {
  const newIds = await newIdsOf(client, rows.flatMap(idsIn));
  const personOf = (id: string): string => newIds.get(id) ?? id;
  await noteSignals(client, rows.flatMap(signalsOfOthers));
  const people = [...new Set(rows.flatMap(idsIn).map(personOf))];
  const [zones, before] = [await zonesNow(client, people), await zonesUsed(client, people)];
  const anew = new Set([
    ...rows.flatMap(({ row }) => row.changes).flatMap((one) => (one.edge === 'ALIAS' ? [personOf(one.to)] : [])),
    ...people.filter((person) => before.has(person) && before.get(person) !== zones.get(person)),
  ]);
  await writeZones(client, zones);
  const added = addUpDays(rows, { ranking: options.ranking, personOf, dayOf: dayTeller(zones) });
  const days = added.filter(({ person }) => !anew.has(person));
  const sums = sumOfDays([...(await readDays(client, days)), ...days]);
  const left = new Set(sums.map(({ person, day }) => `${day} ${person}`));
  await writeDays(client, sums);
  await deleteSingleDays(
    client,
    days.filter(({ person, day }) => !left.has(`${day} ${person}`)),
  );
  await addUpAnew(client, [...anew], options);
}

function idsIn({ row, actor }: ActorRow): readonly string[] {
  return [...(actor === null ? [] : [actor]), ...row.signals.map(({ person }) => person)];
}

function signalsOfOthers({ row, actor }: ActorRow) {
  return row.signals.filter(({ person }) => person !== actor).map(({ person }) => ({ person, position: row.position }));
}
