import type { Visibility } from './fold-row.ts';
import type { Reference } from './reference.ts';

/** What content can do without, by the names of the fields of an activity. */
export const CLEARABLE = ['title', 'url', 'community_id', 'reply_to'] as const;

/** Content as an activity describes it; undefined fields say nothing, null ones say "none". */
export interface Description {
  readonly author?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly community?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly visibility?: Visibility | undefined;
  readonly replyTo?: Reference | null | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
}
