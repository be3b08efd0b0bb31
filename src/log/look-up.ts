import type { Client } from 'pg';
import { z } from 'zod';
import type { Activity } from '../activity/activity.ts';
import type { Signal, Visibility } from '../activity/fold-row.ts';
import { referenceTo } from '../activity/reference.ts';
import type { FoldPart } from './fold-part.ts';
import { FOLD_COLUMNS, type FoldRecord, foldPartOf } from './fold-record.ts';
import {
  type ContentRow,
  emptyRows,
  type Known,
  type PersonRow,
  type Rows,
  type Stamp,
  type StandingRow,
  standingKey,
  type UsedUid,
} from './known.ts';
import { needsContent, RETRACTED } from './resolve.ts';
import { pairOf } from './resolve-connection.ts';
import { describesContent } from './resolve-content.ts';
import { describesPerson } from './resolve-person.ts';
import { factObject, factPerson } from './resolve-standing.ts';

/** Reads everything that deciding these activities can depend on. The append lock must be held: nothing may change after. */
export async function lookUp(client: Client, activities: readonly Activity[]): Promise<Known> {
  const retracted = new Set(activities.map((activity) => activity.retracts).filter((uid) => uid !== null));
  const described = new Set(activities.filter(describesContent).map((activity) => activity.object));
  const objects = activities.filter(needsContent).map((activity) => activity.object ?? '');
  return {
    uids: await usedUids(client, activities),
    standing: await standingRows(client, activities.flatMap(factKeys)),
    content: await contentRows(client, [...described]),
    objects: await knownObjects(
      client,
      objects.filter((object) => !described.has(object)),
    ),
    people: await peopleRows(
      client,
      activities.filter(describesPerson).map((activity) => activity.actor),
    ),
    retracted,
    earlier: await earlierRows(client, [...retracted]),
  };
}

async function knownObjects(client: Client, references: readonly string[]): Promise<Known['objects']> {
  if (references.length === 0) {
    return new Map();
  }
  const { rows } = await client.query<Pick<ContentRow, 'reference' | 'authorId' | 'tags'>>(
    'SELECT reference, author_id AS "authorId", tags FROM content WHERE reference = ANY($1::text[])',
    [[...new Set(references)]],
  );
  return new Map(rows.map(({ reference, authorId, tags }) => [reference, { authorId, tags }]));
}

async function usedUids(client: Client, activities: readonly Activity[]): Promise<Map<string, UsedUid>> {
  const { rows } = await client.query<{ uid: string; position: number; digest: string | null; salt: Buffer | null }>(
    `SELECT uid, position, encode(sent_digest, 'hex') AS digest, fold_salt AS salt
     FROM activity_log WHERE uid = ANY($1::uuid[])`,
    [activities.map((activity) => activity.uid)],
  );
  return new Map(rows.map(({ uid, position, digest, salt }) => [uid, { position, digest, salt }]));
}

type FactKey = Pick<StandingRow, 'personId' | 'fact' | 'object'>;

/** The facts that an activity may change. */
function factKeys(activity: Activity): readonly FactKey[] {
  const { kind, actor, target, tags, retracts } = activity;
  if (retracts !== null) {
    return [{ personId: actor, fact: RETRACTED, object: retracts }];
  }
  switch (kind.fact) {
    case undefined:
      return [];
    case 'interest':
      return tags.map((tag) => ({ personId: actor, fact: 'interest', object: referenceTo('tag', tag) }));
    case 'connection':
      return target === null ? [] : [{ ...pairOf(actor, target), fact: 'connection' }];
    default:
      return [{ personId: factPerson(activity), fact: kind.fact, object: factObject(activity) }];
  }
}

interface StandingRecord {
  readonly person_id: string;
  readonly fact: string;
  readonly object: string;
  readonly holds: boolean;
  readonly kind: string;
  readonly at: number;
  readonly uid: string;
  readonly value: unknown;
  readonly signal: Signal | null;
}

