import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { evaluateTies } from '../../../src/evaluation/ties/evaluate-ties.ts';
import { readMessages, splitMessages } from '../../../src/evaluation/ties/messages.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { openWorld } from '../../support/world.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const FILE = process.env['COLLEGEMSG'] ?? path.resolve(root, '../shared/data/collegemsg/CollegeMsg.txt');
const present = existsSync(FILE);
const lent = useGraph();

it.runIf(present)(
  'ties of the first 80 % of the time foretell whom students write to better than counts, recency and Adamic–Adar',
  async () => {
    const split = splitMessages(await readMessages(FILE), 0.8, 'time');
    expect([split.train.length, split.test.length]).toEqual([58_040, 1_795]);
    const database = await createDatabase('evaluate-ties');
    const world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
    try {
      const { log, graph, project } = world;
      const found = await evaluateTies({ log, graph, project, ranking: DEFAULT_RANKING }, split);
      const ours = found.find(({ method }) => method === 'connection strength')?.judgement;
      for (const { judgement } of found.filter(({ method }) => method !== 'connection strength')) {
        expect(ours?.auc).toBeGreaterThan(judgement.auc);
        expect(ours?.precisionAt10).toBeGreaterThan(judgement.precisionAt10);
      }
    } finally {
      await world.close();
      await dropDatabase(database.name);
    }
  },
  600_000,
);

it.skipIf(present)(
  `needs the CollegeMsg messages, which are not at ${FILE}; COLLEGEMSG may name the file`,
  (context) => {
    context.skip();
  },
);
