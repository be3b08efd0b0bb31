import type { SuppressingFact } from '../../activity/kinds.ts';
import { parseReference, type Reference } from '../../activity/reference.ts';
import { DAY_MS } from '../../core/clock.ts';
import { type Queryable, readPrepared } from '../database.ts';

/** What a person does not want to be shown, and who does not want to be shown to them. */
export interface Suppressions {
  /** Hidden, reported, muted, or not of interest. */
  readonly content: ReadonlySet<Reference>;
  /** Hidden, muted, blocked or reported by the person, and those who blocked the person. */
  readonly people: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly communities: ReadonlySet<string>;
  /** When the person last reported each author or something of theirs, in milliseconds. */
  readonly reportedAuthors: ReadonlyMap<string, number>;
  /** What the person wants less of, as reference, and since when, in milliseconds. */
  readonly notInterested: ReadonlyMap<Reference, number>;
}

interface SuppressionRecord {
  readonly fact: SuppressingFact;
  /** The person who said so. */
  readonly by: string;
  readonly object: string;
  readonly author: string | null;
  readonly at: number;
}

/** Law 6: read for every page of a feed. @throws AppError `LOG_UNAVAILABLE`. */
export async function readSuppressions(database: Queryable, personId: string): Promise<Suppressions> {
  const rows = await readPrepared<SuppressionRecord>(
    database,
    `SELECT fact, person_id AS by, object, content.author_id AS author,
       (extract(epoch FROM effective_at) * 1000)::float8 AS at
     FROM standing LEFT JOIN content ON content.reference = standing.object AND standing.fact = 'report'
     WHERE person_id = $1 AND fact IN ('hide', 'report', 'not_interested', 'mute', 'block') AND holds
     UNION ALL
     SELECT fact, person_id, object, NULL, (extract(epoch FROM effective_at) * 1000)::float8
     FROM standing WHERE object = $2 AND fact = 'block' AND holds`,
    [personId, `user:${personId}`],
  );
  const found = {
    content: new Set<Reference>(),
    people: new Set<string>(),
    tags: new Set<string>(),
    communities: new Set<string>(),
    reportedAuthors: new Map<string, number>(),
    notInterested: new Map<Reference, number>(),
  };
  for (const row of rows) {
    if (row.by !== personId) {
      found.people.add(row.by);
    } else {
      addSuppression(found, row);
    }
  }
  return found;
}

/** For so long people whom somebody reported, or something of theirs, keep out of their way: in feeds, and as faces. */
export const REPORTED_OUT_MS = 14 * DAY_MS;

/**
 * People who must not be shown to the person as faces, as in "… liked this": all that are suppressed, and whom the person
 * reported, or something of theirs, within 14 days.
 *
 * @param now - milliseconds since the epoch.
 */
export function hidePeople({ people, reportedAuthors }: Suppressions, now: number): ReadonlySet<string> {
  const reported = [...reportedAuthors].filter(([, at]) => at > now - REPORTED_OUT_MS).map(([person]) => person);
  return new Set([...people, ...reported]);
}

interface Draft {
  readonly content: Set<Reference>;
  readonly people: Set<string>;
  readonly tags: Set<string>;
  readonly communities: Set<string>;
  readonly reportedAuthors: Map<string, number>;
  readonly notInterested: Map<Reference, number>;
}

function addSuppression(found: Draft, { fact, object, author, at }: SuppressionRecord): void {
  const { type, id } = parseReference(object) ?? { type: '', id: object };
  const isContent = type !== 'user' && type !== 'tag' && type !== 'community';
  const reported = type === 'user' ? id : author;
  if (fact === 'report' && reported !== null) {
    found.reportedAuthors.set(reported, Math.max(at, found.reportedAuthors.get(reported) ?? at));
  }
  if (fact === 'not_interested') {
    found.notInterested.set(object, at);
    if (!isContent) {
      // People, tags and communities that somebody wants less of are lowered, not taken out.
      return;
    }
  }
  if (isContent) {
    found.content.add(object);
  } else {
    ({ user: found.people, tag: found.tags, community: found.communities })[type]?.add(id);
  }
}

