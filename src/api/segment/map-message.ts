import { parseActivity, type Sender } from '../../activity/activity.ts';
import { AppError, isAppError } from '../../core/errors.ts';
import { type EventRule, type EventRules, ruleOf } from './events.ts';
import type { SegmentMessage } from './message.ts';

/** An activity in the form in which every door takes it. */
export type RawActivity = Readonly<Record<string, unknown>>;

export interface Mapping {
  readonly rules: EventRules;
  /** For whom and as whom the activities are sent. */
  readonly sender: Sender;
  /** When it happened by our clock, in milliseconds; null: now. */
  readonly occurredAt: number | null;
}

/**
 * The activities that one message means: one, and for a group with traits a second one that describes the community.
 * The first has the message's id. What has no kind of its own, or lacks what its kind needs, is kept as `user_activity`
 * with the name of the event as its description.
 *
 * @throws AppError `ACTIVITY_INVALID` when the message does not say who did it, or lacks what its type needs.
 */
export function activitiesOf(message: SegmentMessage, mapping: Mapping): readonly RawActivity[] {
  const common = commonOf(message, mapping);
  const properties = message.properties ?? {};
  switch (message.type) {
    case 'track':
      return [tracked(required(message.event, 'event'), properties, common, mapping)];
    case 'page':
    case 'screen':
      return [opened(message, common, mapping)];
    case 'identify':
      return [identified(message, common)];
    case 'group':
      return joined(required(message.groupId, 'groupId'), message, common, mapping);
    case 'alias':
      return [{ ...common, activity_type: 'alias', target_user_id: required(message.previousId, 'previousId') }];
    default:
      throw new Error(`No mapping for ${message.type satisfies never}`);
  }
}

function commonOf(message: SegmentMessage, { sender, occurredAt }: Mapping): RawActivity {
  const { messageId, userId, anonymousId, context } = message;
  // Somebody with a token of their own is who it says, whatever name their browser had before.
  const actor = filled(userId) ?? (sender.trusted ? filled(anonymousId) : undefined);
  if (actor === undefined && sender.trusted) {
    throw new AppError('ACTIVITY_INVALID', 'userId: give userId or anonymousId');
  }
  const session = idIn(context ?? {}, ['session_id']);
  return {
    ...(filled(messageId) === undefined ? {} : { id: messageId }),
    ...(actor === undefined ? {} : { user_id: actor }),
    ...(occurredAt === null ? {} : { occurred_at: new Date(occurredAt).toISOString() }),
    ...(session === undefined ? {} : { session_id: session }),
  };
}

function tracked(event: string, properties: RawActivity, common: RawActivity, mapping: Mapping): RawActivity {
  const rule = ruleOf(event, mapping.rules);
  const kept = keptAs(event, properties, common);
  if (rule === undefined) {
    return kept;
  }
  const { description: _, ...metadata } = properties;
  return mappedOr(kept, { ...fieldsOf(rule, properties), ...common, metadata: { ...metadata, event } }, mapping);
}

/** A page or screen is an activity of its own; where its properties name content, that was viewed. */
function opened(message: SegmentMessage, common: RawActivity, mapping: Mapping): RawActivity {
  const properties = message.properties ?? {};
  const metadata = {
    ...properties,
    ...(filled(message.name) === undefined ? {} : { name: message.name }),
    ...(filled(message.category) === undefined ? {} : { category: message.category }),
  };
  const title = [message.category, message.name].filter((part) => filled(part) !== undefined).join(' ');
  const description = title === '' ? textIn(properties, ['title', 'path']) : title;
  const page = {
    ...common,
    activity_type: 'page_view',
    ...(description === undefined ? {} : { description }),
    metadata: { ...metadata, type: message.type },
  };
  const content = fieldsOf({ activity_type: 'view' }, properties);
  return 'content' in content || 'content_type' in content
    ? mappedOr(page, { ...content, ...common, metadata }, mapping)
    : page;
}

/** The mapped activity if it is a valid one, else what keeps the message as it is. */
function mappedOr(kept: RawActivity, mapped: RawActivity, { sender }: Mapping): RawActivity {
  try {
    parseActivity(mapped, sender);
    return mapped;
  } catch (error) {
    if (!isAppError(error)) {
      throw error;
    }
    return { ...kept, metadata: { ...(kept['metadata'] as RawActivity), not_mapped: error.message } };
  }
}

function keptAs(event: string, properties: RawActivity, common: RawActivity): RawActivity {
  return { ...common, activity_type: 'user_activity', description: event, metadata: { ...properties, event } };
}

