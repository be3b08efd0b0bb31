import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_TABLES } from '../../src/activity/kinds.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import { sent, timeBefore, useLog } from './fixture.ts';

const ROWS = 60;

/** Statements that change what the log says at position $1; each must be found and named. */
const TAMPERINGS = {
  'the kind': "UPDATE activity_log SET kind = 'share' WHERE position = $1",
  'the actor': "UPDATE activity_log SET actor_id = 'mallory' WHERE position = $1",
  'the object': "UPDATE activity_log SET object = 'post:other' WHERE position = $1",
  'the time by a millisecond':
    "UPDATE activity_log SET effective_at = effective_at - interval '1 millisecond' WHERE position = $1",
  'the time of receipt':
    "UPDATE activity_log SET recorded_at = recorded_at + interval '1 millisecond' WHERE position = $1",
  'a measure': 'UPDATE activity_log SET duration_seconds = coalesce(duration_seconds, 0) + 1e-9 WHERE position = $1',
  'the tags': "UPDATE activity_log SET tags = ARRAY['spam'] WHERE position = $1",
  'whether it counts': 'UPDATE activity_log SET counts = NOT counts WHERE position = $1',
  'what it takes back': "UPDATE activity_log SET takes_back = '[]' WHERE position = $1",
  'the changes': "UPDATE activity_log SET changes = '[]' WHERE position = $1",
  'the digest': "UPDATE activity_log SET sent_digest = decode(repeat('00', 32), 'hex') WHERE position = $1",
  'a salt': "UPDATE activity_log SET fold_salt = decode(repeat('00', 16), 'hex') WHERE position = $1",
  'a commitment': "UPDATE activity_log SET audit_commitment = decode(repeat('00', 32), 'hex') WHERE position = $1",
  'the chain': "UPDATE activity_log SET chain = decode(repeat('00', 32), 'hex') WHERE position = $1",
  'the content of the audit row': 'UPDATE content_interaction SET metadata = metadata || \'{"x": 1}\' WHERE id = $1',
  'the address': "UPDATE content_interaction SET ip_address = '192.0.2.1' WHERE id = $1",
  'the time that was given': `UPDATE content_interaction SET "timestamp" = "timestamp" - interval '1 hour' WHERE id = $1`,
  'away the audit row': 'DELETE FROM content_interaction WHERE id = $1',
  'away the row': 'DELETE FROM activity_log WHERE position = $1',
  'the order of two rows':
    'UPDATE activity_log SET position = CASE position WHEN $1 THEN 1000001 ELSE position END WHERE position = $1',
  'the audit row into that of another position': 'UPDATE content_interaction SET id = id + 500000 WHERE id = $1',
} as const;

