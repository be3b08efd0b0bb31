import { AUDIT_TABLES, type AuditTable, findKind } from '../../activity/kinds.ts';
import { type Queryable, readRows } from '../database.ts';
import { positionAtSql } from './position-at.ts';

/** An activity as it was received, for people to read; times are ISO 8601 in UTC. */
export interface StoredActivity {
  readonly position: number;
  readonly id: string;
  readonly user_id: string | null;
  readonly activity_type: string;
  /** As type:id. */
  readonly content: string | null;
  readonly target_user_id: string | null;
  readonly community_id: string | null;
  /** When the caller says it happened. */
  readonly occurred_at: string;
  /** When it counts as having happened: never later than it was received. */
  readonly effective_at: string;
  readonly recorded_at: string;
  readonly from_future: boolean;
  readonly duration_seconds: number | null;
  readonly scroll_depth_percentage: number | null;
  readonly position_seconds: number | null;
  readonly success: boolean;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

export interface ActivitiesQuery {
  /** Undefined: everybody's. */
  readonly userId?: string;
  /** Name of a kind. */
  readonly kind?: string;
  readonly content?: string;
  /** Time of receipt in milliseconds: from `since`, before `until`. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
  /** Only what is older than this position. */
  readonly after?: number;
}

interface LogRecord {
  readonly position: number;
  readonly uid: string;
  readonly kind: string;
  readonly actor_id: string | null;
  readonly object: string | null;
  readonly target_id: string | null;
  readonly community_id: string | null;
  readonly effective_at: Date;
  readonly recorded_at: Date;
  readonly from_future: boolean;
  readonly duration_seconds: number | null;
  readonly scroll_depth_percentage: number | null;
  readonly position_seconds: number | null;
}

interface AuditRecord {
  readonly id: number;
  readonly timestamp: Date;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly success?: boolean;
  readonly description?: string | null;
}

/**
 * A page of what was received, newest first, with what the audit rows say while they are kept. `next` is the `after` of
 * the next page, null on the last one.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function listActivities(
  database: Queryable,
  query: ActivitiesQuery,
): Promise<{ readonly items: readonly StoredActivity[]; readonly next: number | null }> {
  const rows = await logRows(database, query);
  const shown = rows.slice(0, query.limit);
  const audit = await auditRecords(database, shown);
  const items = shown.map((row) => storedActivity(row, audit.get(row.position)));
  return { items, next: rows.length > shown.length ? (shown.at(-1)?.position ?? null) : null };
}

/** One more than asked for, to know whether there is a next page. Unused conditions are left out for the planner's sake. */
async function logRows(database: Queryable, query: ActivitiesQuery): Promise<LogRecord[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== undefined) {
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    }
  };
  where(query.userId, (value) => `actor_id = ${value}`);
  where(query.kind, (value) => `kind = ${value}`);
  where(query.content, (value) => `object = ${value}`);
  where(query.after, (value) => `position < ${value}`);
  where(dateOf(query.since), (value) => `position >= ${positionAtSql(`${value}::timestamptz`)}`);
  where(dateOf(query.until), (value) => `position < ${positionAtSql(`${value}::timestamptz`)}`);
  values.push(query.limit + 1);
  return readRows<LogRecord>(
    database,
    `SELECT position, uid, kind, actor_id, object, target_id, community_id, effective_at, recorded_at, from_future,
       duration_seconds, scroll_depth_percentage, position_seconds
     FROM activity_log
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY position DESC LIMIT $${values.length}`,
    values,
  );
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}

/** The first audit row of each activity, by position. Their partitions are found by the times of receipt. */
async function auditRecords(database: Queryable, rows: readonly LogRecord[]): Promise<Map<number, AuditRecord>> {
  const found = new Map<number, AuditRecord>();
  for (const table of AUDIT_TABLES) {
    // A kind that only a later version knows may be in any of them.
    const own = rows.filter((row) => (findKind(row.kind)?.kind.table ?? table) === table);
    const [newest, oldest] = [own[0], own.at(-1)];
    if (newest !== undefined && oldest !== undefined) {
      const records = await readRows<AuditRecord>(
        database,
        `SELECT id, "timestamp", ip_address, user_agent, metadata${OWN_COLUMNS[table] ?? ''}
         FROM ${table} WHERE id = ANY($1::bigint[]) AND created_at BETWEEN $2 AND $3`,
        [own.map((row) => row.position), oldest.recorded_at, newest.recorded_at],
      );
      for (const record of records) {
        found.set(record.id, record);
      }
    }
  }
  return found;
}

const OWN_COLUMNS: Readonly<Partial<Record<AuditTable, string>>> = {
  user_activity: ', success, description',
  vibe_activity: ', success',
};

function storedActivity(row: LogRecord, audit: AuditRecord | undefined): StoredActivity {
  const metadata = audit?.metadata ?? {};
  const { description, success } = metadata;
  return {
    position: row.position,
    id: row.uid,
    user_id: row.actor_id,
    activity_type: row.kind,
    content: row.object,
    target_user_id: row.target_id,
    community_id: row.community_id,
    occurred_at: (audit?.timestamp ?? row.effective_at).toISOString(),
    effective_at: row.effective_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
    from_future: row.from_future,
    duration_seconds: row.duration_seconds,
    scroll_depth_percentage: row.scroll_depth_percentage,
    position_seconds: row.position_seconds,
    success: audit?.success ?? success !== false,
    description: audit?.description ?? (typeof description === 'string' ? description : null),
    metadata,
    ip_address: audit?.ip_address ?? null,
    user_agent: audit?.user_agent ?? null,
  };
}
