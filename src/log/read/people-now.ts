import { referenceTo } from '../../activity/reference.ts';
import type { PersonNow } from '../../core/caller.ts';
import { type Queryable, readRows } from '../database.ts';
import { digestOf } from '../erase/names.ts';

/**
 * Who these ids stand for, by the id that was asked for; an id of which nothing is known stands for itself.
 *
 * @param key - the one that digests of erased people are made with.
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function peopleNow(
  database: Queryable,
  ids: readonly string[],
  key: string,
): Promise<ReadonlyMap<string, PersonNow>> {
  const asked = [...new Set(ids)];
  const rows = await readRows<{ asked: string; id: string; erased: boolean }>(
    database,
    `SELECT asked.id AS asked, coalesce(new_id, asked.id) AS id,
       EXISTS (SELECT FROM erased_name WHERE digest = decode(hex, 'hex')) AS erased
     FROM unnest($1::text[], $2::text[]) AS asked (id, hex) LEFT JOIN person_alias ON old_id = asked.id`,
    [asked, asked.map((id) => digestOf(key, referenceTo('user', id)))],
  );
  return new Map(rows.map(({ asked: one, id, erased }) => [one, { id, erased }]));
}
