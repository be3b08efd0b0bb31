import type { ClientBase } from 'pg';
import { referenceTo } from '../../activity/reference.ts';

/** Whether more facts and contents than so many would be given from an id to another. */
export async function hasMoreThan(client: ClientBase, id: string, most: number): Promise<boolean> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       (SELECT FROM standing WHERE person_id = $1 LIMIT $3)
       UNION ALL (SELECT FROM standing WHERE object = $2 AND holds LIMIT $3)
       UNION ALL (SELECT FROM content WHERE author_id = $1 LIMIT $3)
     ) AS known`,
    [id, referenceTo('user', id), most + 1],
  );
  return (rows[0]?.count ?? 0) > most;
}

/**
 * Writes down that an old id stands for another, and gives that one what the tables know of the old: who made what, who
 * they are (of each field the other's own word, where there is one), the groups they are in, and what they set for their
 * feed. What was computed for the old id goes; for the other one it is computed anew. The append lock must be held. Facts
 * are the resolver's.
 */
export async function joinTables(client: ClientBase, from: string, to: string): Promise<void> {
  for (const text of STATEMENTS) {
    await client.query(text, [from, to]);
  }
}

/** What is in either list. */
function united(column: string): string {
  return `ARRAY(SELECT DISTINCT unnest(own.${column} || excluded.${column}) ORDER BY 1)`;
}

/** Amounts by name, added up. */
function summed(column: string): string {
  return `(SELECT jsonb_object_agg(name, amount) FROM (
       SELECT key AS name, sum(value::float8) AS amount FROM (
         SELECT * FROM jsonb_each(own.${column}) UNION ALL SELECT * FROM jsonb_each(excluded.${column})
       ) AS either GROUP BY key
     ) AS total)`;
}

const STATEMENTS: readonly string[] = [
  'UPDATE person_alias SET new_id = $2 WHERE new_id = $1',
  'INSERT INTO person_alias (old_id, new_id) VALUES ($1, $2)',
  'UPDATE content SET author_id = $2 WHERE author_id = $1',
  `INSERT INTO group_members (group_id, user_id)
   SELECT group_id, $2 FROM group_members WHERE user_id = $1 ON CONFLICT DO NOTHING`,
  'DELETE FROM group_members WHERE user_id = $1 AND $2 <> $1',
  `INSERT INTO users AS own (id, name, emails, time_zone, traits, settings, created_at, updated_at, words)
   SELECT $2, name, emails, time_zone, traits, settings, created_at, updated_at, words FROM users WHERE id = $1
   ON CONFLICT (id) DO UPDATE SET
     name = coalesce(own.name, excluded.name),
     emails = CASE WHEN own.emails = '{}' THEN excluded.emails ELSE own.emails END,
     time_zone = coalesce(own.time_zone, excluded.time_zone),
     traits = excluded.traits || own.traits,
     settings = excluded.settings || own.settings,
     words = excluded.words || own.words,
     created_at = least(own.created_at, excluded.created_at),
     updated_at = greatest(own.updated_at, excluded.updated_at)`,
  'DELETE FROM users WHERE id = $1 AND $2 <> $1',
  // Of each slider and interest the own word; what either muted, switched off or withheld stays so; a reset is of both.
  `INSERT INTO feed_settings AS own (user_id, revision, weights, interests, switched_off, network, muted_words, muted_tags,
     reset_at, forgotten, social_proof, updated_at, forgotten_contacts)
   SELECT $2, revision, weights, interests, switched_off, network, muted_words, muted_tags,
     reset_at, forgotten, social_proof, updated_at, forgotten_contacts FROM feed_settings WHERE user_id = $1
   ON CONFLICT (user_id) DO UPDATE SET
     revision = greatest(own.revision, excluded.revision) + 1,
     weights = excluded.weights || own.weights,
     interests = excluded.interests || own.interests,
     switched_off = ${united('switched_off')},
     network = coalesce(own.network, excluded.network),
     muted_words = ${united('muted_words')},
     muted_tags = ${united('muted_tags')},
     reset_at = greatest(own.reset_at, excluded.reset_at),
     forgotten = coalesce(${summed('forgotten')}, '{}'),
     social_proof = own.social_proof AND excluded.social_proof,
     updated_at = greatest(own.updated_at, excluded.updated_at),
     forgotten_contacts = ${summed('forgotten_contacts')}`,
  'DELETE FROM feed_settings WHERE user_id = $1 AND $2 <> $1',
  // What others forgot of the old id they forgot of the new one, and nobody is a contact of their own.
  `UPDATE feed_settings SET forgotten_contacts = CASE
     WHEN user_id = $2 THEN forgotten_contacts - $1 - $2
     ELSE forgotten_contacts - $1 || jsonb_build_object($2::text,
       (forgotten_contacts ->> $1)::float8 + coalesce((forgotten_contacts ->> $2)::float8, 0))
   END WHERE forgotten_contacts ? $1 OR (user_id = $2 AND forgotten_contacts ? $2)`,
  'DELETE FROM behaviour_profile WHERE person_id = $1 AND $2 <> $1',
  'DELETE FROM feed_snapshot WHERE user_id = $1 AND $2 <> $1',
];
