import type { FadingEdge } from '../activity/kinds.ts';
import type { Affected } from '../graph/erase/affected.ts';
import { edgeKey } from '../graph/projection/fold.ts';
import { type Queryable, readRows } from '../log/database.ts';
import { newIdsOf, oldIdsOf } from '../log/read/ids-of-person.ts';

/** What of the graph the rows that an erasure cleared had part in. @throws AppError `LOG_UNAVAILABLE`. */
export async function readAffected(database: Queryable, erasureId: number): Promise<Affected> {
  const rows = await readRows<{ edge: string; from_id: string; to_id: string }>(
    database,
    'SELECT edge, from_id, to_id FROM erasure_trace WHERE erasure_id = $1',
    [erasureId],
  );
  const people = rows.flatMap(({ edge, from_id, to_id }) => (edge === 'INTERACTED' ? [from_id, to_id] : [from_id]));
  const newIds = await newIdsOf(database, people);
  const now = (id: string): string => newIds.get(id) ?? id;
  const named = (label: string) => new Set(rows.filter(({ edge }) => edge === label).map(({ from_id }) => from_id));
  const between = (type: FadingEdge) =>
    new Set(
      rows
        .filter(({ edge }) => edge === type)
        .map(({ from_id, to_id }) => edgeKey(now(from_id), type === 'INTERACTED' ? now(to_id) : to_id)),
    );
  return {
    users: new Set([...named('User')].map(now)),
    oldIds: await oldIdsOf(database, people.map(now)),
    contents: named('Content'),
    tags: named('Tag'),
    communities: named('Community'),
    fading: {
      ENGAGED: between('ENGAGED'),
      INTERACTED: between('INTERACTED'),
      INTERESTED_IN: between('INTERESTED_IN'),
    },
  };
}
