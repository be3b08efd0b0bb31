import { parseReference, referenceTo } from '../../activity/reference.ts';
import { type Queryable, readPrepared } from '../database.ts';

/** How a person stands to another now, by what was said of it and not taken back. */
export interface Relation {
  readonly accepted: boolean;
  readonly follows: boolean;
  /** The circle that the person put the other into. */
  readonly circle: string | null;
}

/**
 * How a person stands to each of these others now, as the log has it; who is not in the answer is nothing to them.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readRelations(
  database: Queryable,
  person: string,
  others: readonly string[],
): Promise<ReadonlyMap<string, Relation>> {
  if (others.length === 0) {
    return new Map();
  }
  // The pair of a connection is asked for both ways, since the order of ids is the writer's and not the database's.
  const rows = await readPrepared<{ fact: string; person: string; object: string; value: unknown }>(
    database,
    `SELECT fact, person_id AS person, object, value FROM standing
     WHERE holds AND person_id = $1 AND object = ANY ($2::text[])
       AND (fact IN ('follow', 'circle') OR fact = 'connection' AND value ->> 'status' = 'accepted')
     UNION ALL
     SELECT fact, person_id, object, value FROM standing
     WHERE holds AND person_id = ANY ($3::text[]) AND object = $4
       AND fact = 'connection' AND value ->> 'status' = 'accepted'`,
    [person, others.map((other) => referenceTo('user', other)), others, referenceTo('user', person)],
  );
  const found = new Map<string, Relation>();
  for (const { fact, person: by, object, value } of rows) {
    const other = by === person ? (parseReference(object)?.id ?? '') : by;
    const known = found.get(other) ?? { accepted: false, follows: false, circle: null };
    found.set(other, {
      accepted: known.accepted || fact === 'connection',
      follows: known.follows || fact === 'follow',
      circle: fact === 'circle' && typeof value === 'string' ? value : known.circle,
    });
  }
  return found;
}
