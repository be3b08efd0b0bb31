/** A table that holds data of people, beside the log and the audit tables. */
export interface PersonalTable {
  readonly table: string;
  /** Columns that hold the id of the person whom the row is about: such rows are the person's own. */
  readonly person: readonly string[];
  /** Columns that hold a reference to a person or to content. */
  readonly reference?: readonly string[];
  /** Columns of JSON or text in which others are named. */
  readonly mentions?: readonly string[];
  /** What happens to rows of others that mention the person: they go, lose what the columns say, or only that key of it. */
  readonly mentioning?: 'delete' | 'empty' | 'without';
  /** The table whose only row everybody holds who writes to this one. */
  readonly heldBy?: string;
}

const HELD_BY_PROGRESS = { heldBy: 'activity_aggregation_progress' } as const;

/**
 * Every table with data of people but the log and the audit tables. A person's export is read from it, and an erasure
 * clears it; a test holds it against the database's own catalogue, so that no new table is forgotten.
 */
export const PERSONAL_TABLES: readonly PersonalTable[] = [
  { table: 'users', person: ['id'] },
  { table: 'person_alias', person: ['old_id', 'new_id'] },
  { table: 'group_members', person: ['user_id'] },
  { table: 'standing', person: ['person_id'], reference: ['object'] },
  { table: 'activity_aggregation', person: ['user_id'], ...HELD_BY_PROGRESS },
  { table: 'aggregated_person', person: ['user_id'], ...HELD_BY_PROGRESS },
  { table: 'aggregated_signal', person: ['user_id'], ...HELD_BY_PROGRESS },
  { table: 'behaviour_profile', person: ['person_id'], mentions: ['profile'], mentioning: 'delete' },
  { table: 'engagement_day', person: ['user_id'] },
  { table: 'feed_settings', person: ['user_id'], mentions: ['forgotten_contacts'], mentioning: 'without' },
  { table: 'feed_snapshot', person: ['user_id'], mentions: ['items'], mentioning: 'delete' },
  { table: 'feed_outcome', person: ['user_id'] },
  { table: 'feed_exposure', person: ['user_id'], reference: ['content'] },
  { table: 'feed_metric_content', person: [], reference: ['content'] },
  { table: 'feed_performance_metric', person: ['user_id'] },
  { table: 'dead_letter', person: [], mentions: ['message'], mentioning: 'delete' },
  { table: 'job_run', person: [], mentions: ['progress', 'result', 'error'], mentioning: 'empty' },
];

/** The tables without data of people, each with the reason. */
export const IMPERSONAL_TABLES: Readonly<Record<string, string>> = {
  activity_aggregation_progress: 'a position',
  behaviour_profile_progress: 'a position',
  engagement_generation: 'a position',
  erased_name: 'keyed digests',
  erasure: 'names somebody only while the erasure is under way',
  erasure_trace: 'rows only while an erasure is under way',
  feed_metric: 'sums over everybody',
  feed_metric_progress: 'a position',
  groups: 'names of groups',
  import_run: 'names of files',
  rate_limit: 'keyed digests, for a minute',
  schema_migration: 'names of files',
  signal_refresh: 'positions',
  tuned_algorithm: 'numbers for everybody',
};
