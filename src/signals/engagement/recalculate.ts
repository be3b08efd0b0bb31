import type { PoolClient } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { inTransaction, readRows } from '../../log/database.ts';
import type { FollowPorts } from './follow.ts';
import { addNextRows, beginGeneration, engagementFingerprint, type Generation, lockLive } from './generations.ts';

export interface Recalculated {
  /** The log is in the scores up to here. */
  readonly position: number;
  /** People who have engagement. */
  readonly people: number;
  /** Days of people that were not what following the log had made of them; null where that had other weights. */
  readonly differences: number | null;
}

/**
 * Adds all engagement up anew from the first row of the log, beside what is read meanwhile, compares the two at one
 * position, and puts the new one in the place of the old. To be run by one process at a time. One that is cut off leaves
 * what is read as it was; the next begins anew.
 */
export async function recalculateEngagement(
  { pool, ranking }: FollowPorts,
  onStep: (position: number) => Promise<void>,
): Promise<Recalculated> {
  await deleteOthers(pool);
  const begun = await beginGeneration(pool, { ranking, live: false });
  let draft: Generation = { generation: begun ?? 0, position: 0, fingerprint: engagementFingerprint(ranking) };
  for (let atEnd = false; !atEnd; ) {
    const reached = await inTransaction(pool, (client) => addNextRows(client, draft, ranking));
    draft = reached;
    atEnd = reached.atEnd;
    await onStep(draft.position);
  }
  const result = await inTransaction(pool, (client) => takeOver(client, draft, ranking));
  await deleteOthers(pool);
  return result;
}

/** While the live generation is locked nothing is added to it, so that both can be brought to the same position. */
async function takeOver(client: PoolClient, draft: Generation, ranking: Ranking): Promise<Recalculated> {
  const live = await lockLive(client);
  const anew = await toTheEnd(client, draft, ranking);
  const comparable = live !== undefined && live.fingerprint === anew.fingerprint;
  const followed = comparable ? await toTheEnd(client, live, ranking, anew.position) : undefined;
  const differences = followed === undefined ? null : await countDifferences(client, anew, followed);
  await readRows(client, 'UPDATE engagement_generation SET live = false WHERE live');
  await readRows(client, 'UPDATE engagement_generation SET live = true WHERE generation = $1', [anew.generation]);
  const [counted] = await readRows<{ people: number }>(
    client,
    'SELECT count(DISTINCT user_id) AS people FROM engagement_day WHERE generation = $1 AND activities <> 0',
    [anew.generation],
  );
  return { position: anew.position, people: counted?.people ?? 0, differences };
}

/** Few rows are left for it: those of the last moments. */
async function toTheEnd(
  client: PoolClient,
  generation: Generation,
  ranking: Ranking,
  until?: number,
): Promise<Generation> {
  let reached = { ...generation, atEnd: false };
  while (!reached.atEnd) {
    reached = await addNextRows(client, reached, ranking, until);
  }
  return reached;
}

async function countDifferences(client: PoolClient, a: Generation, b: Generation): Promise<number> {
  const [row] = await readRows<{ differences: number }>(
    client,
    `SELECT count(*) AS differences
     FROM (SELECT user_id, day, kind, activities, micros FROM engagement_day WHERE generation = $1) AS a
     FULL JOIN (SELECT user_id, day, kind, activities, micros FROM engagement_day WHERE generation = $2) AS b
       USING (user_id, day, kind)
     WHERE coalesce(a.activities, 0) <> coalesce(b.activities, 0) OR coalesce(a.micros, 0) <> coalesce(b.micros, 0)`,
    [a.generation, b.generation],
  );
  return row?.differences ?? 0;
}

/** Deletes what is not read: of runs that were cut off, and what was just replaced. */
async function deleteOthers(pool: FollowPorts['pool']): Promise<void> {
  await readRows(
    pool,
    'DELETE FROM engagement_day WHERE generation NOT IN (SELECT generation FROM engagement_generation WHERE live)',
  );
  await readRows(pool, 'DELETE FROM engagement_generation WHERE NOT live');
}
