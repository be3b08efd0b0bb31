import { type Queryable, readRows } from '../database.ts';

/**
 * All ids of one person, whichever of them is asked for: the old ones first, in order, the one they have now last.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function idsOfPerson(database: Queryable, person: string): Promise<readonly string[]> {
  const rows = await readRows<{ old_id: string; new_id: string }>(
    database,
    `SELECT old_id, new_id FROM person_alias
     WHERE new_id IN (SELECT $1 UNION SELECT new_id FROM person_alias WHERE old_id = $1) ORDER BY old_id`,
    [person],
  );
  return [...rows.map(({ old_id }) => old_id), rows[0]?.new_id ?? person];
}

/** SQL for an array of all ids of one person by the one that they have now. */
export function allIdsSql(person: string): string {
  return `ARRAY(SELECT ${person}::text UNION SELECT old_id FROM person_alias WHERE new_id = ${person})`;
}

/** The old ids of any of these people, each with the one that it stands for now. @throws AppError `LOG_UNAVAILABLE`. */
export function oldIdsOf(database: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return readAliases(database, 'new_id', people);
}

/** Which of these ids are old ones, each with the one that it stands for now. @throws AppError `LOG_UNAVAILABLE`. */
export function newIdsOf(database: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return readAliases(database, 'old_id', people);
}

async function readAliases(
  database: Queryable,
  column: 'old_id' | 'new_id',
  people: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows<{ old_id: string; new_id: string }>(
    database,
    `SELECT old_id, new_id FROM person_alias WHERE ${column} = ANY($1::text[])`,
    [[...new Set(people)]],
  );
  return new Map(rows.map(({ old_id, new_id }) => [old_id, new_id]));
}
