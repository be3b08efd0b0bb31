import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openPool } from '../../src/log/database.ts';
import { type Lease, openLease } from '../../src/log/lease.ts';
import { openWire } from '../faults/wire.ts';
import { usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
const KEY = 42;
const opened: Lease[] = [];

function lease(url = postgres.url): Lease {
  const one = openLease(url, KEY, pino({ level: 'silent' }));
  opened.push(one);
  return one;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function holding(...leases: readonly Lease[]): Promise<Lease> {
  await expect.poll(() => leases.filter((one) => one.held()).length, { timeout: 5_000 }).toBe(1);
  const [holder] = leases.filter((one) => one.held());
  if (holder === undefined) {
    throw new Error('Nobody has it');
  }
  return holder;
}

describe('a lease', () => {
  it('is had by one of two, and goes over when the holder gives it up', async () => {
    const [one, two] = [lease(), lease()];
    const holder = await holding(one, two);
    const other = holder === one ? two : one;
    await holder.close();
    expect(holder.held()).toBe(false);
    await expect.poll(() => other.held(), { timeout: 5_000 }).toBe(true);
  });

  it('is lost by a machine that is cut off, although neither end is told, and the other gets it', async () => {
    const wire = await openWire(postgres.url);
    const url = new URL(postgres.url);
    url.host = `127.0.0.1:${wire.port}`;
    const one = lease(url.toString());
    await holding(one);
    const two = lease();
    wire.hold();
    await expect.poll(() => two.held(), { timeout: 20_000 }).toBe(true);
    expect(one.held()).toBe(false);
    wire.close();
  }, 40_000);

  it('is lost with its connection, and the other gets it', async () => {
    const one = lease();
    await holding(one);
    const two = lease();
    const pool = openPool(postgres.url);
    const backends = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${KEY} AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    // Again and again: the first may be faster than the second to take it up.
    await expect
      .poll(
        async () => {
          if (!two.held()) {
            await pool.query(`SELECT pg_terminate_backend(pid) FROM (${backends}) AS holder`);
          }
          await expect.poll(() => [one, two].filter((each) => each.held()).length, { timeout: 5_000 }).toBe(1);
          return two.held();
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBe(true);
    expect(one.held()).toBe(false);
    await pool.end();
  }, 30_000);
});
