import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import type { Interaction } from '../../src/evaluation/interactions.ts';
import { jsonLinesOf, tableOf } from '../../src/evaluation/report.ts';
import { useGraph, usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
useGraph();

let dataDir = '';
let app: App;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-evaluation-'));
  const config = readConfig({ DATA_DIR: dataDir });
  const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
  const clock = { now: () => Date.UTC(2026, 0, 1) };
  app = await openApp({ config, addresses, logger: pino({ level: 'silent' }), clock });
  await app.prepareGraph();
});
afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Two circles of taste: everybody likes all things of their circle, but for one that each has yet to find. */
function circles(): { training: Interaction[]; test: Interaction[] } {
  const training: Interaction[] = [];
  const test: Interaction[] = [];
  for (const circle of ['red', 'blue']) {
    for (let person = 0; person < 6; person += 1) {
      for (let item = 0; item < 6; item += 1) {
        const event = { person: `${circle}-${person}`, item: `${circle} ${item}`, at: 1_000_000 + item, weight: 1 };
        (item === person ? test : training).push(event);
      }
    }
  }
  return { training, test };
}

describe('evaluating a feed on the real path', () => {
  it('finds for everybody the one thing of their own circle that they do not have', async () => {
    const said: string[] = [];
    const friendships = [['red-0', 'red-1']] as const;
    const request = { ...circles(), friendships, algorithm: 'activity_enhanced_v1', rules: 'off' } as const;
    const evaluation = await evaluate(
      app,
      request,
      (label, total) => (done) => void said.push(`${label} ${done}/${total}`),
    );

    const [own] = evaluation.rows;
    expect(own).toMatchObject({ name: 'activity_enhanced_v1', judgement: { hitRate: 1, people: 12 } });
    for (const [person, [first]] of evaluation.lists) {
      expect(`${person}: ${first}`).toBe(`${person}: ${person.replace('-', ' ')}`);
    }
    expect(own?.judgement.ndcg).toBeCloseTo(1, 12);
    expect(said).toContain('Appending 62/62');
    expect(tableOf(evaluation)).toMatch(/^\| +\| NDCG@10 \|.*\n\|-+\|.*\n\| activity_enhanced_v1 +\| +1\.0000/u);
    expect(jsonLinesOf(evaluation.lists).split('\n')[0]).toMatch(/^\{"user":"blue-0","items":\["blue 0"/u);
  }, 120_000);
});