/** Traits by their names in Segment's spec; all of them are kept. */
function identified(message: SegmentMessage, common: RawActivity): RawActivity {
  const traits = message.traits ?? {};
  const parts = [textIn(traits, ['first_name']), textIn(traits, ['last_name'])].filter((part) => part !== undefined);
  const name = textIn(traits, ['name']) ?? (parts.length > 0 ? parts.join(' ') : undefined);
  const email = textIn(traits, ['email']);
  const timeZone = textIn(traits, ['timezone', 'time_zone']) ?? textIn(message.context ?? {}, ['timezone']);
  return {
    ...common,
    activity_type: 'profile_update',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { emails: [email] }),
      ...(timeZone === undefined ? {} : { time_zone: timeZone }),
      traits,
    },
  };
}

function joined(
  groupId: string,
  message: SegmentMessage,
  common: RawActivity,
  { sender }: Mapping,
): readonly RawActivity[] {
  const traits = message.traits ?? {};
  const title = textIn(traits, ['name', 'title']);
  const join = { ...common, activity_type: 'join', community_id: groupId, metadata: { traits } };
  // What a community is called is not for each of its members to say.
  if (title === undefined || !sender.trusted) {
    return [join];
  }
  const described = {
    ...common,
    ...('id' in common ? { id: `${String(common['id'])}#group` } : {}),
    activity_type: 'update',
    content: `community:${groupId}`,
    title,
  };
  return [join, described];
}

/** The fields of an activity that properties hold under their own names, or under those of a rule. */
function fieldsOf(rule: EventRule, properties: RawActivity): RawActivity {
  const target = idIn(properties, [...(rule.target_user_id ?? []), 'target_user_id']);
  return {
    activity_type: rule.activity_type,
    ...contentOf(rule, properties),
    ...(target === undefined ? {} : { target_user_id: target }),
    ...plainFields(properties),
  };
}

function contentOf(rule: EventRule, properties: RawActivity): RawActivity {
  const whole = textIn(properties, ['content']);
  if (whole !== undefined && /^[a-z][a-z0-9_]{0,31}:./u.test(whole)) {
    return { content: whole };
  }
  const type = rule.content_type ?? textIn(properties, ['content_type'])?.toLowerCase();
  if (type === undefined) {
    return {};
  }
  const id = idIn(properties, [...(rule.content_id ?? [`${type}_id`]), 'content_id', 'id']);
  return id === undefined ? {} : { content_type: type, content_id: id };
}

const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  duration_seconds: ['duration_seconds', 'duration', 'seconds'],
  scroll_depth_percentage: ['scroll_depth_percentage', 'scroll_depth', 'percent', 'percentage'],
  position_seconds: ['position_seconds', 'position'],
};
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  title: ['title', 'name'],
  url: ['url'],
  description: ['description', 'query'],
  circle: ['circle'],
  visibility: ['visibility'],
  reply_to: ['reply_to'],
};
const IDS: Readonly<Record<string, readonly string[]>> = {
  community_id: ['community_id', 'group_id'],
  session_id: ['session_id'],
  activity_id: ['activity_id'],
  author: ['author_id', 'author', 'creator_id'],
};

function plainFields(properties: RawActivity): RawActivity {
  const read = (fields: typeof NUMBERS, find: (from: RawActivity, names: readonly string[]) => unknown) =>
    Object.entries(fields).map(([field, names]) => [field, find(properties, names)] as const);
  const found = [
    ...read(NUMBERS, (from, names) => named(from, names).find((value) => typeof value === 'number')),
    ...read(TEXTS, textIn),
    ...read(IDS, idIn),
    ['hashtags', tagsIn(properties)] as const,
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function tagsIn(properties: RawActivity): readonly string[] | undefined {
  const tags = named(properties, ['hashtags', 'tags']).find(Array.isArray);
  const texts = tags?.filter((tag): tag is string => typeof tag === 'string' && tag.trim() !== '');
  return texts === undefined || texts.length === 0 ? undefined : texts;
}

/** Values under any of these names, written as here or in camel case, in the order of the names. */
function named(from: RawActivity, names: readonly string[]): unknown[] {
  return names
    .flatMap((name) => [name, name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase())])
    .filter((name) => Object.hasOwn(from, name))
    .map((name) => from[name]);
}

function textIn(from: RawActivity, names: readonly string[]): string | undefined {
  return named(from, names).find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

function idIn(from: RawActivity, names: readonly string[]): string | undefined {
  const value = named(from, names).find(
    (one) => Number.isSafeInteger(one) || (typeof one === 'string' && one.trim() !== ''),
  );
  return value === undefined ? undefined : String(value).trim();
}

function required(value: string | null | undefined, field: string): string {
  const text = filled(value);
  if (text === undefined) {
    throw new AppError('ACTIVITY_INVALID', `${field}: must be given`);
  }
  return text;
}

function filled(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value.trim() === '' ? undefined : value;
}
