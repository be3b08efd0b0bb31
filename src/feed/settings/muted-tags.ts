import type { Pool } from 'pg';
import { readSuppressions } from '../../log/read/permissions.ts';
import { readFeedSettings } from './store.ts';

/** The tags that a person does not want to hear of, however they said so. @throws AppError `LOG_UNAVAILABLE` */
export async function readMutedTags(pool: Pool, person: string): Promise<ReadonlySet<string>> {
  const [{ tags }, { mutedTags }] = await Promise.all([readSuppressions(pool, person), readFeedSettings(pool, person)]);
  return new Set([...tags, ...mutedTags]);
}
