import type { Pool, PoolClient } from 'pg';
import type { Reference } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { beginAppend } from '../append/begin-append.ts';
import { type Queryable, readRows } from '../database.ts';
import { logFailure } from '../failures.ts';
import { idsOfPerson } from '../read/ids-of-person.ts';
import { digestOf, type ErasedNames, isDistinctive, keyCheckOf, ownReferences, wholeWord } from './names.ts';

/** An erasure that is under way. */
export interface PendingErasure extends ErasedNames {
  readonly id: number;
  /** Names and email addresses of the person, to be looked for in what was written in free text. */
  readonly words: readonly string[];
  /** To the person and their content. */
  readonly references: readonly Reference[];
  /** Where the id is long enough, the pattern by which it is found within longer references and texts. */
  readonly needle: string | null;
}

/** What became of an erasure. */
export interface Erasure {
  readonly id: number;
  readonly status: 'pending' | 'done';
  /** Newest row of the log that says what was cleared; null: there was nothing. */
  readonly position: number | null;
  /** How many rows of the log and of the audit tables were cleared. */
  readonly logRows: number;
  readonly auditRows: number;
}

/**
 * Phase 1, behind the append lock: from its commit on every activity that names the person or their content is refused,
 * and their content is gone from every feed (law 6). Asking for the same person again goes on with the same erasures.
 *
 * @param now - milliseconds since the epoch.
 * @returns one erasure for each id that the person had, in order; that of the id they have now is the last.
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function beginErasure(
  pool: Pool,
  { person, key, now }: { readonly person: string; readonly key: string; readonly now: number },
): Promise<readonly number[]> {
  const client = await pool.connect().catch((error: unknown) => {
    throw logFailure(error);
  });
  try {
    await beginAppend(client);
    const erasures: number[] = [];
    for (const id of await idsOfPerson(client, person)) {
      erasures.push((await erasureOf(client, id, key)) ?? (await makeErasure(client, id, key, new Date(now))));
    }
    await client.query('COMMIT');
    client.release();
    return erasures;
  } catch (error) {
    client.release(true);
    throw logFailure(error);
  }
}

async function erasureOf(client: PoolClient, person: string, key: string): Promise<number | undefined> {
  const [row] = await readRows<{ id: number }>(
    client,
    "SELECT erasure_id AS id FROM erased_name WHERE digest = decode($1, 'hex')",
    [digestOf(key, `user:${person}`)],
  );
  return row?.id;
}

async function makeErasure(client: PoolClient, person: string, key: string, now: Date): Promise<number> {
  const contents = await contentsOf(client, person);
  const words = await wordsOf(client, person);
  const [row] = await readRows<{ id: number }>(
    client,
    "INSERT INTO erasure (requested_at, key_check, pending) VALUES ($1, decode($2, 'hex'), $3) RETURNING id",
    [now, keyCheckOf(key), JSON.stringify({ person, words })],
  );
  const id = row?.id ?? 0;
  const digests = [...ownReferences(person), ...contents].map((reference) => digestOf(key, reference));
  await client.query(
    `INSERT INTO erased_name (digest, erasure_id) SELECT decode(hex, 'hex'), $2 FROM unnest($1::text[]) AS digest (hex)
     ON CONFLICT DO NOTHING`,
    [digests, id],
  );
  await client.query(
    "UPDATE content SET deleted_at = coalesce(deleted_at, $2), visibility = 'private' WHERE reference = ANY($1)",
    [contents, now],
  );
  // Communities belong to their members, and answers to who gave them.
  await client.query('UPDATE content SET author_id = NULL WHERE author_id = $1 AND reference <> ALL($2)', [
    person,
    contents,
  ]);
  await client.query('UPDATE content SET reply_to = NULL WHERE reply_to = ANY($1)', [
    [...contents, ...ownReferences(person)],
  ]);
  await client.query(
    `INSERT INTO erasure_trace (erasure_id, edge, from_id, to_id)
     SELECT $1::bigint, 'User', $2::text, '' UNION SELECT $1, 'Content', reference, '' FROM unnest($3::text[]) AS theirs (reference)`,
    [id, person, contents],
  );
  return id;
}

/** What the person made; a community is not theirs alone. */
async function contentsOf(client: Queryable, person: string): Promise<Reference[]> {
  const rows = await readRows<{ reference: string }>(
    client,
    "SELECT reference FROM content WHERE author_id = $1 AND type <> 'community' ORDER BY reference",
    [person],
  );
  return rows.map(({ reference }) => reference);
}

