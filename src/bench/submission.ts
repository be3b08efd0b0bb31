import { parseActivity } from '../activity/activity.ts';
import type { Submission } from '../log/log.ts';

/** A made-up activity as the log takes it. */
export function submissionOf(raw: unknown): Submission {
  return { activity: parseActivity(raw, { subject: 'bench', source: 'import:bench', trusted: true }), trusted: true };
}
