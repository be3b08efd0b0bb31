import type { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Activity, parseActivity } from '../../src/activity/activity.ts';
import { addWeights, type FadingWeight, weightAt } from '../../src/activity/decay.ts';
import { edgeSignals } from '../../src/activity/edge-signals.ts';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { Patience } from '../../src/log/append/stuck-writer.ts';
import { openPool } from '../../src/log/database.ts';
import { type ActivityLog, openLog, type Submission } from '../../src/log/log.ts';
import { usePostgres } from '../support/stores.ts';

export const NOW = Date.UTC(2026, 0, 15, 12);

export interface LentLog {
  pool: Pool;
  log: ActivityLog;
  url: string;
  /** The time that the log's clock shows; a test may set it. */
  now: number;
  /** Opens one more log on the same database, as another process would. */
  open(options?: { anonymizeIp?: boolean; databaseUrl?: string; patience?: Patience }): Promise<ActivityLog>;
}

/** Lends a file an open log on a database of its own. */
export function useLog(): LentLog {
  const database = usePostgres();
  const opened: ActivityLog[] = [];
  const lent: LentLog = {
    pool: undefined as unknown as Pool,
    log: undefined as unknown as ActivityLog,
    url: '',
    now: NOW,
    async open({ anonymizeIp = true, databaseUrl = lent.url, patience } = {}) {
      const log = await openLog({
        pool: lent.pool,
        databaseUrl,
        clock: { now: () => lent.now },
        logger: createLogger('silent'),
        anonymizeIp,
        ...(patience === undefined ? {} : { patience }),
      });
      opened.push(log);
      return log;
    },
  };
  beforeAll(async () => {
    lent.url = database.url;
    lent.pool = openPool(database.url);
    lent.log = await lent.open();
  });
  afterAll(async () => {
    await Promise.all(opened.map((log) => log.close()));
    await lent.pool.end();
  });
  return lent;
}

/** An activity as its sender `by` sends it. */
export function activity(by: string, raw: Readonly<Record<string, unknown>>, trusted = false): Activity {
  return parseActivity(raw, { subject: by, source: `user:${by}`, trusted });
}

export function sent(by: string, raw: Readonly<Record<string, unknown>>, trusted = false): Submission {
  return { activity: activity(by, raw, trusted), trusted };
}

export function timeBefore(hours: number): string {
  return new Date(NOW - hours * 3_600_000).toISOString();
}

/** All rows of the log. */
export async function allRows(log: ActivityLog): Promise<readonly FoldRow[]> {
  return log.readFoldRows(0, 1_000_000);
}

/** What all fading edges weigh at NOW, by edge and ends; what has cancelled out is left out. */
export function edgeWeights(rows: readonly FoldRow[]): Readonly<Record<string, number>> {
  const edges = new Map<string, FadingWeight & { readonly halfLifeMs: number }>();
  for (const signal of rows.flatMap((row) => row.signals).flatMap((one) => edgeSignals(one, DEFAULT_RANKING))) {
    const key = `${signal.edge} ${signal.from} ${signal.to}`;
    const halfLifeMs = DEFAULT_RANKING.halfLifeMs[signal.edge];
    const own = { weight: signal.weight, asOf: signal.at };
    const known = edges.get(key);
    edges.set(key, { ...(known === undefined ? own : addWeights(known, own, halfLifeMs)), halfLifeMs });
  }
  const weights = [...edges].map(([key, edge]) => [key, weightAt(edge, NOW, edge.halfLifeMs)] as const);
  return Object.fromEntries(weights.filter(([, weight]) => Math.abs(weight) > 1e-11).sort());
}

/** What the edges that do not fade are at the end, by edge, ends and fact. */
export function lastChanges(rows: readonly FoldRow[]): Readonly<Record<string, unknown>> {
  const last = new Map<string, unknown>();
  for (const change of rows.flatMap((row) => row.changes)) {
    const fact = 'fact' in change ? change.fact : 'reason' in change ? change.reason : '';
    const value =
      'value' in change ? change.value : 'on' in change ? change.on : 'declared' in change ? change.declared : true;
    last.set(`${change.edge} ${change.from} ${change.to} ${fact}`, value);
  }
  return Object.fromEntries([...last].filter(([, value]) => value !== null && value !== false).sort());
}
