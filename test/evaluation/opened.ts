import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, inject } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import type { Interaction } from '../../src/evaluation/interactions.ts';
import { useGraph, usePostgres } from '../support/stores.ts';

/** Lends a file an application over empty stores, whose clock stands. */
export function useEmptyApp(): { app: App } {
  const postgres = usePostgres();
  useGraph();
  const lent = { app: undefined as unknown as App };
  let dataDir = '';
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-evaluation-'));
    const config = readConfig({ DATA_DIR: dataDir });
    const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
    const clock = { now: () => Date.UTC(2026, 0, 1) };
    lent.app = await openApp({ config, addresses, logger: pino({ level: 'silent' }), clock });
    await lent.app.prepareGraph();
  }, 600_000);
  afterAll(async () => {
    await lent.app.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return lent;
}

/** Two circles of taste: everybody likes all things of their circle, but for one that each has yet to find. */
export function circles(size: number): { readonly training: Interaction[]; readonly test: Interaction[] } {
  const training: Interaction[] = [];
  const test: Interaction[] = [];
  for (let item = 0; item < size; item += 1) {
    for (const circle of ['red', 'blue']) {
      for (let person = 0; person < size; person += 1) {
        const event = { person: `${circle}-${person}`, item: `${circle} ${item}`, at: 1_000_000 + item, weight: 1 };
        (item === person ? test : training).push(event);
      }
    }
  }
  return { training, test };
}
