import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { saturate } from '../../src/activity/saturate.ts';
import { tieAt } from '../../src/activity/tie.ts';
import { listen } from '../../src/api/serve.ts';
import { type Gateway, openGateway } from '../../src/graph/gateway/gateway.ts';
import { openTestApi, tokenFor } from '../api/fixture.ts';
import { type DemoWorld, openDemoWorld } from '../support/demo-world.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { renderCookbook } from './cookbook-page.ts';
import { renderSchemaPage, unexplained } from './graph-schema-page.ts';
import { missingForNotebooks, runNotebook } from './notebook.ts';

const lent = useGraph();
const postgres = usePostgres();
let world: DemoWorld;
let gateway: Gateway;

beforeAll(async () => {
  world = await openDemoWorld({ databaseUrl: postgres.url, graph: lent.graph });
  gateway = openGateway(inject('stores').neo4j);
}, 300_000);

afterAll(async () => {
  await gateway.close();
  await world.close();
});

/** What the queries of the cookbook and of the notebook are asked about. */
function parameters() {
  const { ENGAGED, INTERESTED_IN } = DEFAULT_RANKING.halfLifeMs;
  return {
    me: world.demo.introduced.manyTies.id,
    now: world.clock.now(),
    halfLifeMs: Math.round(ENGAGED),
    interestHalfLifeMs: INTERESTED_IN,
  };
}

/** A page as it should be; `UPDATE_DOCS=1` makes it so. */
async function expectPage(file: string, expected: string): Promise<void> {
  const page = new URL(`../../docs/${file}`, import.meta.url);
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(page, expected);
  }
  expect(await readFile(page, 'utf8'), 'UPDATE_DOCS=1 npx vitest run test/docs writes the page anew').toBe(expected);
}

test('docs/graph-schema.md is what stands in the database, and explains all of it', async () => {
  const page = await renderSchemaPage(lent.graph);
  expect(unexplained(page)).toEqual([]);
  await expectPage('graph-schema.md', page);
});

test('every query of docs/cookbook.md runs through the gateway and answers what stands below it', {
  timeout: 120_000,
}, async () => {
  const page = await readFile(new URL('../../docs/cookbook.md', import.meta.url), 'utf8');
  const rendered = await renderCookbook(page, gateway, parameters());
  expect(rendered.match(/```\n\n\|.*\n\|[-|]+\n(?!\|)/g), 'no answer is empty').toBeNull();
  await expectPage('cookbook.md', rendered);
});

const missing = await missingForNotebooks();

/** Continuous integration has Python; elsewhere the test says what it lacks. */
test.skipIf(missing !== undefined && process.env['CI'] !== 'true')(
  `examples/graph.ipynb runs from beginning to end${missing === undefined ? '' : ` — not here: ${missing}`}`,
  { timeout: 240_000 },
  async () => {
    expect(missing).toBeUndefined();
    const { app } = await openTestApi({ cypher: (request) => gateway.run(request) });
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    const { me, now } = parameters();
    const outputs = await runNotebook('graph.ipynb', {
      ACTIVITY_GRAPH_URL: `http://127.0.0.1:${listening.port}`,
      ACTIVITY_GRAPH_TOKEN: await tokenFor('me', 'analyst'),
      ACTIVITY_GRAPH_NOW: String(now),
      ACTIVITY_GRAPH_PERSON: me,
    }).finally(() => listening.close(0));
    const printed = outputs.map(({ text }) => text).join('\n');
    expect(printed).not.toContain('There are more rows');
    expect(outputs.filter(({ kinds }) => kinds.includes('image/png'))).toHaveLength(1);
    expect(printed).toContain(`strongest tie: ${await strongestTie(me, now)}`);
    expect(printed).toContain('engaged with by somebody I am tied to');
  },
);

/** By the very functions that the feed uses. */
async function strongestTie(me: string, now: number): Promise<string> {
  const { records } = await lent.graph.driver.executeQuery(
    'MATCH (:User {id: $me})-[t:TIE]->(v:User) RETURN v.id AS person, t.fading AS fading, t.asOf AS asOf, t.standing AS standing',
    { me },
  );
  const strengths = records.map((record) => {
    const tie = { fading: record.get('fading'), asOf: record.get('asOf'), standing: record.get('standing') };
    return {
      person: record.get('person') as string,
      strength: saturate(tieAt(tie, now, DEFAULT_RANKING.halfLifeMs.INTERACTED)),
    };
  });
  const [strongest] = strengths.sort((a, b) => b.strength - a.strength || (a.person < b.person ? -1 : 1));
  return `${strongest?.person} ${Math.round((strongest?.strength ?? 0) * 1_000) / 1_000}`;
}
