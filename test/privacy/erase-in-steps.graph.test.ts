import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceTo } from '../../src/activity/reference.ts';
import { writeSnapshot } from '../../src/feed/snapshot.ts';
import { openPool } from '../../src/log/database.ts';
import { MOST_NAMED } from '../../src/log/erase/clear-audit.ts';
import { digestOf } from '../../src/log/erase/names.ts';
import { exportPerson } from '../../src/privacy/exporter.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { type Happening, openWorld, type World } from '../support/world.ts';
import { check, eraserOf } from './eraser.ts';
import { searchEverything } from './search-everything.ts';

const postgres = usePostgres();
const lent = useGraph();
let world: World;

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
});
afterAll(() => world.close());

async function rowsOf(table: string, where = 'true'): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
  );
  return rows[0]?.count ?? 0;
}

it('large tables are gone through to their ends, and what does not name the person stays', async () => {
  const ID = 'person-a1b2c3d4';
  const posts = Array.from({ length: 25 }, (_, index) => `post:by-them-${index}`);
  await world.happens(
    ...posts.map((to): Happening => ({ by: ID, does: 'create', to })),
    { by: 'ann', does: 'create', to: 'post:b' },
    ...['ann', 'bo', 'cy'].map((by): Happening => ({ by, does: 'mention', with: ID })),
  );
  await world.pool.query(
    `INSERT INTO dead_letter (position, uid, kind, code, message, at)
     SELECT -n, gen_random_uuid(), 'like', 'X', repeat('x', 900) || CASE WHEN n IN (1, 1500, 3000) THEN $1 ELSE '' END, now()
     FROM generate_series(1, 3000) AS n`,
    ['"post:by-them-24"'],
  );
  await world.pool.query(
    `INSERT INTO activity_aggregation (user_id, aggregation_type, date, activity_counts, engagement_score)
     SELECT $1, 'daily', date '2000-01-01' + n, '{}', 1 FROM generate_series(1, 6000) AS n`,
    [ID],
  );
  expect(await eraserOf(world).erase(ID)).toMatchObject({ status: 'done' });
  expect(await rowsOf('dead_letter')).toBe(2_997);
  expect(await searchEverything(world, [ID, 'by-them'])).toEqual([]);
});

describe('an erasure', () => {
  it('of a person with several ids begins with all of them at once', async () => {
    await world.happens(
      { by: 'visitor-00aa11', does: 'login' },
      { by: 'person-00aa11', does: 'alias', with: 'visitor-00aa11' },
    );
    expect(await eraserOf(world).erase('visitor-00aa11')).toMatchObject({ status: 'done' });
    const digests = ['visitor-00aa11', 'person-00aa11'].map((id) => digestOf('', referenceTo('user', id)));
    const { rows } = await world.pool.query(
      "SELECT DISTINCT xmin::text FROM erased_name WHERE encode(digest, 'hex') = ANY($1)",
      [digests],
    );
    expect(rows).toHaveLength(1);
  });

  it('needs no connection of the pool while it waits for others', async () => {
    await world.happens({ by: 'person-11bb22', does: 'login' });
    const pool = openPool(postgres.url, { max: 1 });
    try {
      const erased = eraserOf(world, { pool }).erase('person-11bb22', 8_000);
      expect(await erased).toMatchObject({ status: 'done' });
    } finally {
      await pool.end();
    }
  });

  it('is tidied up after by the job when that was cut off', async () => {
    await world.happens({ by: 'person-22cc33', does: 'login' });
    const cutOff = eraserOf(world, { afterwards: () => Promise.reject(new Error('The process ends here')) });
    expect(await cutOff.erase('person-22cc33')).toMatchObject({ status: 'done' });
    const tidied: number[] = [];
    const eraser = eraserOf(world, { afterwards: async () => tidied.push(1) });
    expect(await eraser.resume()).toEqual({ finished: 0, pending: 0 });
    expect(tidied).toHaveLength(1);
    await eraser.resume();
    expect(tidied).toHaveLength(1);
  });

  it('leaves nothing of a feed that was being made for them meanwhile', async () => {
    const write = (viewer: string) =>
      writeSnapshot(
        { pool: world.pool, erasedAs: (person) => digestOf('', referenceTo('user', person)) },
        { viewer, algorithm: 'a', scope: '', settingsRevision: '', headPosition: 1, preview: false },
        {
          id: crypto.randomUUID(),
          graphPosition: 1,
          createdAt: world.clock.now(),
          items: [],
          removed: {},
          rankedWith: {} as never,
        },
      );
    await write('person-22cc33');
    await write('ann');
    expect(await rowsOf('feed_snapshot', "user_id = 'person-22cc33'")).toBe(0);
    expect(await rowsOf('feed_snapshot', "user_id = 'ann'")).toBe(1);
  });
});

it('a comment that stays forgets what it was about, and is deleted without a word of it', async () => {
  const ID = 'person-66ff77';
  await world.happens(
    { by: ID, does: 'create', to: 'post:of-66ff77', hoursAgo: 3 },
    { by: 'bo', does: 'create', to: 'comment:k', hoursAgo: 2, more: { reply_to: 'post:of-66ff77' } },
    { by: 'bo', does: 'comment', to: 'post:of-66ff77', hoursAgo: 2, more: { metadata: { comment_uid: 'k' } } },
    { by: 'bo', does: 'create', to: 'comment:l', hoursAgo: 2, more: { reply_to: 'post:other' } },
    { by: 'bo', does: 'comment', to: 'post:other', hoursAgo: 2, more: { metadata: { comment_uid: 'l' } } },
  );
  expect(await eraserOf(world).erase(ID)).toMatchObject({ status: 'done' });
  await world.happens({ by: 'mo', does: 'delete', to: 'comment:k' }, { by: 'mo', does: 'delete', to: 'comment:l' });
  expect(await searchEverything(world, [ID, 'of-66ff77'])).toEqual([]);
  expect((await check(world)).differences).toEqual([]);
});

describe('a name that somebody chose', () => {
  const says = (description: string): Happening => ({ by: 'ann', does: 'user_activity', more: { description } });

  it('takes what others wrote only where few have written it', async () => {
    await world.happens(
      { by: 'person-33dd44', does: 'register', more: { metadata: { name: 'Happy Birthday' } } },
      { by: 'person-44ee55', does: 'register', more: { metadata: { name: 'Ottoline Marchbanks' } } },
      ...Array.from({ length: MOST_NAMED + 1 }, () => says('Happy birthday to you')),
      ...Array.from({ length: 3 }, () => says('With Ottoline Marchbanks')),
    );
    for (const person of ['person-33dd44', 'person-44ee55']) {
      expect(await eraserOf(world).erase(person)).toMatchObject({ status: 'done' });
    }
    expect(await rowsOf('user_activity', "description = 'Happy birthday to you'")).toBe(MOST_NAMED + 1);
    expect(await searchEverything(world, ['Ottoline'])).toEqual([]);
  });
});

describe('an export', () => {
  it('has the connections of both people, whichever id is the lesser', async () => {
    await world.happens(
      { by: 'person-a', does: 'connection_request', with: 'person-b' },
      { by: 'person-b', does: 'connection_accept', with: 'person-a' },
    );
    for (const person of ['person-a', 'person-b']) {
      const facts: unknown[] = [];
      for await (const line of exportPerson(world, person)) {
        if (line.in === 'standing' && line['fact'] === 'connection') {
          facts.push([line['person_id'], line['object'], line['holds']]);
        }
      }
      expect(facts, person).toEqual([['person-a', 'user:person-b', true]]);
    }
  });
});