/** Two words or more; one is many people's, and is not looked for in the words of others. */
const FULL_NAME = /^\p{L}{2,}[\p{L}.'’-]*(?:\s+[\p{L}.'’-]{2,})+$/u;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

/** What names the person in the words of others. */
async function wordsOf(client: PoolClient, person: string): Promise<string[]> {
  const [row] = await readRows<{ name: string | null; emails: readonly string[] }>(
    client,
    'SELECT name, emails FROM users WHERE id = $1',
    [person],
  );
  const { name = null, emails = [] } = row ?? {};
  const named = name !== null && FULL_NAME.test(name) ? [name] : [];
  return [...named, ...emails.filter((email) => ADDRESS.test(email))];
}

/** An erasure that is not over yet; undefined when it is. @throws AppError `LOG_UNAVAILABLE`. */
export async function readPending(database: Queryable, id: number): Promise<PendingErasure | undefined> {
  const [row] = await readRows<{ pending: { person: string; words: string[] } | null }>(
    database,
    'SELECT pending FROM erasure WHERE id = $1',
    [id],
  );
  if (row === undefined || row.pending === null) {
    return undefined;
  }
  const { person, words } = row.pending;
  const contents = await contentsOf(database, person);
  const references = [...ownReferences(person), ...contents];
  const needle = isDistinctive(person) ? wholeWord(person) : null;
  return { id, person, words, contents: new Set(contents), references, needle };
}

/** The erasures that are not over, oldest first. @throws AppError `LOG_UNAVAILABLE`. */
export async function pendingErasures(database: Queryable): Promise<readonly number[]> {
  const rows = await readRows<{ id: number }>(database, 'SELECT id FROM erasure WHERE pending IS NOT NULL ORDER BY id');
  return rows.map(({ id }) => id);
}

/** The erasures that are over but for what need not be waited for. @throws AppError `LOG_UNAVAILABLE`. */
export async function untidiedErasures(database: Queryable): Promise<readonly number[]> {
  const rows = await readRows<{ id: number }>(
    database,
    'SELECT id FROM erasure WHERE finished_at IS NOT NULL AND tidied_at IS NULL ORDER BY id',
  );
  return rows.map(({ id }) => id);
}

/** Notes that nothing is left to do for these. @throws AppError `LOG_UNAVAILABLE`. */
export async function noteTidied(database: Queryable, ids: readonly number[], now: number): Promise<void> {
  await readRows(database, 'UPDATE erasure SET tidied_at = $2 WHERE id = ANY($1)', [ids, new Date(now)]);
}

/** @throws AppError `LOG_UNAVAILABLE`. */
export async function readErasure(database: Queryable, id: number): Promise<Erasure> {
  const [row] = await readRows<{ pending: boolean; position: number | null; log_rows: number; audit_rows: number }>(
    database,
    'SELECT pending IS NOT NULL AS pending, position, log_rows, audit_rows FROM erasure WHERE id = $1',
    [id],
  );
  if (row === undefined) {
    throw new AppError('NOT_FOUND', `There is no erasure ${id}.`);
  }
  const status = row.pending ? 'pending' : 'done';
  return { id, status, position: row.position, logRows: row.log_rows, auditRows: row.audit_rows };
}

/**
 * Makes sure that who was erased would still be known.
 *
 * @throws AppError `CONFIG_INVALID` when the digests were made with another key; `LOG_UNAVAILABLE`.
 */
export async function checkErasureKey(database: Queryable, key: string): Promise<void> {
  const rows = await readRows(database, "SELECT FROM erasure WHERE key_check <> decode($1, 'hex') LIMIT 1", [
    keyCheckOf(key),
  ]);
  if (rows.length > 0) {
    throw new AppError(
      'CONFIG_INVALID',
      'ERASURE_SECRET: people were erased under another key; set it to the AUTH_SECRET of that time',
    );
  }
}
