import type { Client } from 'pg';
import { z } from 'zod';
import type { Activity } from '../../activity/activity.ts';
import type { Signal, Visibility } from '../../activity/fold-row.ts';
import { type Reference, referenceTo } from '../../activity/reference.ts';
import { FOLD_COLUMNS, type FoldRecord, foldPartOf } from '../chain/fold-record.ts';
import { digestOf, referencesIn } from '../erase/names.ts';
import type { Aliases } from './aliases.ts';
import { communityEntered } from './communities.ts';
import {
  type ContentRow,
  emptyRows,
  type Known,
  type KnownObject,
  type PersonRow,
  RETRACTED,
  type Rows,
  type StandingRow,
  standingKey,
} from './known.ts';
import { needsContent } from './resolve.ts';
import { renamedRow } from './resolve-alias.ts';
import { COMMENTED, commentBrought, commentConcerned, commentKey } from './resolve-comment.ts';
import { pairOf } from './resolve-connection.ts';
import { describesContent } from './resolve-content.ts';
import { measureKey } from './resolve-measure.ts';
import { describesPerson } from './resolve-person.ts';
import { factObject, factPerson } from './resolve-standing.ts';

/** Bytes as hex and times as whole milliseconds, also those that others wrote; whatever is not asked for is null, and costs nothing. */
const LOOK_UP = `SELECT
  (SELECT json_agg(row) FROM (
    SELECT uid, position, encode(sent_digest, 'hex') AS digest, encode(fold_salt, 'hex') AS salt
    FROM activity_log WHERE uid = ANY($1::uuid[])) AS row) AS uids,
  (SELECT json_agg(row) FROM (
    WITH stated AS (
      SELECT standing.* FROM unnest($2::text[], $3::text[], $4::text[]) AS wanted (person_id, fact, object)
      JOIN standing USING (person_id, fact, object)
    )
    SELECT person_id, fact, object, holds, kind, (extract(epoch FROM effective_at) * 1000)::float8 AS at, uid, position,
      value, signal
    FROM (
      SELECT * FROM stated
      -- Whether the activity that brought a comment was retracted.
      UNION ALL
      SELECT retracted.* FROM stated JOIN standing AS retracted
        ON stated.fact = '${COMMENTED}' AND retracted.object = stated.uid::text AND retracted.fact = '${RETRACTED}' AND retracted.holds
    ) AS known) AS row) AS standing,
  (SELECT json_agg(row) FROM (
    SELECT reference, type, author_id, tags, community_id, reply_to, title, url, visibility,
      floor(extract(epoch FROM created_at) * 1000)::float8 AS created_at,
      floor(extract(epoch FROM deleted_at) * 1000)::float8 AS deleted_at, words
    FROM content WHERE reference = ANY($5::text[])) AS row) AS content,
  (SELECT json_agg(row) FROM (
    SELECT reference, author_id AS "authorId", tags, visibility FROM content WHERE reference = ANY($6::text[])) AS row) AS objects,
  (SELECT json_agg(row) FROM (
    SELECT id, name, emails, time_zone AS "timeZone", traits, settings, words,
      floor(extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
      floor(extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt"
    FROM users WHERE id = ANY($7::text[])) AS row) AS people,
  (SELECT json_agg(row) FROM (
    SELECT ${FOLD_COLUMNS} FROM activity_log WHERE uid = ANY($8::uuid[])) AS row) AS earlier,
  EXISTS (SELECT FROM erased_name) AS "anybodyErased"`;

interface Found {
  readonly uids: readonly { uid: string; position: number; digest: string | null; salt: string | null }[] | null;
  readonly standing: readonly StandingRecord[] | null;
  readonly content: readonly ContentRecord[] | null;
  readonly objects: readonly (KnownObject & Pick<ContentRow, 'reference'>)[] | null;
  readonly people: readonly PersonRow[] | null;
  readonly earlier: readonly FoldRecord[] | null;
  readonly anybodyErased: boolean;
}

/** An activity and when it counts as having happened, in milliseconds. */
export interface Arrival {
  readonly activity: Activity;
  readonly effectiveAt: number;
}

const STANDING_COLUMNS = `person_id, fact, object, holds, kind,
  (extract(epoch FROM effective_at) * 1000)::float8 AS at, uid, position, value, signal`;
const FACTS_OF_ID = `SELECT ${STANDING_COLUMNS} FROM standing
  WHERE person_id = $1 OR (object = $2 AND holds) ORDER BY person_id, fact, object`;
const FACTS_BY_KEY = `SELECT ${STANDING_COLUMNS}
  FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (person_id, fact, object)
  JOIN standing USING (person_id, fact, object)`;

/** Adds what the old id of an alias stated and what is stated of it, and the facts which that becomes. */
export async function lookUpJoined(client: Client, alias: Activity, known: Known): Promise<void> {
  const { target: from, actor: to } = alias;
  if (from === null) {
    return;
  }
  const { rows } = await client.query<StandingRecord>(FACTS_OF_ID, [from, referenceTo('user', from)]);
  const found = standingRows(rows);
  const renamed = [...found.byKey.values()].map((row) => renamedRow(row, new Map([[from, to]])));
  const others = await client.query<StandingRecord>(FACTS_BY_KEY, [
    renamed.map((row) => row.personId),
    renamed.map((row) => row.fact),
    renamed.map((row) => row.object),
  ]);
  for (const [key, row] of [...found.byKey, ...standingRows(others.rows).byKey]) {
    known.standing.byKey.set(key, row);
    known.standing.stored.add(key);
  }
}

