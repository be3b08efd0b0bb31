import type { Pool } from 'pg';
import { AppError } from '../../core/errors.ts';
import { type Queryable, readPrepared, readRows } from '../../log/database.ts';
import { changed, type SettingsChange } from './change.ts';
import { type FeedSettings, NO_SETTINGS } from './settings.ts';

interface Row {
  readonly revision: number;
  readonly weights: Readonly<Record<string, number>>;
  readonly interests: Readonly<Record<string, number>>;
  readonly switched_off: readonly string[];
  readonly network: number | null;
  readonly muted_words: readonly string[];
  readonly muted_tags: readonly string[];
  readonly reset_at: Date | null;
  readonly forgotten: Readonly<Record<string, number>>;
  readonly social_proof: boolean;
}

/** What a person set; `NO_SETTINGS` for somebody who never did. @throws AppError `LOG_UNAVAILABLE`. */
export async function readFeedSettings(database: Queryable, person: string): Promise<FeedSettings> {
  const [row] = await readPrepared<Row>(
    database,
    `SELECT revision, weights, interests, switched_off, network, muted_words, muted_tags, reset_at, forgotten, social_proof
     FROM feed_settings WHERE user_id = $1`,
    [person],
  );
  return row === undefined ? NO_SETTINGS : settingsOf(row);
}

function settingsOf(row: Row): FeedSettings {
  return {
    revision: row.revision,
    weights: row.weights,
    off: row.switched_off,
    network: row.network,
    mutedWords: row.muted_words,
    mutedTags: row.muted_tags,
    interests: row.interests,
    resetAt: row.reset_at?.getTime() ?? null,
    forgotten: row.forgotten,
    socialProof: row.social_proof,
  };
}

/**
 * Changes what a person set. A change that is none, such as one that is sent again, keeps the revision.
 *
 * @throws AppError `SETTINGS_INVALID`, `LOG_UNAVAILABLE`.
 */
export function changeFeedSettings(
  pool: Pool,
  person: string,
  { change, now }: { readonly change: SettingsChange; readonly now: number },
): Promise<FeedSettings> {
  return revise(pool, { person, now, next: (before) => changed(before, change) });
}

/**
 * From now on what the person did until now does not personalise, see `afterReset` for what was computed from it. What
 * they said stays: sliders, mutes, declared interests, connections.
 *
 * @param interests - what the interest in each tag is worth now; so much of it will not count.
 * @param contacts - the same of what the person did with each other person, by id.
 */
export function resetPersonalisation(
  pool: Pool,
  person: string,
  { interests, contacts, now }: { readonly interests: Worth; readonly contacts: Worth; readonly now: number },
): Promise<FeedSettings> {
  const forgotten = Object.fromEntries([...interests].filter(([, weight]) => weight > 0));
  return revise(pool, {
    person,
    now,
    contacts,
    next: (before) => ({ ...before, resetAt: now, forgotten, revision: before.revision + 1 }),
  });
}

/** What something is worth at a moment, by its name. */
type Worth = ReadonlyMap<string, number>;

/**
 * What the contact with each of these people was worth at the reset, where there was any.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function readForgottenContacts(
  database: Queryable,
  person: string,
  others: readonly string[],
): Promise<Worth> {
  const rows = await readRows<{ other: string; weight: number }>(
    database,
    `SELECT key AS other, value::float8 AS weight
     FROM feed_settings CROSS JOIN jsonb_each(forgotten_contacts)
     WHERE user_id = $1 AND key = ANY ($2::text[])`,
    [person, others],
  );
  return new Map(rows.map(({ other, weight }) => [other, weight]));
}

interface Revision {
  readonly person: string;
  readonly now: number;
  readonly next: (before: FeedSettings) => FeedSettings;
  /** Of a reset. */
  readonly contacts?: Worth;
}

/** Two changes at once are rare; each is applied to what the other left. */
const MOST_ATTEMPTS = 20;

async function revise(pool: Pool, { person, now, next, contacts }: Revision): Promise<FeedSettings> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = await readFeedSettings(pool, person);
    const after = next(before);
    if (after === before || (await write(pool, { person, now, after, contacts }))) {
      return after;
    }
  }
  throw new AppError('LOG_UNAVAILABLE', 'These settings are being changed by too many requests at once');
}

interface Written {
  readonly after: FeedSettings;
  readonly contacts: Worth | undefined;
}

/** Writes the settings if they are still of the revision before; false when somebody else was quicker. */
async function write(
  pool: Pool,
  { person, now, after, contacts }: Omit<Revision, 'next' | 'contacts'> & Written,
): Promise<boolean> {
  const rows = await readRows(
    pool,
    `INSERT INTO feed_settings (user_id, revision, weights, interests, switched_off, network, muted_words, muted_tags,
       reset_at, forgotten, social_proof, updated_at, forgotten_contacts)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (user_id) DO UPDATE SET revision = excluded.revision, weights = excluded.weights,
       interests = excluded.interests, switched_off = excluded.switched_off, network = excluded.network,
       muted_words = excluded.muted_words, muted_tags = excluded.muted_tags, reset_at = excluded.reset_at,
       forgotten = excluded.forgotten, social_proof = excluded.social_proof, updated_at = excluded.updated_at,
       forgotten_contacts = coalesce(excluded.forgotten_contacts, feed_settings.forgotten_contacts)
     WHERE feed_settings.revision = excluded.revision - 1
     RETURNING 1`,
    [
      person,
      after.revision,
      JSON.stringify(after.weights),
      JSON.stringify(after.interests),
      after.off,
      after.network,
      after.mutedWords,
      after.mutedTags,
      after.resetAt === null ? null : new Date(after.resetAt),
      JSON.stringify(after.forgotten),
      after.socialProof,
      new Date(now),
      contacts === undefined ? null : JSON.stringify(Object.fromEntries(contacts)),
    ],
  );
  return rows.length > 0;
}
