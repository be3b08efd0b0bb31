import { pino } from 'pino';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { type CheckResult, checkGraph } from '../../src/graph/projection/check.ts';
import { vacuumErased } from '../../src/log/erase/vacuum.ts';
import { deadLetterPositions } from '../../src/log/read/dead-letters.ts';
import { createEraser, type Eraser, type EraserPorts } from '../../src/privacy/eraser.ts';
import type { World } from '../support/world.ts';

/** The key of the digests; the log of the world has none of its own. */
const KEY = '';

/** What erases people of a world, with parts of it exchanged. */
export function eraserOf(world: World, own: Partial<EraserPorts> = {}): Eraser {
  const { pool, databaseUrl, log, graph, clock } = world;
  return createEraser({
    pool,
    databaseUrl,
    log,
    graph,
    clock,
    ranking: DEFAULT_RANKING,
    logger: pino({ level: 'silent' }),
    key: KEY,
    waitFor: async (position) => (await world.project()) >= position,
    // Postgres may have looked at the tables meanwhile, and what it noted of them is searched too.
    afterwards: () => vacuumErased(pool),
    ...own,
  });
}

/** The live graph against what the log folds to. */
export function check(world: World): Promise<CheckResult> {
  const { pool, log, graph, clock } = world;
  return checkGraph({
    graph,
    log,
    ranking: DEFAULT_RANKING,
    deadLetters: (after, upTo) => deadLetterPositions(pool, after, upTo),
    now: clock.now(),
  });
}
