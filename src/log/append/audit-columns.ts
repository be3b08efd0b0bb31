import type { AuditTable } from '../../activity/kinds.ts';

/** How a value of the column looks in memory: `time` is milliseconds, `json` is canonical text, everything else itself. */
type ColumnType = 'text' | 'number' | 'boolean' | 'time' | 'address' | 'json';

export interface AuditColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export type AuditValue = string | number | boolean | null;

/** One audit row: the values of its table's columns, in the order of `AUDIT_COLUMNS`. `id` is the log position. */
export interface AuditRow {
  readonly table: AuditTable;
  readonly values: readonly AuditValue[];
}

const text = (name: string): AuditColumn => ({ name, type: 'text' });
const number = (name: string): AuditColumn => ({ name, type: 'number' });
const time = (name: string): AuditColumn => ({ name, type: 'time' });
const yesNo = (name: string): AuditColumn => ({ name, type: 'boolean' });

/** The columns that every audit table has. `id`, the log position, is not among them. */
const COMMON: readonly AuditColumn[] = [
  text('uid'),
  time('created_at'),
  time('updated_at'),
  time('timestamp'),
  { name: 'ip_address', type: 'address' },
  text('user_agent'),
  { name: 'metadata', type: 'json' },
];

/** The columns of each audit table after its `id`, as in the migrations. */
export const AUDIT_COLUMNS: Readonly<Record<AuditTable, readonly AuditColumn[]>> = {
  user_activity: [...COMMON, text('activity_type'), text('description'), yesNo('success'), text('user_id')],
  content_interaction: [
    ...COMMON,
    text('content_type'),
    text('content_id'),
    text('interaction_type'),
    number('duration_seconds'),
    number('scroll_depth_percentage'),
    text('user_id'),
  ],
  social_interaction: [
    ...COMMON,
    text('interaction_type'),
    text('context_type'),
    text('context_id'),
    text('target_user_id'),
    text('user_id'),
  ],
  profile_activity: [
    ...COMMON,
    text('activity_type'),
    number('duration_seconds'),
    text('profile_owner_id'),
    text('visitor_id'),
  ],
  media_interaction: [
    ...COMMON,
    text('media_type'),
    text('media_id'),
    text('media_url'),
    text('interaction_type'),
    number('duration_seconds'),
    number('position_seconds'),
    text('user_id'),
  ],
  session_activity: [
    ...COMMON,
    text('activity_type'),
    text('session_id'),
    time('started_at'),
    time('last_activity_at'),
    time('ended_at'),
    number('duration_seconds'),
    number('activity_count'),
    text('device'),
    text('app_version'),
    text('user_id'),
  ],
  vibe_activity: [
    ...COMMON,
    text('activity_type'),
    text('vibe_type'),
    text('vibe_id'),
    text('vibe_name'),
    text('vibe_category'),
    text('target_user_id'),
    number('vibe_score'),
    number('iq_impact'),
    number('aq_impact'),
    number('sq_impact'),
    number('hq_impact'),
    yesNo('success'),
    text('error_message'),
    text('user_id'),
  ],
};

/** `"timestamp"` is a word of SQL. */
export function quoted(column: AuditColumn): string {
  return `"${column.name}"`;
}
