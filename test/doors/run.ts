import fc from 'fast-check';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { AUDIT_TABLES, type AuditTable } from '../../src/activity/kinds.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { tokenFor } from '../api/fixture.ts';
import type { Opened } from '../support/opened-api.ts';
import { type Sending, sendings } from './draw.ts';
import { edgesOf, type Logged } from './model.ts';
import { type Plan, type Planned, plan } from './plan.ts';

/** Draws so many activities at least, in requests of at most `most`, by people of so many lanes. */
export function draw(
  activities: number,
  { most, lanes, seed }: { readonly most: number; readonly lanes: number; readonly seed: number },
): readonly Sending[] {
  const drawn: Sending[] = [];
  for (let count = 0, round = 0; count < activities; round += 1) {
    for (const sending of fc.sample(sendings(most, lanes), { numRuns: 50, seed: seed + round })) {
      drawn.push(sending);
      count += sending.items.length;
    }
  }
  return drawn;
}

export interface Counted {
  readonly sent: number;
  readonly logged: number;
  readonly edges: number;
  readonly doors: ReadonlySet<string>;
}

/** Sends what was drawn through the doors of a listening service, and holds everything against the model. */
export async function sendAndCompare(opened: Opened, port: number, drawn: readonly Sending[]): Promise<Counted> {
  const { now, app } = opened;
  const planned = plan(drawn, now);
  const url = `http://127.0.0.1:${port}`;
  const faults: string[] = [];
  faults.push(...(await send(url, planned.first)));
  await Promise.all(
    planned.lanes.map(async (lane) => {
      for (const request of lane) {
        faults.push(...(await send(url, request)));
      }
    }),
  );
  expect(faults.slice(0, 5)).toEqual([]);
  await compareLog(app.pool, planned.logged);
  const { rows } = await app.pool.query<{ head: number }>('SELECT max(position)::int AS head FROM activity_log');
  await expect.poll(() => app.projector.position, { timeout: 200_000 }).toBe(rows[0]?.head);
  const edges = await compareEdges(app.graph, planned, now);
  const all = [planned.first, ...planned.lanes.flat()];
  return {
    sent: all.reduce((sum, { expected }) => sum + expected.length, 0),
    logged: planned.logged.length,
    edges,
    doors: new Set(all.map(({ door }) => door)),
  };
}

const tokens = new Map<string, Promise<string>>();

/** Sends JSON as somebody. */
export async function post(
  url: string,
  { by, role }: Pick<Planned, 'by' | 'role'>,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly json: unknown }> {
  const token = tokens.get(by) ?? tokenFor(by, role);
  tokens.set(by, token);
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json() };
}

/** What became of the activities otherwise than was expected, in words. */
async function send(url: string, planned: Planned): Promise<readonly string[]> {
  const { by, door, request, said, expected } = planned;
  const { status, json } = await post(url, planned, request.path, request.body);
  const text = JSON.stringify(json);
  let told: readonly string[];
  try {
    told = request.read(status, json);
  } catch {
    return [`${door} answered ${status} ${text.slice(0, 300)}`];
  }
  const wrong = expected.findIndex((one, index) => one !== told[index]);
  return wrong === -1
    ? []
    : [
        `${door} by ${by}: ${told[wrong]}, not ${expected[wrong]}: ${JSON.stringify(said[wrong])}; ${text.slice(0, 400)}`,
      ];
}

/** Exactly what was expected is in the log, each in its audit tables and in no other. */
async function compareLog(pool: Pool, expected: readonly Logged[]): Promise<void> {
  const { rows } = await pool.query<{ uid: string; text: string }>(
    `SELECT uid, concat_ws(' ', kind, actor_id, floor(extract(epoch FROM effective_at) * 1000)::bigint) AS text
     FROM activity_log`,
  );
  const wanted = new Map(expected.map(({ uid, kind, actor, at }) => [uid, `${kind.name} ${actor} ${at}`]));
  const wrong = rows.filter(({ uid, text }) => wanted.get(uid) !== text);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(rows.length).toBe(expected.length);
  for (const table of AUDIT_TABLES) {
    await compareAudit(pool, table, expected);
  }
}