/** A value that differs from that of the column, null or not, by its type. */
const OTHER_VALUE: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column} + 500000`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  uuid: () => 'gen_random_uuid()',
  text: (column) => `coalesce(${column}, '') || 'x'`,
  'character varying': (column) => `coalesce(${column}, '') || 'x'`,
  ARRAY: (column) => `coalesce(${column}, '{}') || ARRAY['x']`,
  boolean: (column) => `NOT ${column}`,
  bytea: (column) => `sha256(${column})`,
  inet: (column) => `CASE WHEN ${column} = '192.0.2.1' THEN '192.0.2.2' ELSE '192.0.2.1' END::inet`,
  jsonb: (column) => `jsonb_build_array(${column})`,
  'double precision': (column) => `coalesce(${column}, 0) + 0.5`,
  'timestamp with time zone': (column) => `coalesce(${column}, now()) + interval '1 millisecond'`,
};

const ONE_OF_EACH_TABLE = [
  { activity_type: 'login' },
  { activity_type: 'like', content: 'post:1' },
  { activity_type: 'mention', target_user_id: 'ann' },
  { activity_type: 'profile_visit', target_user_id: 'ann' },
  { activity_type: 'media_play', content: 'video:1' },
  { activity_type: 'session_start', session_id: 's1' },
  { activity_type: 'vibe_creation', content: 'vibe:1', metadata: { vibe_type: 'joy' } },
];

describe('verify', () => {
  const lent = useLog();

  it('finds nothing in a log that was left alone, and reports its progress', async () => {
    for (let index = 0; index < ROWS; index += 1) {
      await lent.log.append([
        {
          ...sent('ann', {
            activity_type: ['like', 'view', 'unlike', 'share'][index % 4],
            content: `post:${index % 7}`,
            occurred_at: timeBefore(index % 5),
            duration_seconds: index / 3,
            metadata: { index, deep: { b: [1, 2.5e-7], a: 'é' } },
          }),
          ipAddress: '203.0.113.9',
        },
      ]);
    }
    const seen: number[] = [];
    const found = await verifyLog(lent.pool, { onProgress: (position) => seen.push(position) });
    expect(found).toEqual({ rows: ROWS, head: ROWS, problems: [] });
    expect(seen.at(-1)).toBe(ROWS);
  });

  it('finds every tampering and names its position', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(TAMPERINGS) as (keyof typeof TAMPERINGS)[])),
        fc.integer({ min: 1, max: ROWS }),
        async (what, position) => {
          const client = await lent.pool.connect();
          try {
            await client.query('BEGIN');
            const before = await rowText(client, position);
            await client.query(TAMPERINGS[what], [position]);
            // Setting a value to what it is already is no tampering.
            fc.pre((await rowText(client, position)) !== before);
            const { problems } = await verifyLog(client as never);
            expect(problems.length, `changed ${what} at ${position}`).toBeGreaterThan(0);
            expect(Math.min(...problems.map((problem) => problem.position))).toBeLessThanOrEqual(position + 1);
            expect(problems.some((problem) => Math.abs(problem.position - position) <= 1)).toBe(true);
          } finally {
            await client.query('ROLLBACK');
            client.release();
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  it('covers every column of the log and of every audit table', async () => {
    const client = await lent.pool.connect();
    try {
      const { rows: columns } = await client.query<{ table: string; column: string; type: string }>(
        `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = ANY($1) ORDER BY table_name, ordinal_position`,
        [['activity_log', ...AUDIT_TABLES]],
      );
      expect(columns.length).toBeGreaterThan(100);
      await lent.log.append(ONE_OF_EACH_TABLE.map((raw) => sent('zed', raw)));
      const { head, problems } = await verifyLog(lent.pool);
      expect(problems).toEqual([]);
      const missed: string[] = [];
      for (const { table, column, type } of columns) {
        const id = table === 'activity_log' ? 'position' : 'id';
        const other = OTHER_VALUE[type] ?? never(type);
        await client.query('BEGIN');
        const { rowCount } = await client.query(
          `UPDATE ${table} SET "${column}" = ${other(`"${column}"`)} WHERE ${id} = (SELECT max(${id}) FROM ${table} WHERE ${id} <= $1)`,
          [head],
        );
        expect(rowCount, table).toBe(1);
        if ((await verifyLog(client as never)).problems.length === 0) {
          missed.push(`${table}.${column}`);
        }
        await client.query('ROLLBACK');
      }
      expect(missed).toEqual([]);
    } finally {
      client.release();
    }
  });

  it('finds a row that was put between others, two that changed places, and audit rows of a tail that was cut', async () => {
    const scripts = [
      'UPDATE activity_log SET position = -position + 10000000 WHERE position IN (20, 21); UPDATE activity_log SET position = 41 - (10000000 - position) WHERE position > 1000000',
      'UPDATE activity_log SET position = position + 10000000 WHERE position > 30; UPDATE activity_log SET position = position - 9999999 WHERE position > 1000000; INSERT INTO activity_log SELECT 31, gen_random_uuid(), kind, actor_id, object, target_id, community_id, effective_at, recorded_at, from_future, duration_seconds, scroll_depth_percentage, position_seconds, author_id, tags, counts, takes_back, changes, structure, sent_digest, fold_salt, fold_commitment, audit_salt, audit_commitment, chain FROM activity_log WHERE position = 30',
      'DELETE FROM activity_log WHERE position > 50',
    ];
    for (const script of scripts) {
      const client = await lent.pool.connect();
      await client.query(`BEGIN; ${script}`);
      const { problems } = await verifyLog(client as never);
      await client.query('ROLLBACK');
      client.release();
      expect(problems.length, script).toBeGreaterThan(0);
    }
  });

  it('finds the chain unbroken where audit rows were pruned and a row was erased, but says that nothing in the log allows it', async () => {
    const client = await lent.pool.connect();
    await client.query(`BEGIN;
      DELETE FROM content_interaction WHERE id <= 10; UPDATE activity_log SET audit_salt = NULL WHERE position <= 10;
      UPDATE activity_log SET fold_salt = NULL, sent_digest = NULL, actor_id = NULL, object = NULL, tags = NULL WHERE position = 5`);
    const { problems } = await verifyLog(client as never);
    await client.query('ROLLBACK');
    client.release();
    const pruned = (position: number) => ({
      position,
      what: 'its audit row was cleared, and nothing in the log says so',
    });
    expect(problems).toEqual([
      ...[1, 2, 3, 4].map(pruned),
      { position: 5, what: 'the row was cleared, and nothing in the log says so' },
      ...[5, 6, 7, 8, 9, 10].map(pruned),
    ]);
  });
});

async function rowText(
  client: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> },
  position: number,
) {
  const { rows } = await client.query(
    `SELECT (SELECT activity_log::text FROM activity_log WHERE position = $1) AS log,
       (SELECT content_interaction::text FROM content_interaction WHERE id = $1) AS audit`,
    [position],
  );
  return JSON.stringify(rows);
}

function never(type: string): never {
  throw new Error(`Say how a column of type ${type} is changed`);
}
