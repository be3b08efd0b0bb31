import type { Activity } from '../../activity/activity.ts';
import { type AuditTable, findKind } from '../../activity/kinds.ts';
import { parseReference, type ReferenceParts } from '../../activity/reference.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { AuditRow, AuditValue } from './audit-columns.ts';
import { withoutWords } from './words.ts';

const MAX_USER_AGENT = 500;
/** The largest value of an integer column. */
const MAX_COUNT = 2_147_483_647;
const OWN_WORD = /^[a-z][a-z0-9_]{0,63}$/;
/** Longest text that is read as a time. */
const MAX_TIME = 40;

/** What an audit row says beyond the activity itself. */
export interface Receipt {
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
  /** As it is to be stored, see `storedAddress`. */
  readonly ipAddress: string | null;
  readonly userAgent: string | undefined;
}

/**
 * The audit rows of an activity: one, and for a profile visit a second one. Every word of the activity is in them, but
 * for the text of messages; what has no column goes into `metadata`, unless the caller's metadata has that key already.
 */
export function auditRows(sent: Activity, receipt: Receipt): readonly AuditRow[] {
  const activity = withoutWords(sent);
  const { table, secondTable } = activity.kind;
  const first = auditRow(table, activity, receipt);
  return secondTable === undefined ? [first] : [first, auditRow(secondTable, activity, receipt)];
}

function auditRow(table: AuditTable, activity: Activity, receipt: Receipt): AuditRow {
  const { recordedAt } = receipt;
  const common = [
    activity.uid,
    recordedAt,
    recordedAt,
    activity.occurredAt ?? recordedAt,
    receipt.ipAddress,
    userAgent(receipt.userAgent),
    canonicalJson(completeMetadata(table, activity)),
  ];
  return { table, values: [...common, ...OWN_VALUES[table](activity, receipt)] };
}

/** The values after the common ones, in the order of `AUDIT_COLUMNS`. */
const OWN_VALUES: Readonly<Record<AuditTable, (activity: Activity, receipt: Receipt) => readonly AuditValue[]>> = {
  user_activity: (activity) => [generalWord(activity), activity.description, activity.success, activity.actor],
  content_interaction: (activity) => {
    const { type, id } = objectParts(activity);
    const { kind, durationSeconds, scrollDepthPercentage, actor } = activity;
    return [type, id, kind.word, durationSeconds, scrollDepthPercentage, actor];
  },
  social_interaction: (activity) => {
    const context = contextOf(activity);
    return [activity.kind.word, context?.type ?? null, context?.id ?? null, activity.target, activity.actor];
  },
  profile_activity: ({ kind, durationSeconds, target, actor }) => [kind.word, durationSeconds, target ?? '', actor],
  media_interaction: (activity) => {
    const { type, id } = objectParts(activity);
    const { kind, url, durationSeconds, positionSeconds, actor } = activity;
    return [type, id, url, kind.word, durationSeconds, positionSeconds, actor];
  },
  session_activity: sessionValues,
  vibe_activity: vibeValues,
};

/** An activity without a kind of its own is called what its metadata calls it, unless that is what a kind is called. */
function generalWord({ kind, metadata }: Activity): string {
  const own = kind.name === 'user_activity' ? metadata['activity_type'] : undefined;
  const isFree = typeof own === 'string' && OWN_WORD.test(own) && findKind(own)?.kind.table !== 'user_activity';
  return isFree ? own : kind.word;
}

function sessionValues(activity: Activity, { recordedAt }: Receipt): readonly AuditValue[] {
  const { kind, metadata, sessionId, actor, durationSeconds } = activity;
  const at = activity.occurredAt ?? recordedAt;
  const count = numberIn(metadata['activity_count']);
  return [
    kind.word,
    sessionId ?? '',
    kind.word === 'start' ? at : timeIn(metadata['started_at'], recordedAt),
    kind.word === 'end' ? (timeIn(metadata['last_activity_at'], recordedAt) ?? at) : at,
    kind.word === 'end' ? at : null,
    durationSeconds,
    count !== null && Number.isInteger(count) && Math.abs(count) <= MAX_COUNT ? count : null,
    textIn(metadata['device']),
    textIn(metadata['app_version']),
    actor,
  ];
}

