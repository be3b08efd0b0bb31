import type { Pool } from 'pg';
import { readSuppressions } from '../../log/read/permissions.ts';
import { NO_SUPPRESSIONS, type Unwanted } from '../rules.ts';
import { type FeedSettings, NO_SETTINGS } from './settings.ts';
import { readFeedSettings } from './store.ts';

/** What a person set, and everything that they do not want. */
export interface Wishes {
  readonly settings: FeedSettings;
  readonly suppressions: Unwanted;
}

/** Read for every page; nobody in particular has none. @throws AppError `LOG_UNAVAILABLE`. */
export async function readWishes(pool: Pool, viewer: string | null): Promise<Wishes> {
  if (viewer === null) {
    return { settings: NO_SETTINGS, suppressions: NO_SUPPRESSIONS };
  }
  const [settings, suppressions] = await Promise.all([readFeedSettings(pool, viewer), readSuppressions(pool, viewer)]);
  const { mutedTags, mutedWords } = settings;
  return { settings, suppressions: { ...suppressions, mutedTags, mutedWords } };
}
