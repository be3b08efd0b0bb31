import type { Reference } from '../../activity/reference.ts';
import { type Queryable, readRows } from '../database.ts';

export interface PersonAndContent {
  readonly person: string;
  readonly content: Reference;
}

/**
 * Which of these people openly stand by which of these pieces of content now: a like, a reaction or a vote for it.
 * Views, saves and the like are nobody else's business, so they never count here.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readOpenSupport(
  database: Queryable,
  asked: readonly PersonAndContent[],
): Promise<ReadonlyMap<Reference, ReadonlySet<string>>> {
  const rows = await readRows<{ person: string; content: string }>(
    database,
    `SELECT DISTINCT standing.person_id AS person, standing.object AS content
     FROM unnest($1::text[], $2::text[]) AS asked (person_id, object)
     CROSS JOIN (VALUES ('like'), ('reaction'), ('vote')) AS open (fact)
     JOIN standing ON standing.person_id = asked.person_id AND standing.fact = open.fact
       AND standing.object = asked.object
     WHERE standing.holds AND standing.kind <> 'downvote'`,
    [asked.map(({ person }) => person), asked.map(({ content }) => content)],
  );
  const support = new Map<Reference, Set<string>>();
  for (const { person, content } of rows) {
    support.set(content, (support.get(content) ?? new Set()).add(person));
  }
  return support;
}
