import type { ClientBase } from 'pg';

/**
 * Writes down that an old id stands for another, and gives that one what the tables know of the old: who made what, who
 * they are (of each field the other's own word, where there is one), and the groups they are in. The append lock must be
 * held. Facts are the resolver's.
 */
export async function joinTables(client: ClientBase, from: string, to: string): Promise<void> {
  for (const text of STATEMENTS) {
    await client.query(text, [from, to]);
  }
}

const STATEMENTS = [
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
] as const;
