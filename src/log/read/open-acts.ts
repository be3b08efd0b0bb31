import { findKind } from '../../activity/kinds.ts';
import type { Reference } from '../../activity/reference.ts';
import { type Queryable, readPrepared } from '../database.ts';

export interface PersonAndContent {
  readonly person: string;
  readonly content: Reference;
}

/** A like, a reaction or a vote for something, which stands. */
export interface OpenAct extends PersonAndContent {
  readonly kind: string;
  /** Milliseconds. */
  readonly at: number;
}

/** What makes an act open: the index `standing_open_acts` is of just these. */
const OPEN = `standing.holds AND standing.fact IN ('like', 'reaction', 'vote') AND standing.kind <> 'downvote'`;

/** Whether doing this is such an act. */
export function isOpenAct(kind: string): boolean {
  const { nature, fact = '' } = findKind(kind)?.kind ?? {};
  return nature === 'standing' && ['like', 'reaction', 'vote'].includes(fact) && kind !== 'downvote';
}

/**
 * By what these people openly stand by these pieces of content now. Views, saves and the like are nobody else's
 * business, so they never count here.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readOpenActs(
  database: Queryable,
  asked: readonly PersonAndContent[],
): Promise<readonly OpenAct[]> {
  return asked.length === 0
    ? []
    : readPrepared<OpenAct>(
        database,
        `SELECT standing.person_id AS person, standing.object AS content, standing.kind,
           (extract(epoch FROM standing.effective_at) * 1000)::float8 AS at
         FROM unnest($1::text[], $2::text[]) AS asked (person_id, object)
         CROSS JOIN (VALUES ('like'), ('reaction'), ('vote')) AS open (fact)
         JOIN standing ON standing.person_id = asked.person_id AND standing.fact = open.fact
           AND standing.object = asked.object
         WHERE ${OPEN}
         ORDER BY person, content, standing.fact`,
        [asked.map(({ person }) => person), asked.map(({ content }) => content)],
      );
}

/**
 * What these people openly stand by, of each the newest acts, newest first.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readNewestOpenActs(
  database: Queryable,
  people: readonly string[],
  {
    since,
    perPerson,
    excludedTypes,
  }: {
    /** Milliseconds. */
    readonly since: number;
    readonly perPerson: number;
    /** Of content. */
    readonly excludedTypes: readonly string[];
  },
): Promise<readonly OpenAct[]> {
  return people.length === 0
    ? []
    : readPrepared<OpenAct>(
        database,
        `SELECT asked.person_id AS person, act.object AS content, act.kind,
           (extract(epoch FROM act.effective_at) * 1000)::float8 AS at
         FROM unnest($1::text[]) AS asked (person_id)
         CROSS JOIN LATERAL (
           SELECT object, fact, kind, effective_at FROM standing
           WHERE standing.person_id = asked.person_id AND ${OPEN}
             AND standing.effective_at >= $2 AND split_part(standing.object, ':', 1) <> ALL ($3)
           ORDER BY effective_at DESC, object, fact LIMIT $4
         ) AS act
         ORDER BY person, act.effective_at DESC, content, act.fact`,
        [people, new Date(since), excludedTypes, perPerson],
      );
}

/**
 * Which of these people openly stand by which of these pieces of content now.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readOpenSupport(
  database: Queryable,
  asked: readonly PersonAndContent[],
): Promise<ReadonlyMap<Reference, ReadonlySet<string>>> {
  const support = new Map<Reference, Set<string>>();
  for (const { person, content } of await readOpenActs(database, asked)) {
    support.set(content, (support.get(content) ?? new Set()).add(person));
  }
  return support;
}
