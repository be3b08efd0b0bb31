import { findKind, type SuppressingFact } from '../../activity/kinds.ts';
import type { Reference } from '../../activity/reference.ts';
import { type Queryable, readRows } from '../database.ts';
import { allIdsSql } from './ids-of-person.ts';

/** Something that a person said against something, and still holds. */
export interface Refusal {
  readonly fact: SuppressingFact;
  readonly object: Reference;
  /** Milliseconds. */
  readonly at: number;
}

/** What a person said against these things and did not take back, newest first. @throws AppError `LOG_UNAVAILABLE`. */
export function readRefusals(
  database: Queryable,
  person: string,
  objects: readonly Reference[],
): Promise<readonly Refusal[]> {
  return readRows<Refusal & { fact: SuppressingFact }>(
    database,
    `SELECT fact, object, (extract(epoch FROM effective_at) * 1000)::float8 AS at
     FROM standing
     WHERE person_id = $1 AND object = ANY($2::text[]) AND fact IN ('hide', 'report', 'not_interested', 'mute', 'block')
       AND holds
     ORDER BY effective_at DESC, object, fact`,
    [person, objects],
  );
}

/** Something that a person did with a piece of content. */
export interface OwnAct {
  readonly kind: string;
  /** Milliseconds. */
  readonly at: number;
}

/** So much of what a person did with one piece of content is looked at. */
const MOST_ACTS = 20;

/**
 * What a person did with each of these pieces of content and did not take back, newest first.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readOwnActs(
  database: Queryable,
  person: string,
  references: readonly Reference[],
): Promise<ReadonlyMap<Reference, readonly OwnAct[]>> {
  if (references.length === 0) {
    return new Map();
  }
  const rows = await readRows<OwnAct & { content: Reference }>(
    database,
    `SELECT wanted.object AS content, act.kind, (extract(epoch FROM act.effective_at) * 1000)::float8 AS at
     FROM unnest($2::text[]) AS wanted (object)
     CROSS JOIN LATERAL (
       SELECT kind, effective_at, position FROM activity_log
       WHERE actor_id = ANY (${allIdsSql('$1')}) AND object = wanted.object
       ORDER BY position DESC LIMIT $3
     ) AS act
     ORDER BY act.position DESC`,
    [person, references, MOST_ACTS],
  );
  const acts = new Map<Reference, OwnAct[]>();
  for (const { content, kind, at } of rows) {
    acts.set(content, [...(acts.get(content) ?? []), { kind, at }]);
  }
  return new Map([...acts].map(([content, its]) => [content, standing(its)]));
}

/** Without what was taken back, and without the taking back: of a fact the newest word counts. */
function standing(acts: readonly OwnAct[]): OwnAct[] {
  const decided = new Set<string>();
  return acts.filter(({ kind: name }) => {
    const kind = findKind(name)?.kind;
    if (kind?.fact === undefined) {
      return true;
    }
    const first = !decided.has(kind.fact);
    decided.add(kind.fact);
    return first && kind.nature !== 'takes-back';
  });
}
