import type { Pool } from 'pg';
import { readPeople } from '../../log/read/catalogue.ts';
import { readOpenSupport } from '../../log/read/open-acts.ts';
import { hidePeople, type Suppressions } from '../../log/read/permissions.ts';
import { readOptOuts } from '../settings/opt-out.ts';
import type { SnapshotItem } from '../snapshot.ts';
import type { Faces } from './explain.ts';

/** How people may be shown with these items at this moment, in one round trip. */
export async function readFaces(
  pool: Pool,
  items: readonly Pick<SnapshotItem, 'content' | 'author' | 'evidence'>[],
  suppressions: Suppressions,
  now: number,
): Promise<Faces> {
  const asked = items.flatMap(({ content, evidence }) => evidence.supporters.map((person) => ({ person, content })));
  const supporters = new Set(asked.map(({ person }) => person));
  const authors = items.flatMap(({ author, evidence }) =>
    author === null || evidence.relation === null ? [] : [author],
  );
  const ids = new Set([...supporters, ...authors]);
  const [people, support, optedOut] = await Promise.all([
    ids.size === 0 ? new Map() : readPeople(pool, [...ids]),
    asked.length === 0 ? new Map() : readOpenSupport(pool, asked),
    readOptOuts(pool, [...supporters]),
  ]);
  const hidden = hidePeople(suppressions, now);
  return {
    nameOf: (person) => people.get(person)?.name ?? person,
    maySupport: (person, content) =>
      support.get(content)?.has(person) === true && !hidden.has(person) && !optedOut.has(person),
  };
}
