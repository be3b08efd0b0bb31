import type { Pool } from 'pg';
import { parseActivity } from '../../src/activity/activity.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { type Clock, HOUR_MS } from '../../src/core/clock.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { applyRows, readProjection } from '../../src/graph/projection/projection.ts';
import { openPool } from '../../src/log/database.ts';
import { type ActivityLog, openLog } from '../../src/log/log.ts';
import { titlesOf } from '../../src/log/read/catalogue.ts';

/** A clock that stands until a test moves it. */
interface StandingClock extends Clock {
  advance(ms: number): void;
}

const WORLD_START = Date.UTC(2026, 0, 15, 12);

function standingClock(start = WORLD_START): StandingClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** The people of the world by id; ids and names differ, so that a test sees which of them it got. */
const PEOPLE = {
  ann: 'Ann',
  bo: 'Bo',
  cy: 'Cy',
  di: 'Di',
  ed: 'Ed',
  flo: 'Flo',
  gus: 'Gus',
} as const;

/** An activity as a client sends it, told shortly. */
export interface Happening {
  readonly by: string;
  readonly does: string;
  /** Content as type:id. */
  readonly to?: string;
  /** Another person. */
  readonly with?: string;
  readonly hoursAgo?: number;
  /** Any other field of an activity. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly log: ActivityLog;
  readonly graph: Graph;
  readonly clock: StandingClock;
  /** Appends what happens to the log, without telling the graph. Returns the last position. */
  append(...happenings: readonly Happening[]): Promise<number>;
  /** Appends what happens and folds it into the graph. Returns the last position. */
  happens(...happenings: readonly Happening[]): Promise<number>;
  /** Folds what the log has and the graph has not. Returns the position that the graph then has. */
  project(): Promise<number>;
  /** How far the graph is. */
  position(): number;
  close(): Promise<void>;
}

/** A world of named people in which nothing has happened yet, on a real log and a real graph. */
export async function openWorld(stores: { readonly databaseUrl: string; readonly graph: Graph }): Promise<World> {
  const { databaseUrl, graph } = stores;
  const clock = standingClock();
  const pool = openPool(databaseUrl);
  const log = await openLog({ pool, databaseUrl, clock, logger: createLogger('silent'), anonymizeIp: true });
  await nameEverybody(pool, clock.now());
  let { position } = await readProjection(graph);

  const submit = async (happenings: readonly Happening[]): Promise<number> => {
    const submissions = happenings.map((one) => ({ activity: activityOf(one, clock.now()), trusted: true }));
    const results = await log.append(submissions);
    const refused = results.find(({ status }) => status !== 'accepted');
    if (refused !== undefined) {
      throw new Error(`The world refused an activity: ${JSON.stringify(refused)}`);
    }
    return Math.max(0, ...results.map((result) => (result.status === 'accepted' ? result.position : 0)));
  };
  const project = async (): Promise<number> => {
    for (;;) {
      const rows = await log.readFoldRows(position, 1_000);
      const last = rows.at(-1);
      if (last === undefined) {
        return position;
      }
      const described = rows.flatMap(({ structure }) => structure?.object ?? []);
      const titles = await titlesOf(pool, described);
      await applyRows(graph, { expectedPosition: position, rows, ranking: DEFAULT_RANKING, titles });
      position = last.position;
    }
  };
  return {
    databaseUrl,
    pool,
    log,
    graph,
    clock,
    append: (...happenings) => submit(happenings),
    async happens(...happenings) {
      const last = await submit(happenings);
      await project();
      return last;
    },
    project,
    position: () => position,
    async close() {
      await log.close();
      await pool.end();
    },
  };
}

async function nameEverybody(pool: Pool, now: number): Promise<void> {
  await pool.query(
    `INSERT INTO users (id, name, created_at, updated_at)
     SELECT id, name, $3, $3 FROM unnest($1::text[], $2::text[]) AS person (id, name)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    [Object.keys(PEOPLE), Object.values(PEOPLE), new Date(now)],
  );
}

function activityOf(one: Happening, now: number) {
  const occurredAt = new Date(now - (one.hoursAgo ?? 0) * HOUR_MS).toISOString();
  const raw = {
    user_id: one.by,
    activity_type: one.does,
    occurred_at: occurredAt,
    ...(one.to === undefined ? {} : { content: one.to }),
    ...(one.with === undefined ? {} : { target_user_id: one.with }),
    ...one.more,
  };
  return parseActivity(raw, { subject: one.by, source: 'test', trusted: true });
}

/**
 * Enough history for every source of the feed: Ann is connected with Bo, follows Cy and writes with Di; Ed likes what
 * Ann likes; Flo and Gus are strangers to her.
 */
export const HISTORY: readonly Happening[] = [
  { by: 'ann', does: 'connection_request', with: 'bo', hoursAgo: 100 },
  { by: 'bo', does: 'connection_accept', with: 'ann', hoursAgo: 99 },
  { by: 'ann', does: 'follow', with: 'cy', hoursAgo: 98 },
  { by: 'ann', does: 'message', with: 'di', hoursAgo: 50 },
  { by: 'di', does: 'message', with: 'ann', hoursAgo: 49 },
  { by: 'flo', does: 'create', to: 'post:opening', hoursAgo: 90, more: { title: 'An opening', hashtags: ['chess'] } },
  { by: 'gus', does: 'create', to: 'post:jazz', hoursAgo: 80, more: { title: 'Jazz tonight', hashtags: ['jazz'] } },
  { by: 'flo', does: 'create', to: 'article:endgames', hoursAgo: 70, more: { hashtags: ['chess'] } },
  { by: 'gus', does: 'create', to: 'question:rook', hoursAgo: 60, more: { title: 'Why castle?', hashtags: ['chess'] } },
  { by: 'bo', does: 'create', to: 'post:bo1', hoursAgo: 30, more: { title: 'Bo speaks' } },
  { by: 'bo', does: 'create', to: 'post:bo2', hoursAgo: 20, more: { title: 'Bo speaks again' } },
  { by: 'cy', does: 'create', to: 'story:cy1', hoursAgo: 10, more: { title: 'A day of Cy' } },
  { by: 'ann', does: 'create', to: 'post:ann1', hoursAgo: 9, more: { title: 'By Ann herself' } },
  { by: 'gus', does: 'comment_create', to: 'comment:k1', hoursAgo: 8, more: { reply_to: 'post:bo1' } },
  { by: 'ann', does: 'like', to: 'post:opening', hoursAgo: 40 },
  { by: 'ed', does: 'like', to: 'post:opening', hoursAgo: 39 },
  { by: 'ed', does: 'share', to: 'article:endgames', hoursAgo: 38 },
  { by: 'bo', does: 'like', to: 'post:jazz', hoursAgo: 5 },
  { by: 'di', does: 'like', to: 'post:jazz', hoursAgo: 4 },
  { by: 'ed', does: 'view', to: 'question:rook', hoursAgo: 2 },
  { by: 'flo', does: 'like', to: 'question:rook', hoursAgo: 2 },
  { by: 'di', does: 'comment', to: 'question:rook', hoursAgo: 1 },
  { by: 'cy', does: 'like', to: 'question:rook', hoursAgo: 1 },
];
