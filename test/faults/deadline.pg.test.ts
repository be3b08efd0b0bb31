import { expect, it } from 'vitest';
import { openPool, readRows } from '../../src/log/database.ts';
import { usePostgres } from '../support/stores.ts';

const postgres = usePostgres();

it.each([
  ['Postgres ends a statement that takes too long', { statementTimeoutMs: 100 }],
  ['a Postgres that does not answer is given up', { queryTimeoutMs: 100 }],
])('%s: LOG_UNAVAILABLE, and the pool goes on', async (_what, options) => {
  const pool = openPool(postgres.url, { max: 1, ...options });
  await expect(readRows(pool, 'SELECT pg_sleep(3)')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  expect(await readRows(pool, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await pool.end();
});

it('a connection that breaks while it is lent out and nothing runs on it does not end the process', async () => {
  const pool = openPool(postgres.url, { max: 2 });
  const lent = await pool.connect();
  const { rows } = await lent.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => lent.once('end', resolve));
  await readRows(pool, 'SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;
  await expect(lent.query('SELECT 1')).rejects.toThrow();
  lent.release(true);
  expect(await readRows(pool, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await pool.end();
});
