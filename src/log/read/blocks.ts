import { type Queryable, readRows } from '../database.ts';

/** Whom a person blocked, and who blocked them, as of now. @throws AppError `LOG_UNAVAILABLE`. */
export async function readBlocks(database: Queryable, personId: string): Promise<ReadonlySet<string>> {
  const rows = await readRows<{ person: string }>(
    database,
    `SELECT substr(object, length('user:') + 1) AS person
     FROM standing WHERE person_id = $1 AND fact = 'block' AND holds
     UNION
     SELECT person_id FROM standing WHERE object = $2 AND fact = 'block' AND holds`,
    [personId, `user:${personId}`],
  );
  return new Set(rows.map(({ person }) => person));
}
