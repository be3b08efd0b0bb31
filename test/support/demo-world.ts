import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type Demo, generateDemo } from '../../src/import/demo/generate.ts';
import { load } from '../../src/import/load.ts';
import { trainEase } from '../../src/signals/similarity/ease/train-ease.ts';
import { maintainedModels } from '../../src/signals/similarity/models.ts';
import { runSimilarity } from '../../src/signals/similarity/run-similarity.ts';
import { runTies } from '../../src/signals/ties/run-ties.ts';
import { openWorld, type World } from './world.ts';

/** As `activity-graph demo --people 100 --activities 3000` has it. */
const DEMO = { seed: 1, people: 100, days: 30, activities: 3_000 };

export interface DemoWorld extends World {
  readonly demo: Demo;
}

/**
 * A community that `activity-graph demo` makes up, as of the world's fixed moment, with ties and similarity as the jobs of a
 * night leave them.
 */
export async function openDemoWorld(stores: {
  readonly databaseUrl: string;
  readonly graph: Graph;
}): Promise<DemoWorld> {
  const world = await openWorld(stores);
  const now = world.clock.now();
  const ranking = DEFAULT_RANKING;
  const demo = generateDemo(DEMO, now);
  await load(demo.activities, { source: `import:${demo.key}`, shiftMs: now }, (batch) => world.log.append(batch));
  await world.project();
  const { graph, pool } = world;
  await runTies({ graph, ranking }, { now });
  const models = maintainedModels(undefined);
  await runSimilarity({ graph, pool }, { ranking, models, now, onProgress: async () => undefined });
  await trainEase(graph, { ranking, now, rest: async () => undefined });
  return { ...world, demo };
}
