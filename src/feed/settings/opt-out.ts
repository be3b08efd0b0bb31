import { type Queryable, readPrepared } from '../../log/database.ts';

/**
 * Which of these people are neither named nor counted as social proof for others: they said so in the settings of
 * their feed, or the product did for them (`hide_from_social_proof`).
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readOptOuts(database: Queryable, people: readonly string[]): Promise<ReadonlySet<string>> {
  if (people.length === 0) {
    return new Set();
  }
  const rows = await readPrepared<{ person: string }>(
    database,
    `SELECT user_id AS person FROM feed_settings WHERE user_id = ANY($1::text[]) AND NOT social_proof
     UNION ALL
     SELECT id FROM users WHERE id = ANY($1::text[]) AND settings -> 'hide_from_social_proof' = 'true'`,
    [people],
  );
  return new Set(rows.map(({ person }) => person));
}
