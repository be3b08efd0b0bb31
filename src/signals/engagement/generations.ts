import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { FoldRow } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { type Queryable, readRows } from '../../log/database.ts';
import { readFoldRows } from '../../log/read/fold-rows.ts';
import { dailyEngagement } from './daily.ts';

/** Rows of the log for one transaction. */
const BATCH = 5_000;

/** A whole of engagement by day, and how much of the log is in it. */
export interface Generation {
  readonly generation: number;
  readonly position: number;
  readonly fingerprint: string;
}

/** Names the settings that engagement is added up with; what was added up with others cannot be carried on. */
export function engagementFingerprint({ weights, timeBonus, scrollBonus }: Ranking): string {
  const sorted = Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = ['engagement-1', sorted, timeBonus.perMinute, timeBonus.maxMinutes, scrollBonus.full];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Begins an empty generation; nothing happens where it would be the second one that is live. */
export async function beginGeneration(
  database: Queryable,
  { ranking, live }: { readonly ranking: Ranking; readonly live: boolean },
): Promise<number | undefined> {
  const [begun] = await readRows<{ generation: number }>(
    database,
    // Where there is a live one it is not waited for, whoever is changing it.
    `INSERT INTO engagement_generation (position, fingerprint, live)
     SELECT 0, $1, $2::boolean WHERE NOT ($2 AND EXISTS (SELECT FROM engagement_generation WHERE live))
     ON CONFLICT DO NOTHING RETURNING generation`,
    [engagementFingerprint(ranking), live],
  );
  return begun?.generation;
}

/**
 * The generation that is read, locked until the transaction ends; undefined before the first, and, where `waits` is
 * false, while somebody else has it.
 */
export async function lockLive(client: PoolClient, waits = true): Promise<Generation | undefined> {
  const [live] = await readRows<Generation>(
    client,
    `SELECT generation, position, fingerprint FROM engagement_generation WHERE live FOR UPDATE ${waits ? '' : 'SKIP LOCKED'}`,
  );
  return live;
}

/** How much of the log is in the generation that is read. */
export async function livePosition(database: Queryable): Promise<number> {
  const [live] = await readRows<{ position: number }>(
    database,
    'SELECT position FROM engagement_generation WHERE live',
  );
  return live?.position ?? 0;
}

/** Adds the next rows of the log, up to a position, to a generation that nobody else adds to. Returns it as it is then. */
export async function addNextRows(
  client: PoolClient,
  generation: Generation,
  ranking: Ranking,
  until = Number.POSITIVE_INFINITY,
): Promise<Generation & { readonly atEnd: boolean }> {
  // Positions have no gaps.
  const rows = await readFoldRows(client, generation.position, Math.min(BATCH, until - generation.position));
  const added = dailyEngagement(rows, ranking);
  const position = rows.at(-1)?.position ?? generation.position;
  if (added.length > 0) {
    await readRows(
      client,
      `INSERT INTO engagement_day (generation, user_id, day, kind, activities, micros)
       SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[])
       ON CONFLICT (generation, user_id, day, kind) DO UPDATE
       SET activities = engagement_day.activities + excluded.activities, micros = engagement_day.micros + excluded.micros`,
      [
        generation.generation,
        added.map(({ person }) => person),
        added.map(({ day }) => day),
        added.map(({ kind }) => kind),
        added.map(({ activities }) => activities),
        added.map(({ micros }) => micros),
      ],
    );
  }
  await joinPeople(client, generation, rows);
  if (position > generation.position) {
    await readRows(client, 'UPDATE engagement_generation SET position = $2 WHERE generation = $1', [
      generation.generation,
      position,
    ]);
  }
  return { ...generation, position, atEnd: rows.length < BATCH };
}

/** What two ids of one person did is that person's: sums, so it does not matter what the same rows added before. */
async function joinPeople(client: PoolClient, { generation }: Generation, rows: readonly FoldRow[]): Promise<void> {
  for (const change of rows.flatMap((row) => row.changes)) {
    if (change.edge === 'ALIAS') {
      await readRows(
        client,
        `WITH former AS (DELETE FROM engagement_day WHERE generation = $1 AND user_id = $2 RETURNING *)
         INSERT INTO engagement_day (generation, user_id, day, kind, activities, micros)
         SELECT generation, $3, day, kind, activities, micros FROM former
         ON CONFLICT (generation, user_id, day, kind) DO UPDATE
         SET activities = engagement_day.activities + excluded.activities, micros = engagement_day.micros + excluded.micros`,
        [generation, change.from, change.to],
      );
    }
  }
}
