import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { AUDIT_TABLES } from '../activity/kinds.ts';
import type { ActivityLog, Submission } from '../log/log.ts';
import { type Measurement, median, perSecond, timed } from './report.ts';

const BATCH = 1_000;
const IN_FLIGHT = 4;
const TABLES = ['activity_log', ...AUDIT_TABLES];
const ROUNDS = 3;
/** Appended before the clock starts: a service that runs has its code compiled. */
const WARM_UP_BATCHES = 8;

/**
 * Appending through the log (checks for duplicates, resolution of facts, commitments, chain, one commit a group)
 * against COPY of the very rows it wrote, in the same batches, into tables with the same indexes.
 */
export async function benchAppend(
  log: ActivityLog,
  pool: Pool,
  submissions: readonly Submission[],
): Promise<Measurement> {
  const batches = chunks(submissions, BATCH);
  const append = (batch: readonly Submission[]): Promise<unknown> => log.append(batch);
  await inFlight(batches.slice(0, WARM_UP_BATCHES), IN_FLIGHT, append);
  const before = await log.head();
  const ours = await timed(() => inFlight(batches.slice(WARM_UP_BATCHES), IN_FLIGHT, append));
  const count = (await log.head()) - before;
  const raw: number[] = [];
  const client = await pool.connect();
  try {
    const rows = await readBack(client, before + 1, before + count);
    for (let round = 0; round < ROUNDS; round += 1) {
      raw.push(await copyRaw(client, rows));
    }
  } finally {
    client.release();
  }
  const ratio = median(raw) / ours.ms;
  return {
    name: `append, batches of ${BATCH.toLocaleString('en')}`,
    measured: perSecond(count, ours.ms),
    yardstick: `COPY of the same rows: ${perSecond(count, median(raw))}`,
    ratio,
    aim: '≥ 0.50',
    met: ratio >= 0.5,
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Works on the items in order, at most `width` at a time. */
export async function inFlight<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = oneByOne(items);
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) {
        await work(item);
      }
    }),
  );
}

/** An iterator that several loops may share. */
function* oneByOne<T>(items: Iterable<T>): Generator<T> {
  yield* items;
}

type Batch = readonly { readonly table: string; readonly text: Buffer }[];

/** The rows of these positions as COPY would send them, table by table, in batches. */
async function readBack(client: PoolClient, from: number, to: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  const key = (table: string): string => (table === 'activity_log' ? 'position' : 'id');
  for (let first = from; first <= to; first += BATCH) {
    const batch: { table: string; text: Buffer }[] = [];
    for (const table of TABLES) {
      const range = `${key(table)} >= ${first} AND ${key(table)} < ${first + BATCH}`;
      const stream = client.query(copyTo(`COPY (SELECT * FROM ${table} WHERE ${range}) TO STDOUT`));
      const parts: Buffer[] = [];
      for await (const part of stream) {
        parts.push(part as Buffer);
      }
      batch.push({ table, text: Buffer.concat(parts) });
    }
    batches.push(batch.filter(({ text }) => text.length > 0));
  }
  return batches;
}

async function copyRaw(client: PoolClient, batches: readonly Batch[]): Promise<number> {
  for (const table of TABLES) {
    await client.query(`CREATE TABLE raw_${table} (LIKE ${table} INCLUDING ALL)`);
  }
  const { ms } = await timed(async () => {
    for (const batch of batches) {
      await client.query('BEGIN');
      for (const { table, text } of batch) {
        await pipeline(Readable.from([text]), client.query(copyFrom(`COPY raw_${table} FROM STDIN`)));
      }
      await client.query('COMMIT');
    }
  });
  for (const table of TABLES) {
    await client.query(`DROP TABLE raw_${table}`);
  }
  return ms;
}
