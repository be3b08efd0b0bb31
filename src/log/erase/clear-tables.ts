import type { Pool } from 'pg';
import { readRows } from '../database.ts';
import type { PendingErasure } from './pending.ts';
import { PERSONAL_TABLES, type PersonalTable } from './personal-tables.ts';

/**
 * Deletes the person's own rows of every other table, and what those of others say of them and their content. Without a
 * lock: nobody writes such rows any more but who had begun before, so this is done once more at the end.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function clearTables(pool: Pool, erasure: PendingErasure): Promise<void> {
  await clearSignals(pool, erasure);
  for (const table of PERSONAL_TABLES) {
    await deleteOwn(pool, table, erasure);
    await clearMentions(pool, table, erasure);
  }
}

/** Names of tables and columns are ours, never input. */
async function deleteOwn(pool: Pool, { table, person, reference = [] }: PersonalTable, erasure: PendingErasure) {
  if (person.length > 0) {
    const own = person.map((column) => `${column} = $1`).join(' OR ');
    await readRows(pool, `DELETE FROM ${table} WHERE ${own}`, [erasure.person]);
  }
  for (const column of reference) {
    await readRows(pool, `DELETE FROM ${table} WHERE ${column} = ANY($1) OR ${column} ~ $2`, [
      erasure.references,
      erasure.needle,
    ]);
  }
}

async function clearMentions(pool: Pool, { table, mentions = [], mentioning }: PersonalTable, erasure: PendingErasure) {
  const quoted = [erasure.person, ...erasure.references].map((name) => JSON.stringify(name));
  for (const column of mentions) {
    const action = {
      delete: `DELETE FROM ${table}`,
      empty: `UPDATE ${table} SET ${column} = NULL`,
      without: `UPDATE ${table} SET ${column} = ${column} - $3::text`,
    }[mentioning ?? 'delete'];
    await readRows(
      pool,
      `${action} WHERE ${column}::text ~ $1
         OR EXISTS (SELECT FROM unnest($2::text[]) AS name WHERE strpos(${column}::text, name) > 0)`,
      [erasure.needle, quoted, ...(mentioning === 'without' ? [erasure.person] : [])],
    );
  }
}

/**
 * What others hold about content and communities that stay: their signals forget the person, as the log does, so that taking one
 * back later takes back what is left of it.
 */
async function clearSignals(pool: Pool, { person }: PendingErasure): Promise<void> {
  await readRows(pool, "UPDATE standing SET signal = NULL WHERE signal ->> 'person' = $1", [person]);
  await readRows(
    pool,
    `UPDATE standing SET signal = signal || '{"target": null, "author": null}' WHERE signal ->> 'target' = $1`,
    [person],
  );
  await readRows(pool, `UPDATE standing SET signal = signal || '{"author": null}' WHERE signal ->> 'author' = $1`, [
    person,
  ]);
}