async function standingRows(client: Client, keys: readonly FactKey[]): Promise<Rows<StandingRow>> {
  const found = emptyRows<StandingRow>();
  if (keys.length === 0) {
    return found;
  }
  const distinct = [...new Map(keys.map((key) => [standingKey(key.personId, key.fact, key.object), key])).values()];
  const { rows } = await client.query<StandingRecord>(
    `SELECT person_id, fact, object, holds, kind, (extract(epoch FROM effective_at) * 1000)::float8 AS at, uid, value, signal
     FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (person_id, fact, object)
     JOIN standing USING (person_id, fact, object)`,
    [distinct.map((key) => key.personId), distinct.map((key) => key.fact), distinct.map((key) => key.object)],
  );
  for (const row of rows) {
    const key = standingKey(row.person_id, row.fact, row.object);
    found.stored.add(key);
    found.byKey.set(key, {
      personId: row.person_id,
      fact: row.fact,
      object: row.object,
      holds: row.holds,
      kind: row.kind,
      word: { at: row.at, uid: row.uid },
      value: row.value,
      signal: row.signal,
    });
  }
  return found;
}

const wordsSchema = z.record(
  z.string(),
  z.object({ at: z.number(), uid: z.string(), position: z.number().optional() }),
);

interface ContentRecord {
  readonly reference: string;
  readonly type: string;
  readonly author_id: string | null;
  readonly tags: readonly string[];
  readonly community_id: string | null;
  readonly reply_to: string | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly visibility: Visibility;
  readonly created_at: number | null;
  readonly deleted_at: number | null;
  readonly described_at: number;
  readonly described_by: string;
  readonly words: unknown;
}

async function contentRows(client: Client, references: readonly string[]): Promise<Rows<ContentRow>> {
  const found = emptyRows<ContentRow>();
  if (references.length === 0) {
    return found;
  }
  const { rows } = await client.query<ContentRecord>(
    `SELECT reference, type, author_id, tags, community_id, reply_to, title, url, visibility,
       (extract(epoch FROM created_at) * 1000)::float8 AS created_at,
       (extract(epoch FROM deleted_at) * 1000)::float8 AS deleted_at,
       (extract(epoch FROM described_at) * 1000)::float8 AS described_at, described_by, words
     FROM content WHERE reference = ANY($1::text[])`,
    [[...new Set(references)]],
  );
  for (const row of rows) {
    found.stored.add(row.reference);
    found.byKey.set(row.reference, {
      reference: row.reference,
      type: row.type,
      authorId: row.author_id,
      tags: row.tags,
      communityId: row.community_id,
      replyTo: row.reply_to,
      title: row.title,
      url: row.url,
      visibility: row.visibility,
      createdAt: row.created_at,
      deletedAt: row.deleted_at,
      described: { at: row.described_at, uid: row.described_by } satisfies Stamp,
      words: wordsSchema.parse(row.words),
    });
  }
  return found;
}

async function peopleRows(client: Client, ids: readonly string[]): Promise<Rows<PersonRow>> {
  const found = emptyRows<PersonRow>();
  if (ids.length === 0) {
    return found;
  }
  const { rows } = await client.query<PersonRow>(
    `SELECT id, name, emails, time_zone AS "timeZone", traits, settings,
       (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt", (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt"
     FROM users WHERE id = ANY($1::text[])`,
    [[...new Set(ids)]],
  );
  for (const row of rows) {
    found.stored.add(row.id);
    found.byKey.set(row.id, row);
  }
  return found;
}

async function earlierRows(client: Client, uids: readonly string[]): Promise<Map<string, FoldPart>> {
  if (uids.length === 0) {
    return new Map();
  }
  const { rows } = await client.query<FoldRecord>(
    `SELECT ${FOLD_COLUMNS} FROM activity_log WHERE uid = ANY($1::uuid[])`,
    [uids],
  );
  return new Map(rows.map((row) => [row.uid, foldPartOf(row)]));
}
