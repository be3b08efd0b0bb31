import type { Pool } from 'pg';
import { readPeople } from '../../log/read/catalogue.ts';
import { readOpenSupport } from '../../log/read/open-acts.ts';
import { hidePeople, type Suppressions } from '../../log/read/permissions.ts';
import { type Relation, readRelations } from '../../log/read/relations.ts';
import { readOptOuts } from '../settings/opt-out.ts';
import type { SnapshotItem } from '../snapshot.ts';
import type { Evidence, Faces } from './explain.ts';

type Shown = Pick<SnapshotItem, 'content' | 'author' | 'evidence'>;

/**
 * How people may be shown with these items at this moment, in one round trip. A feed may have been ranked half an hour
 * ago: nobody is named whose connection was ended since, and no relation that was.
 */
export async function readFaces(
  pool: Pool,
  items: readonly Shown[],
  request: { readonly viewer: string | null; readonly suppressions: Suppressions; readonly now: number },
): Promise<Faces> {
  const { viewer, suppressions, now } = request;
  const asked = items.flatMap(({ content, evidence }) => evidence.supporters.map((person) => ({ person, content })));
  const supporters = new Set(asked.map(({ person }) => person));
  const authors = items.flatMap(({ author, evidence }) =>
    author === null || evidence.relation === null ? [] : [author],
  );
  const connected = new Set(items.flatMap(({ evidence }) => evidence.connected));
  const ids = new Set([...supporters, ...authors]);
  const [people, support, optedOut, relations] = await Promise.all([
    ids.size === 0 ? new Map() : readPeople(pool, [...ids]),
    asked.length === 0 ? new Map() : readOpenSupport(pool, asked),
    readOptOuts(pool, [...supporters]),
    viewer === null
      ? new Map<string, Relation>()
      : readRelations(pool, viewer, [...new Set([...connected, ...authors])]),
  ]);
  const hidden = hidePeople(suppressions, now);
  const isStill = (person: string): boolean => !connected.has(person) || relations.get(person)?.accepted === true;
  return {
    nameOf: (person) => people.get(person)?.name ?? person,
    maySupport: (person, content) =>
      support.get(content)?.has(person) === true && !hidden.has(person) && !optedOut.has(person) && isStill(person),
    holds: (person, relation) => stillHolds(relation, relations.get(person)),
  };
}

function stillHolds(relation: NonNullable<Evidence['relation']>, now: Relation | undefined): boolean {
  switch (relation) {
    case 'interacts':
      return true;
    case 'follows':
      return now?.follows === true;
    case 'connected':
      return now?.accepted === true;
    default:
      return now?.circle === relation;
  }
}
