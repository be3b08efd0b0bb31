import type { Activity } from '../../activity/activity.ts';
import type { AppError } from '../../core/errors.ts';

/** An activity on its way into the log, with what is known of its sender. */
export interface Submission {
  readonly activity: Activity;
  /** May describe what others made, and accept what nobody asked. */
  readonly trusted: boolean;
  readonly ipAddress?: string;
  readonly userAgent?: string;
}

/** What became of one activity. `invalid`: what only the log can tell, as of a retraction of an unknown activity. */
export type AppendResult =
  | { readonly uid: string; readonly status: 'accepted' | 'duplicate'; readonly position: number }
  | { readonly uid: string; readonly status: 'conflict'; readonly position: number }
  | { readonly uid: string; readonly status: 'invalid'; readonly error: AppError };

/** Whether it says that two ids are one person. Whatever comes after it may name either, so it is written alone. */
export function isAlias({ activity }: Submission): boolean {
  return activity.kind.name === 'alias';
}
