import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUDIT_TABLES } from '../../src/activity/kinds.ts';
import { openPool } from '../../src/log/database.ts';
import { IMPERSONAL_TABLES, PERSONAL_TABLES } from '../../src/log/erase/personal-tables.ts';
import { usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
let pool: ReturnType<typeof openPool>;
beforeAll(() => {
  pool = openPool(postgres.url);
});
afterAll(() => pool.end());

/** Cleared and exported by means of their own. */
const OTHERS = ['activity_log', 'content', ...AUDIT_TABLES];

it('every table is known to hold data of people, or not to', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace`,
  );
  const known = [...OTHERS, ...PERSONAL_TABLES.map(({ table }) => table), ...Object.keys(IMPERSONAL_TABLES)];
  expect(rows.map(({ name }) => name).sort(), 'say in personal-tables.ts what a new table holds').toEqual(known.sort());
});

it('every column that holds ids of people is cleared, and what is cleared exists', async () => {
  const { rows } = await pool.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = ANY($1)`,
    [PERSONAL_TABLES.map(({ table }) => table)],
  );
  const names = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  const listed = PERSONAL_TABLES.flatMap(({ table, person, reference = [], mentions = [] }) =>
    [...person, ...reference, ...mentions].map((column) => `${table}.${column}`),
  );
  expect(listed.filter((name) => !names.has(name))).toEqual([]);
  const personal = [...names].filter((name) =>
    /\.(user_id|person_id|actor_id|author_id|target_id|visitor_id)$/u.test(name),
  );
  expect(personal.filter((name) => !listed.includes(name))).toEqual([]);
});