/**
 * Reads everything that deciding these activities can depend on, in one round trip. The append lock must be held:
 * nothing may change after.
 */
export async function lookUp(
  client: Client,
  arrivals: readonly Arrival[],
  aliases: Aliases,
  erasureKey: string,
): Promise<Known> {
  const activities = arrivals.map(({ activity }) => activity);
  const retracted = new Set(activities.flatMap(uidsToRetract));
  const described = new Set([
    ...activities.filter(describesContent).map((activity) => activity.object),
    ...activities.map(commentBrought).filter((comment) => comment !== undefined),
  ]);
  const objects = new Set([
    ...activities.filter(needsContent).map((activity) => activity.object ?? ''),
    ...activities.map(communityEntered).filter((community) => community !== null),
  ]);
  const keys = new Map(arrivals.flatMap(factKeys).map((key) => [standingKey(key.personId, key.fact, key.object), key]));
  const facts = [...keys.values()];
  const people = new Set(activities.filter(describesPerson).map((activity) => activity.actor));
  const { rows } = await client.query<Found>({
    // A name: parsed and planned once a connection.
    name: 'look-up',
    text: LOOK_UP,
    values: [
      uuidArray(activities.map((activity) => activity.uid)),
      facts.map((key) => key.personId),
      facts.map((key) => key.fact),
      facts.map((key) => key.object),
      [...described],
      [...objects].filter((object) => !described.has(object)),
      [...people],
      uuidArray([...retracted]),
    ],
  });
  const [found] = rows;
  return {
    uids: new Map(found?.uids?.map(({ uid, position, digest, salt }) => [uid, { position, digest, salt }])),
    standing: standingRows(found?.standing ?? []),
    content: contentRows(found?.content ?? []),
    objects: new Map(found?.objects?.map(({ reference, ...object }) => [reference, object])),
    people: peopleRows(found?.people ?? []),
    retracted,
    aliases,
    earlier: new Map(found?.earlier?.map((row) => [row.uid, foldPartOf(row)])),
    erased: found?.anybodyErased === true ? await erasedAmong(client, activities, erasureKey) : new Set(),
  };
}

/** Which of the references in these activities are to who was erased, or to their content. */
async function erasedAmong(
  client: Client,
  activities: readonly Activity[],
  key: string,
): Promise<ReadonlySet<Reference>> {
  const references = new Map(
    [...new Set(activities.flatMap(referencesIn))].map((reference) => [digestOf(key, reference), reference]),
  );
  const { rows } = await client.query<{ digest: string }>(
    `SELECT encode(digest, 'hex') AS digest FROM unnest($1::text[]) AS wanted (hex)
     JOIN erased_name ON digest = decode(hex, 'hex')`,
    [[...references.keys()]],
  );
  return new Set(rows.map(({ digest }) => references.get(digest) ?? ''));
}

/** As SQL writes an array. Uuids need no quotes, and the driver's looking for what does takes longer than the rest. */
function uuidArray(uids: readonly string[]): string {
  return `{${uids.join(',')}}`;
}

/** The activities that a retraction can mean. */
function uidsToRetract({ kind, retracts, retractsListed }: Activity): string[] {
  return kind.name === 'retract' ? [retracts, retractsListed].filter((uid) => uid !== null) : [];
}

type FactKey = Pick<StandingRow, 'personId' | 'fact' | 'object'>;

/** The facts that an activity may change or that decide whether it is taken. */
function factKeys({ activity, effectiveAt }: Arrival): readonly FactKey[] {
  const community = communityEntered(activity);
  const membership = community === null ? [] : [{ personId: activity.actor, fact: 'join', object: community }];
  const comment = commentConcerned(activity);
  const brought = comment === undefined ? [] : [commentKey(comment)];
  return [...ownFactKeys(activity, effectiveAt), ...membership, ...brought];
}

function ownFactKeys(activity: Activity, effectiveAt: number): readonly FactKey[] {
  const { kind, actor, target, tags } = activity;
  if (kind.name === 'retract') {
    return uidsToRetract(activity).map((object) => ({ personId: actor, fact: RETRACTED, object }));
  }
  switch (kind.fact) {
    case undefined:
      return kind.nature === 'measured' ? [measureKey(activity, effectiveAt)] : [];
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
  readonly position: number | null;
  readonly value: unknown;
  readonly signal: Signal | null;
}

function standingRows(rows: readonly StandingRecord[]): Rows<StandingRow> {
  const found = emptyRows<StandingRow>();
  for (const row of rows) {
    const key = standingKey(row.person_id, row.fact, row.object);
    found.stored.add(key);
    found.byKey.set(key, {
      personId: row.person_id,
      fact: row.fact,
      object: row.object,
      holds: row.holds,
      kind: row.kind,
      word: { at: row.at, uid: row.uid, position: row.position ?? undefined },
      value: row.value,
      signal: row.signal,
    });
  }
  return found;
}

const wordsSchema = z.record(
  z.string(),
  z.object({ at: z.number(), uid: z.string(), position: z.number().optional(), deletes: z.boolean().optional() }),
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
  readonly words: unknown;
}

function contentRows(rows: readonly ContentRecord[]): Rows<ContentRow> {
  const found = emptyRows<ContentRow>();
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
      words: wordsSchema.parse(row.words),
    });
  }
  return found;
}

function peopleRows(rows: readonly PersonRow[]): Rows<PersonRow> {
  const found = emptyRows<PersonRow>();
  for (const row of rows) {
    found.stored.add(row.id);
    found.byKey.set(row.id, { ...row, words: wordsSchema.parse(row.words) });
  }
  return found;
}
