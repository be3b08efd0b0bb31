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
  ensureProgress,
  forgetDays,
  lockProgress,
  nextAggregated,
  noteSignals,
  type Progress,
  readDays,
  saveProgress,
  storedPosition,
  tryLockProgress,
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
  await ensureProgress(pool, engagementFingerprint(ranking));
  for (let step = 1; ; step += 1) {
    const { position, atEnd } = await inTransaction(pool, (client) => addNextRows(client, ranking));
    if (atEnd || step >= steps) {
      return { position };
    }
    await onStep(position);
  }
}

/**
 * The same for somebody who asks: without waiting for anybody, so that no number of them keeps the pool's connections from
 * others. Whom to add up anew, and what was added up with other weights, is left to the job, with all that comes after it;
 * until then what is stored is answered.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function followForReader(
  { pool, ranking }: AggregationPorts,
  steps: number,
): Promise<{ readonly position: number }> {
  await ensureProgress(pool, engagementFingerprint(ranking));
  for (let step = 1; step <= steps; step += 1) {
    if (!(await inTransaction(pool, (client) => addEasyRows(client, ranking)))) {
      break;
    }
  }
  return { position: await storedPosition(pool) };
}

/**
 * Adds everybody's days up anew, some people in a transaction, and says how many days were not what following the log had
 * made of them: none, unless somebody was erased since, of whom others' rows said something.
 */
export async function addUpEverybody(
  { pool, ranking }: AggregationPorts,
  onPeople: (people: number) => Promise<void>,
): Promise<{ readonly people: number; readonly differences: number }> {
  await ensureProgress(pool, engagementFingerprint(ranking));
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
  return { ...(await addAndSave(client, rows, { ranking, from })), atEnd: rows.length < ROWS_AT_ONCE };
}

/** Adds the next rows up to one for which somebody is to be added up anew; whether more of them may follow. */
async function addEasyRows(client: PoolClient, ranking: Ranking): Promise<boolean> {
  const from = await tryLockProgress(client);
  if (from?.fingerprint !== engagementFingerprint(ranking)) {
    return false;
  }
  const rows = await readActorRows(client, from.position, ROWS_AT_ONCE);
  const { personOf, anew } = await peopleIn(client, rows);
  const hard = rows.findIndex((row) => [...idsIn(row), ...newIdsIn(row)].some((id) => anew.has(personOf(id))));
  await addAndSave(client, hard < 0 ? rows : rows.slice(0, hard), { ranking, from });
  return hard < 0 && rows.length === ROWS_AT_ONCE;
}

async function addAndSave(
  client: PoolClient,
  rows: readonly ActorRow[],
  { ranking, from }: { readonly ranking: Ranking; readonly from: Progress },
): Promise<Progress> {
  const position = rows.at(-1)?.row.position ?? from.position;
  if (rows.length > 0) {
    await addRows(client, rows, { ranking, until: position });
    await saveProgress(client, { ...from, position });
  }
  return { ...from, position };
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
  const { personOf, zones, anew } = await peopleIn(client, rows);
  await noteSignals(client, rows.flatMap(signalsOfOthers));
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

/** Of whom rows say something, where they are, and who of them is to be added up anew for it. */
async function peopleIn(client: PoolClient, rows: readonly ActorRow[]) {
  const newIds = await newIdsOf(client, rows.flatMap(idsIn));
  const personOf = (id: string): string => newIds.get(id) ?? id;
  const people = [...new Set(rows.flatMap(idsIn).map(personOf))];
  const [zones, before] = [await zonesNow(client, people), await zonesUsed(client, people)];
  const anew = new Set([
    ...rows.flatMap(newIdsIn).map(personOf),
    ...people.filter((person) => before.has(person) && before.get(person) !== zones.get(person)),
  ]);
  return { personOf, zones, anew };
}

/** Who has one id more since a row. */
function newIdsIn({ row }: ActorRow): readonly string[] {
  return row.changes.flatMap((one) => (one.edge === 'ALIAS' ? [one.to] : []));
}

function idsIn({ row, actor }: ActorRow): readonly string[] {
  return [...(actor === null ? [] : [actor]), ...row.signals.map(({ person }) => person)];
}

function signalsOfOthers({ row, actor }: ActorRow) {
  return row.signals.filter(({ person }) => person !== actor).map(({ person }) => ({ person, position: row.position }));
}
