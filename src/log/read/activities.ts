import { AUDIT_TABLES, type AuditTable, findKind } from '../../activity/kinds.ts';
import { type Queryable, readRows } from '../database.ts';
import { allIdsSql } from './ids-of-person.ts';
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
  /** Names of kinds of which it must be one. */
  readonly kinds?: readonly string[];
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
  const items = await withAudit(database, shown);
  return { items, next: rows.length > shown.length ? (shown.at(-1)?.position ?? null) : null };
}

/**
 * What these people did after a position and up to another, in the order of the log. `upTo` is how far it was read: with
 * `limit` activities there may be more behind it.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function activitiesAfter(
  database: Queryable,
  asked: {
    readonly people: readonly string[];
    readonly after: number;
    readonly upTo: number;
    readonly limit: number;
    /** Also the rows that say that somebody was erased, or that one of these is one person with another id now. */
    readonly erasuresAndAliases?: true;
  },
): Promise<{ readonly items: readonly StoredActivity[]; readonly upTo: number }> {
  const { people, after, upTo, limit, erasuresAndAliases: also } = asked;
  const rowsOf = (whose: string): string =>
    `SELECT ${LOG_COLUMNS} FROM activity_log WHERE position > $1 AND position <= $2 AND (${whose})
     ORDER BY position LIMIT $4`;
  const [person] = people.length === 1 && !also ? people : [];
  // Of one person the index has their rows in this order, under each id; of many, the newest rows are looked through.
  const text =
    person === undefined
      ? rowsOf(
          `actor_id = ANY($3::text[])${also ? " OR kind = 'erase' OR kind = 'alias' AND target_id = ANY($3)" : ''}`,
        )
      : `SELECT own.* FROM unnest(${allIdsSql('$3')}) AS person (id)
         CROSS JOIN LATERAL (${rowsOf('actor_id = person.id')}) AS own ORDER BY position LIMIT $4`;
  const rows = await readRows<LogRecord>(database, text, [after, upTo, person ?? people, limit]);
  const items = await withAudit(database, rows);
  return { items, upTo: rows.length < limit ? upTo : (rows.at(-1)?.position ?? upTo) };
}

/** So many of the newest rows are looked through for what happened lately. */
const MOST_LOOKED_THROUGH = 10_000;

/**
 * What happened from `since` on, the latest first, whatever was received in between of older times; looked for among
 * the newest 10,000 rows of those that are asked for.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function recentActivities(
  database: Queryable,
  { limit, ...query }: Omit<ActivitiesQuery, 'after' | 'until'> & { readonly since: number },
): Promise<readonly StoredActivity[]> {
  const { newest, values } = newestOf(query);
  const rows = await readRows<LogRecord>(
    database,
    `SELECT * FROM (${newest(String(MOST_LOOKED_THROUGH))}) AS newest
     WHERE effective_at >= $${values.length + 1}
     ORDER BY effective_at DESC, position DESC LIMIT $${values.length + 2}`,
    [...values, new Date(query.since), limit],
  );
  return withAudit(database, rows);
}

async function withAudit(database: Queryable, rows: readonly LogRecord[]): Promise<readonly StoredActivity[]> {
  const audit = await auditRecords(database, rows);
  return rows.map((row) => storedActivity(row, audit.get(row.position)));
}

const LOG_COLUMNS = `position, uid, kind, actor_id, object, target_id, community_id, effective_at, recorded_at, from_future,
       duration_seconds, scroll_depth_percentage, position_seconds`;

/** One more than asked for, to know whether there is a next page. */
async function logRows(database: Queryable, query: ActivitiesQuery): Promise<LogRecord[]> {
  const { newest, values } = newestOf(query);
  return readRows<LogRecord>(database, newest(`$${values.length + 1}`), [...values, query.limit + 1]);
}

/** SQL for the newest rows of a query; those of a person under each id that they had, by the index for it. */
function newestOf(query: Omit<ActivitiesQuery, 'limit'>): {
  readonly newest: (limit: string) => string;
  readonly values: readonly unknown[];
} {
  const { conditions, values } = conditionsOf(query);
  const rows = (limit: string): string =>
    `SELECT ${LOG_COLUMNS} FROM activity_log ${conditions} ORDER BY position DESC LIMIT ${limit}`;
  const ofPerson = (limit: string): string =>
    `SELECT own.* FROM unnest(${allIdsSql('$1')}) AS person (id) CROSS JOIN LATERAL (${rows(limit)}) AS own
     ORDER BY position DESC LIMIT ${limit}`;
  return { newest: query.userId === undefined ? rows : ofPerson, values };
}

/** Unused conditions are left out for the planner's sake. The person is the first value; `person.id` is one of their ids. */
function conditionsOf(query: Omit<ActivitiesQuery, 'limit'>): { conditions: string; values: readonly unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== undefined) {
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    }
  };
  where(query.userId, () => 'actor_id = person.id');
  where(query.kind, (value) => `kind = ${value}`);
  where(query.kinds, (value) => `kind = ANY (${value}::text[])`);
  where(query.content, (value) => `object = ${value}`);
  where(query.after, (value) => `position < ${value}`);
  where(dateOf(query.since), (value) => `position >= ${positionAtSql(`${value}::timestamptz`)}`);
  where(dateOf(query.until), (value) => `position < ${positionAtSql(`${value}::timestamptz`)}`);
  return { conditions: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
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
    const times = own.map((row) => row.recorded_at.getTime());
    if (times.length > 0) {
      const records = await readRows<AuditRecord>(
        database,
        `SELECT id, "timestamp", ip_address, user_agent, metadata${OWN_COLUMNS[table] ?? ''}
         FROM ${table} WHERE id = ANY($1::bigint[]) AND created_at BETWEEN $2 AND $3`,
        [own.map((row) => row.position), new Date(Math.min(...times)), new Date(Math.max(...times))],
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