/** What the catalogue says of content now, which the graph may not have heard yet. */
export interface Current {
  readonly tags: readonly string[];
  readonly communityId: string | null;
  readonly authorId: string | null;
  readonly title: string | null;
  /** False when the catalogue does not have it. */
  readonly described: boolean;
}

/** Comments on comments, and what is attached to them, are looked up so far. */
const DEEPEST_ANSWER = 8;

/** Whether a row of the catalogue, by its alias, may be seen by the person `$1`, whatever became of it. */
function visibleTo(row: string): string {
  // The pair of a connection is asked for both ways, since the order of ids is the writer's and not the database's.
  return `(coalesce(${row}.visibility = 'public'
       OR ${row}.author_id = $1
       OR ${row}.visibility = 'connections' AND EXISTS (
         SELECT FROM standing
         WHERE fact = 'connection' AND holds AND value ->> 'status' = 'accepted' AND (
           person_id = $1 AND object = 'user:' || ${row}.author_id
           OR person_id = ${row}.author_id AND object = 'user:' || $1))
       OR ${row}.visibility = 'community' AND EXISTS (
         SELECT FROM standing
         WHERE person_id = $1 AND fact = 'join' AND object = 'community:' || ${row}.community_id AND holds), false)
       AND NOT EXISTS (
         SELECT FROM standing
         WHERE person_id = ${row}.author_id AND fact = 'block' AND object = 'user:' || $1 AND holds))`;
}

/**
 * Which of these contents may be shown to a person (null is somebody who is not known), each with what suppressions are
 * matched against: tags, community, author and title as they are now. Content that the catalogue does not have is visible;
 * deleted content is not, not even to its author. `connections` is for accepted connections of the author, `community`
 * for members of the content's community, `private` for the author; none is for whom the author blocked. What others
 * answer to something is for those only who may see that, even after it was deleted.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function visibleNow(
  database: Queryable,
  personId: string | null,
  references: readonly Reference[],
): Promise<Map<Reference, Current>> {
  if (references.length === 0) {
    return new Map();
  }
  const rows = await readPrepared<Current & { reference: string }>(
    database,
    `WITH RECURSIVE above AS (
       SELECT reference, reply_to, 1 AS level FROM content WHERE reference = ANY($2::text[]) AND reply_to IS NOT NULL
       UNION ALL
       SELECT above.reference, content.reply_to, level + 1 FROM above
       JOIN content ON content.reference = above.reply_to WHERE content.reply_to IS NOT NULL AND level < ${DEEPEST_ANSWER}
     )
     SELECT wanted.reference, coalesce(content.tags, '{}') AS tags, content.community_id AS "communityId",
       content.author_id AS "authorId", content.title, content.reference IS NOT NULL AS described
     FROM unnest($2::text[]) AS wanted (reference)
     -- One by one, by the key: a catalogue that is not large yet would be read as a whole otherwise, for each page.
     LEFT JOIN LATERAL (
       SELECT * FROM content WHERE content.reference = wanted.reference OFFSET 0
     ) AS content ON true
     WHERE content.reference IS NULL OR content.deleted_at IS NULL AND ${visibleTo('content')} AND (content.author_id = $1 OR NOT EXISTS (
       SELECT FROM above JOIN content AS answered ON answered.reference = above.reply_to
       WHERE above.reference = wanted.reference AND NOT ${visibleTo('answered')}))`,
    [personId, references],
  );
  return new Map(rows.map(({ reference, ...current }) => [reference, current]));
}

/** Whether one piece of content may be shown to a person. @throws AppError `LOG_UNAVAILABLE`. */
export async function maySee(database: Queryable, personId: string, reference: Reference): Promise<boolean> {
  return (await visibleNow(database, personId, [reference])).has(reference);
}
