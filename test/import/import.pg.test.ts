import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from '../../src/cli/demo.ts';
import { type ImportPorts, importLdbcSnb } from '../../src/cli/import.ts';
import { createLogger } from '../../src/core/logger.ts';
import { openPool } from '../../src/log/database.ts';
import { type ActivityLog, openLog } from '../../src/log/log.ts';
import { readImportRun, saveImportRun } from '../../src/log/read/import-runs.ts';
import { usePostgres } from '../support/stores.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/ldbc-snb', import.meta.url));
const postgres = usePostgres();
const clock = { time: Date.UTC(2026, 0, 15, 12), now: () => clock.time };

let pool: Pool;
let log: ActivityLog;
let ports: ImportPorts;
beforeAll(async () => {
  pool = openPool(postgres.url);
  log = await openLog({ pool, databaseUrl: postgres.url, clock, logger: createLogger('warn'), anonymizeIp: true });
  ports = {
    append: (submissions) => log.append(submissions),
    readImportRun: (source) => readImportRun(pool, source),
    saveImportRun: (run) => saveImportRun(pool, run),
    clock,
    out: { write: () => true },
    err: { write: () => true },
  };
});
afterAll(async () => {
  await log.close();
  await pool.end();
});

test('Law 2: a data set that is imported twice is in the log once, with the times of the first import', async () => {
  const first = await importLdbcSnb(ports, { dir: FIXTURE });
  expect(first).toMatchObject({ accepted: 35, duplicate: 0, conflict: 0, invalid: 0, position: 35, faults: [] });
  clock.time += 86_400_000;
  const second = await importLdbcSnb(ports, { dir: FIXTURE });
  expect(second).toMatchObject({ accepted: 0, duplicate: 35, conflict: 0, invalid: 0, position: 35, faults: [] });
  expect(second.shiftMs).toBe(first.shiftMs);
  expect(await log.head()).toBe(35);
});

test('people, content and addresses of a data set are known as if they had come one by one', async () => {
  await importLdbcSnb(ports, { dir: FIXTURE });
  const people = await pool.query('SELECT id, name, emails FROM users WHERE id = $1', ['7']);
  expect(people.rows).toEqual([{ id: '7', name: 'Ann Archer', emails: ['ann@example.org', 'archer@example.com'] }]);
  const content = await pool.query('SELECT author_id, reply_to, title, tags FROM content WHERE reference = $1', [
    'comment:2000',
  ]);
  expect(content.rows).toEqual([{ author_id: '10', reply_to: 'post:1000', title: 'It matters.', tags: ['chess'] }]);
  const addresses = await pool.query("SELECT DISTINCT host(ip_address) AS ip FROM user_activity WHERE user_id = '7'");
  expect(addresses.rows).toEqual([{ ip: '192.0.2.0' }]);
});

test('a demo arrives whole, and once', async () => {
  const demoPorts = {
    ...ports,
    head: () => log.head(),
    waitFor: async () => true,
    feedPage: async () => ({ items: [] }),
  };
  const options = { people: 40, activities: 800, silent: true };
  const first = await runDemo(demoPorts, options);
  expect(first).toMatchObject({ duplicate: 0, conflict: 0, invalid: 0, faults: [] });
  clock.time += 86_400_000;
  expect(await runDemo(demoPorts, options)).toMatchObject({ accepted: 0, duplicate: first.accepted, conflict: 0 });
});
