import type { Visibility } from '../../activity/fold-row.ts';
import type { Reference } from '../../activity/reference.ts';
import { type Queryable, readPrepared, readRows } from '../database.ts';

/** What is known of content or of a community. Times are milliseconds since the epoch. */
export interface CatalogueEntry {
  readonly type: string;
  readonly title: string | null;
  readonly url: string | null;
  readonly authorId: string | null;
  readonly tags: readonly string[];
  readonly communityId: string | null;
  readonly visibility: Visibility;
  readonly createdAt: number | null;
  readonly deletedAt: number | null;
  readonly replyTo: Reference | null;
}

/** What is known of a person. */
export interface Person {
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The catalogue's entries of those references that it knows. @throws AppError `LOG_UNAVAILABLE`. */
export async function readContent(
  database: Queryable,
  references: readonly Reference[],
): Promise<Map<Reference, CatalogueEntry>> {
  const rows = await readRows<CatalogueEntry & { reference: string }>(
    database,
    `SELECT reference, type, title, url, author_id AS "authorId", tags, community_id AS "communityId", visibility,
       (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
       (extract(epoch FROM deleted_at) * 1000)::float8 AS "deletedAt", reply_to AS "replyTo"
     FROM content WHERE reference = ANY($1::text[])`,
    [references],
  );
  return new Map(rows.map(({ reference, ...entry }) => [reference, entry]));
}

/** All that a product said of a person. Times are milliseconds since the epoch. */
export interface Profile {
  readonly id: string;
  readonly name: string | null;
  readonly emails: readonly string[];
  readonly timeZone: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly hideFromSocialProof: boolean;
  /** Whether they may be named to others at all: false also when they said so in the settings of their feed. */
  readonly socialProof: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** All that is known of those people who are known. @throws AppError `LOG_UNAVAILABLE`. */
export async function readProfiles(database: Queryable, ids: readonly string[]): Promise<Map<string, Profile>> {
  const rows = await readRows<Profile>(
    database,
    `SELECT users.id, users.name, users.emails, users.time_zone AS "timeZone", users.traits,
       coalesce(users.settings -> 'hide_from_social_proof' = 'true', false) AS "hideFromSocialProof",
       coalesce(feed_settings.social_proof, true)
         AND users.settings -> 'hide_from_social_proof' IS DISTINCT FROM 'true' AS "socialProof",
       floor(extract(epoch FROM users.created_at) * 1000)::float8 AS "createdAt",
       floor(extract(epoch FROM users.updated_at) * 1000)::float8 AS "updatedAt"
     FROM users LEFT JOIN feed_settings ON feed_settings.user_id = users.id
     WHERE users.id = ANY($1::text[])`,
    [ids],
  );
  return new Map(rows.map((profile) => [profile.id, profile]));
}

/** What is known of those people who are known. @throws AppError `LOG_UNAVAILABLE`. */
export async function readPeople(database: Queryable, ids: readonly string[]): Promise<Map<string, Person>> {
  const rows = await readPrepared<Person & { id: string }>(
    database,
    'SELECT id, name, time_zone AS "timeZone", settings FROM users WHERE id = ANY($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, ...person }) => [id, person]));
}

/** The titles of those references that the catalogue knows. @throws AppError `LOG_UNAVAILABLE`. */
export async function titlesOf(
  database: Queryable,
  references: readonly Reference[],
): Promise<Map<Reference, string | null>> {
  if (references.length === 0) {
    return new Map();
  }
  const rows = await readRows<{ reference: string; title: string | null }>(
    database,
    'SELECT reference, title FROM content WHERE reference = ANY($1::text[])',
    [references],
  );
  return new Map(rows.map(({ reference, title }) => [reference, title]));
}