async function compareAudit(pool: Pool, table: AuditTable, expected: readonly Logged[]): Promise<void> {
  const { rows } = await pool.query<{ uid: string }>(
    `SELECT audit.uid FROM ${table} AS audit JOIN activity_log AS log ON log.position = audit.id AND log.uid = audit.uid`,
  );
  const { rows: all } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  const wanted = expected.filter(({ kind }) => kind.table === table || kind.secondTable === table);
  expect([table, all[0]?.n, rows.length]).toEqual([table, wanted.length, wanted.length]);
  const found = new Set(rows.map(({ uid }) => uid));
  expect(wanted.filter(({ uid }) => !found.has(uid)).slice(0, 3)).toEqual([]);
}

async function compareEdges(graph: Graph, { logged, aliases }: Plan, now: number): Promise<number> {
  const expected = edgesOf(logged, now, (id) => aliases.get(id) ?? id);
  const found = await edgesFrom(graph, now);
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => {
    const [a, b] = [expected.get(key) ?? 0, found.get(key) ?? 0];
    return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) > 1e-6 * Math.max(1, a) : a !== b;
  });
  expect(wrong.slice(0, 5).map((key) => [key, expected.get(key), found.get(key)])).toEqual([]);
  return expected.size;
}

/** All edges out of people, or one, but those of structure: fading ones with their weight of now, others with what they say. */
export async function edgesFrom(graph: Graph, now: number, person?: string): Promise<ReadonlyMap<string, unknown>> {
  const { records } = await graph.driver.executeQuery(
    `MATCH (u:User ${person === undefined ? '' : '{id: $person}'})-[e:ENGAGED|INTERACTED|INTERESTED_IN|CONNECTED|SUPPRESSED|MEMBER_OF]->(x)
     RETURN u.id AS person, type(e) AS edge, coalesce(x.id, x.name) AS to, labels(x) AS labels, properties(e) AS e`,
    { person: person ?? null },
  );
  const edges = new Map<string, unknown>();
  for (const record of records) {
    for (const [key, value] of wordsOf(record.toObject() as unknown as Found, now)) {
      edges.set(key, value);
    }
  }
  return edges;
}

interface Found {
  readonly person: string;
  readonly edge: string;
  readonly to: string;
  readonly labels: readonly string[];
  readonly e: Readonly<Record<string, unknown>>;
}

function wordsOf({ person, edge, to, labels, e }: Found, now: number): readonly (readonly [string, unknown])[] {
  const fact = (name: string, value: unknown) =>
    value == null ? [] : [[`${edge} ${person} ${to} ${name}`, value] as const];
  switch (edge) {
    case 'CONNECTED':
      return [...fact('connection', e['status']), ...fact('follow', e['follows']), ...fact('circle', e['circle'])];
    case 'MEMBER_OF':
      return [[`MEMBER_OF ${person} ${to}`, true]];
    case 'SUPPRESSED': {
      const label = ['User', 'Tag', 'Community'].find((one) => labels.includes(one))?.toLowerCase();
      return [[`SUPPRESSED ${person} ${label === undefined ? to : `${label}:${to}`} ${e['reason']}`, true]];
    }
    default: {
      const halfLifeMs = DEFAULT_RANKING.halfLifeMs[edge as 'ENGAGED'];
      const weight = Number(e['weight'] ?? 0) * 2 ** (-(now - Number(e['asOf'] ?? now)) / halfLifeMs);
      const declared = e['declared'] === true ? [[`DECLARED ${person} ${to}`, true] as const] : [];
      return [[`${edge} ${person} ${to}`, weight], ...declared];
    }
  }
}