function vibeValues(activity: Activity): readonly AuditValue[] {
  const { kind, metadata, target, success, actor } = activity;
  const { type, id } = objectParts(activity);
  const impact = (quotient: string): AuditValue =>
    numberIn(metadata[`${quotient}_impact`]) ?? numberIn(metadata[`${quotient}_change`]);
  return [
    kind.word,
    textIn(metadata['vibe_type']) ?? type,
    id,
    textIn(metadata['vibe_name']),
    textIn(metadata['vibe_category']),
    target,
    numberIn(metadata['vibe_score']),
    impact('iq'),
    impact('aq'),
    impact('sq'),
    impact('hq'),
    success,
    textIn(metadata['error_message']),
    actor,
  ];
}

function objectParts({ object }: Activity): ReferenceParts {
  return (object === null ? undefined : parseReference(object)) ?? { type: '', id: '' };
}

/** Where people met: the content or community that was named, or the profile that was visited. */
function contextOf({ object, community, target, kind }: Activity): ReferenceParts | undefined {
  const named = object === null ? undefined : parseReference(object);
  if (named !== undefined && named.type !== 'user') {
    return named;
  }
  if (kind.secondTable !== undefined && target !== null) {
    return { type: 'profile', id: target };
  }
  return community === null ? undefined : { type: 'community', id: community };
}

const HAS_SUCCESS: ReadonlySet<AuditTable> = new Set<AuditTable>(['user_activity', 'vibe_activity']);
const HAS_DURATION: ReadonlySet<AuditTable> = new Set<AuditTable>([
  'content_interaction',
  'profile_activity',
  'media_interaction',
  'session_activity',
]);

function completeMetadata(table: AuditTable, activity: Activity): Readonly<Record<string, unknown>> {
  const { metadata, description, sessionId, url, circle, tags, describes, success, durationSeconds } = activity;
  const rest: Record<string, unknown> = {};
  const add = (key: string, value: unknown): void => {
    if (value !== null && value !== undefined && !Object.hasOwn(metadata, key)) {
      rest[key] = value;
    }
  };
  add('description', table === 'user_activity' ? null : description);
  add('success', success || HAS_SUCCESS.has(table) ? null : success);
  add('duration_seconds', HAS_DURATION.has(table) ? null : durationSeconds);
  add('scroll_depth_percentage', table === 'content_interaction' ? null : activity.scrollDepthPercentage);
  add('position_seconds', table === 'media_interaction' ? null : activity.positionSeconds);
  add('session_id', table === 'session_activity' ? null : sessionId);
  add('url', table === 'media_interaction' ? null : url);
  add('circle', circle);
  add('hashtags', tags.length > 0 ? tags : null);
  add('title', describes?.title);
  add('author', describes?.author);
  add('visibility', describes?.visibility);
  add('reply_to', describes?.replyTo);
  add('created_at', isoOf(describes?.createdAt));
  add('activity_id', activity.retracts);
  add('previous_id', activity.kind.name === 'alias' ? activity.target : null);
  // Most activities have nothing to add, and a copy costs more than this look.
  for (const _ in rest) {
    return { ...metadata, ...rest };
  }
  return metadata;
}

let lastUserAgent: { readonly raw: string | undefined; readonly stored: string | null } = {
  raw: undefined,
  stored: null,
};

function userAgent(raw: string | undefined): string | null {
  if (lastUserAgent.raw !== raw) {
    const stored = raw === undefined ? null : raw.replaceAll('\u0000', '').slice(0, MAX_USER_AGENT).toWellFormed();
    lastUserAgent = { raw, stored };
  }
  return lastUserAgent.stored;
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A moment that is not after the receipt, in milliseconds. */
function timeIn(value: unknown, latest: number): number | null {
  const time = typeof value === 'string' && value.length <= MAX_TIME ? Date.parse(value) : Number.NaN;
  return time >= 0 && time <= latest ? time : null;
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
