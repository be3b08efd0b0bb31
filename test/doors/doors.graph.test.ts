import { describe, expect, test } from 'vitest';
import { AUDIT_TABLES, KINDS, type Kind } from '../../src/activity/kinds.ts';
import { benchDoors } from '../../src/bench/doors.ts';
import type { Measurement } from '../../src/bench/report.ts';
import { useApi, useServer } from '../support/opened-api.ts';
import { draw, edgesFrom, post, sendAndCompare } from './run.ts';
import { DOORS, type Door, OPERATION_DOORS, type Said } from './say.ts';

const opened = useApi();
const server = useServer(opened);

// Another one each time; what failed names it.
const seed = Number(process.env['DOORS_SEED'] ?? Math.floor(Math.random() * 1e9));

test(`of whatever is sent through the doors, the valid activities are in the log, in their audit tables and in the edges (DOORS_SEED=${seed})`, async () => {
  const { sent, logged, doors } = await sendAndCompare(opened, server.port, draw(2_500, { most: 30, lanes: 4, seed }));
  expect(sent).toBeGreaterThan(2_500);
  expect(logged).toBeGreaterThan(sent / 2);
  expect([...doors]).toEqual(expect.arrayContaining(DOORS.map(({ name }) => name)));
}, 120_000);

/** An activity of a kind by somebody, with everything that it needs; `before` is what it answers or takes back. */
function exampleOf(kind: Kind, actor: string): { readonly said: Said; readonly before: readonly Said[] } {
  const type = kind.table === 'media_interaction' ? 'video' : kind.table === 'vibe_activity' ? 'vibe' : 'post';
  const describes = kind.describes === true || kind.fact === 'authorship';
  const fields = {
    content: { content: describes ? `post:of-${actor}` : `${type}:c1` },
    thing: { content: `post:of-${actor}` },
    object: { content: 'post:c1' },
    person: { target_user_id: kind.name === 'alias' ? `old-${actor}` : 'bo' },
    community: { community_id: 'club' },
    activity: { activity_id: `before-${actor}` },
    tags: { hashtags: ['chess', 'go'] },
    circle: { circle: 'inner' },
    duration: { duration_seconds: 90 },
    scroll: { scroll_depth_percentage: 50 },
    session: { session_id: 's1' },
  } as const;
  const said: Said = {
    id: `of-${actor}`,
    activity_type: kind.name,
    occurred_at: '2026-10-30T10:00:00.000Z',
    ...Object.assign({}, ...kind.needs.map((need) => fields[need])),
  };
  const earlier = { occurred_at: '2026-10-29T10:00:00.000Z', id: `before-${actor}` };
  const stated = KINDS.find(({ nature, fact }) => nature === 'standing' && fact === kind.fact);
  const needsAnother = describes && kind.name !== 'create';
  const before: readonly Said[] = needsAnother
    ? [{ ...earlier, activity_type: 'create', content: `post:of-${actor}` }]
    : kind.name === 'retract'
      ? [{ ...earlier, activity_type: 'view', content: 'post:c1' }]
      : kind.nature === 'takes-back' && stated !== undefined
        ? [
            {
              ...said,
              ...earlier,
              activity_type: stated.name,
              ...(stated.name === 'circle_update' ? { circle: 'inner' } : {}),
            },
          ]
        : [];
  return { said, before };
}

/** What the log, the audit tables and the graph have of one activity, without what tells its sender and its receipt. */
async function traceOf(actor: string): Promise<unknown> {
  const { pool, graph } = opened.app;
  const log = await pool.query(
    `SELECT kind, object, target_id, community_id, effective_at, from_future, duration_seconds, scroll_depth_percentage,
       position_seconds, author_id, tags, counts, takes_back, changes, structure, position
     FROM activity_log WHERE actor_id = $1 ORDER BY position`,
    [actor],
  );
  const positions = log.rows.map(({ position }) => position);
  const audit = await Promise.all(
    AUDIT_TABLES.map(async (table) => {
      const { rows } = await pool.query(`SELECT * FROM ${table} WHERE id = ANY ($1) ORDER BY id`, [positions]);
      return [table, rows.map(({ id, uid, created_at, updated_at, metadata, description, ...row }) => row)];
    }),
  );
  const rows = log.rows.map(({ position, ...row }) => row);
  const trace = { rows, audit, edges: [...(await edgesFrom(graph, opened.now, actor))].sort() };
  return JSON.parse(JSON.stringify(trace).replaceAll(actor, 'ACTOR'));
}

describe('the same activity through every door that can say it', () => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', async (name, kind) => {
    const url = `http://127.0.0.1:${server.port}`;
    const able = [...DOORS, ...OPERATION_DOORS].filter((door) => door.say([exampleOf(kind, 'x').said]) !== undefined);
    expect(able.length).toBeGreaterThanOrEqual(DOORS.length);
    const actorAt = (door: Door) => `${name}-at-${[...DOORS, ...OPERATION_DOORS].indexOf(door)}-`;
    for (const door of able) {
      const actor = actorAt(door);
      const { said, before } = exampleOf(kind, actor);
      const role = kind.name === 'alias' ? 'service' : 'user';
      const asked = name === 'connection_accept' || name === 'connection_decline';
      for (const earlier of before) {
        await post(url, { by: actor, role }, '/activities/', earlier);
      }
      if (asked) {
        const request = {
          activity_type: 'connection_request',
          target_user_id: actor,
          occurred_at: '2026-10-29T09:00:00Z',
        };
        await post(url, { by: 'bo', role: 'user' }, '/activities/', request);
      }
      const request = door.say([role === 'service' ? { ...said, user_id: actor } : said]);
      const { status, json } = await post(url, { by: actor, role }, String(request?.path), request?.body);
      expect([door.name, request?.read(status, json), json]).toEqual([
        door.name,
        [expect.stringMatching(/accepted|taken/)],
        json,
      ]);
    }
    await opened.reach(await opened.app.log.head());
    const traces = await Promise.all(able.map(async (door) => [door.name, await traceOf(actorAt(door))] as const));
    const [[, first]] = traces as [readonly [string, unknown]];
    expect((first as { rows: unknown[] }).rows.length).toBeGreaterThan(0);
    for (const [door, trace] of traces) {
      expect([door, trace]).toEqual([door, first]);
    }
  });
});

test('what the benchmark has acknowledged through the door is in the log', async () => {
  const { app } = opened;
  opened.now = Date.now();
  const before = await app.log.head();
  const measured: Measurement[] = [];
  const report = (one: Measurement): void => void measured.push(one);
  await benchDoors(app, opened.api.handler, { share: 0.001, progress: () => undefined, report });
  expect(measured.map(({ ratio }) => Number.isFinite(ratio))).toEqual([true, true, true]);
  // Through the door, to warm it up, and by the log alone.
  expect((await app.log.head()) - before).toBe(24 + 6 + 24 + 100 + 100 + 100 + 1_000 + 1_000 + 1_000);
});
