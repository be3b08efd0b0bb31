import type { ActivityInput } from '../../src/activity/activity.ts';
import { findKind } from '../../src/activity/kinds.ts';
import { parseReference } from '../../src/activity/reference.ts';
import type { Operation } from '../../src/api/graphql/operations/operation.ts';
import { OPERATIONS } from '../../src/api/graphql/operations/operations.ts';
import { requestOf } from '../api/perform-operation.ts';

/** An activity as the REST door takes it, which every other door is measured against. */
export type Said = Partial<ActivityInput> & { readonly activity_type: string };

/** What becomes of one activity, as far as the door tells: some do not tell a first sending from another. */
export type Told = 'accepted' | 'duplicate' | 'taken' | 'conflict' | 'invalid';

/** A request for one or many activities, and how to read what became of each. */
export interface Request {
  readonly path: string;
  readonly body: unknown;
  read(status: number, json: unknown): readonly Told[];
}

/** A way in. `single` takes one at a time. */
export interface Door {
  readonly name: string;
  readonly single: boolean;
  /** Undefined: this door has no words for it. */
  say(activities: readonly Said[]): Request | undefined;
}

interface Result {
  readonly status: string;
}
interface Errors {
  readonly errors?: readonly { readonly index: number; readonly code: string }[];
}

const told = (status: string): Told => status.toLowerCase() as Told;
const refused = (json: unknown): Told =>
  (json as { code?: string }).code === 'ACTIVITY_CONFLICT' ? 'conflict' : 'invalid';

const rest: Door = {
  name: 'POST /activities/',
  single: true,
  say: ([only]) => ({
    path: '/activities/',
    body: only,
    read: (status, json) => [status < 300 ? told((json as Result).status) : refused(json)],
  }),
};

const restBatch: Door = {
  name: 'POST /activities/ with an array',
  single: false,
  say: (activities) => ({
    path: '/activities/',
    body: activities,
    read: (_, json) => (json as { results: Result[] }).results.map(({ status }) => told(status)),
  }),
};

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const inputOf = (said: Said) => Object.fromEntries(Object.entries(said).map(([name, value]) => [camel(name), value]));

const mutation: Door = {
  name: 'trackActivity',
  single: true,
  say: ([only]) => ({
    path: '/graphql',
    body: {
      query: 'mutation ($input: ActivityInput!) { trackActivity(input: $input) { status } }',
      variables: { input: inputOf(only as Said) },
    },
    read: (_, json) => [told((json as { data: { trackActivity: Result } }).data.trackActivity.status)],
  }),
};

const mutationBatch: Door = {
  name: 'trackActivities',
  single: false,
  say: (activities) => ({
    path: '/graphql',
    body: {
      query: 'mutation ($inputs: [ActivityInput!]!) { trackActivities(inputs: $inputs) { results { status } } }',
      variables: { inputs: activities.map(inputOf) },
    },
    read: (_, json) =>
      (json as { data: { trackActivities: { results: Result[] } } }).data.trackActivities.results.map(({ status }) =>
        told(status),
      ),
  }),
};

/** A call of the Segment API: most kinds by the name of an event, some by a call of their own. */
function messageOf({ id, user_id, occurred_at, success, metadata, ...said }: Said): object | undefined {
  const { activity_type: event, session_id, ...properties } = said;
  if (success !== undefined || metadata !== undefined) {
    return undefined;
  }
  const common = {
    messageId: id,
    ...(user_id === undefined ? {} : { userId: user_id }),
    ...(occurred_at === undefined ? {} : { timestamp: occurred_at }),
    ...(session_id === undefined ? {} : { context: { session_id } }),
  };
  const only = (...names: string[]): boolean => Object.keys(properties).every((name) => names.includes(name));
  if (event === 'alias' && only('target_user_id')) {
    return { ...common, type: 'alias', previousId: properties.target_user_id };
  }
  if (event === 'join' && only('community_id')) {
    return { ...common, type: 'group', groupId: properties.community_id };
  }
  if (event === 'profile_update' && only()) {
    return { ...common, type: 'identify', traits: {} };
  }
  if (event === 'page_view' && only()) {
    return { ...common, type: 'page', properties: {} };
  }
  return { ...common, type: 'track', event, properties };
}

const segment: Door = {
  name: 'POST /v1/{track,identify,page,group,alias}',
  single: true,
  say: ([only]) => {
    const message = messageOf(only as Said);
    return (
      message && {
        path: `/v1/${(message as { type: string }).type}`,
        body: message,
        read: (status, json) => [status < 300 ? 'taken' : refused(json)],
      }
    );
  },
};

const segmentBatch: Door = {
  name: 'POST /v1/batch',
  single: false,
  say: (activities) => {
    const batch = activities.map(messageOf);
    return batch.includes(undefined)
      ? undefined
      : {
          path: '/v1/batch',
          body: { batch },
          read: (_, json) => {
            const codes = new Map((json as Errors).errors?.map(({ index, code }) => [index, code]));
            return batch.map((__, index) => (codes.has(index) ? refused({ code: codes.get(index) }) : 'taken'));
          },
        };
  },
};

/** The doors that take any activity. */
export const DOORS: readonly Door[] = [rest, restBatch, mutation, mutationBatch, segment, segmentBatch];

/** The mutation of the product in which this activity is said, if it is one: each of the table, one door for each. */
export const OPERATION_DOORS: readonly Door[] = OPERATIONS.map((operation) => ({
  name: operation.name,
  single: true,
  say: ([only]) => {
    const args = argumentsOf(operation, only as Said);
    return (
      args && {
        path: '/graphql',
        body: requestOf(operation, args),
        read: (_, json) => [told(((json as { data: Record<string, Result> }).data[operation.name] as Result).status)],
      }
    );
  },
}));

/** The arguments with which an operation says this activity and nothing else; undefined: it cannot. */
function argumentsOf(operation: Operation, said: Said): Record<string, unknown> | undefined {
  const word = wordFor(operation, said);
  if (word === undefined || operation.steps !== undefined || operation.fixed !== undefined) {
    return undefined;
  }
  const { activity_type: _, ...left }: Record<string, unknown> = said;
  const args: Record<string, unknown> = { ...word };
  const inParts = operation.arguments.some(({ gives }) => gives && 'field' in gives && gives.field === 'content_id');
  const parts = said.content === undefined ? undefined : parseReference(said.content);
  if (inParts && parts !== undefined) {
    Object.assign(left, { content: undefined, content_type: parts.type, content_id: parts.id });
  }
  for (const { name, gives } of operation.arguments) {
    if (gives !== undefined && 'field' in gives) {
      args[name] = left[gives.field];
      left[gives.field] = undefined;
    } else if (gives !== undefined && 'contentOf' in gives && parts?.type === gives.contentOf) {
      args[name] = parts.id;
      left['content'] = undefined;
    }
  }
  const lacks = operation.arguments.some(({ name, type }) => type.endsWith('!') && args[name] === undefined);
  const unsaid = Object.values(left).some((value) => value !== undefined);
  return unsaid || lacks ? undefined : JSON.parse(JSON.stringify(args));
}

/** How an operation says which kind it is: by itself, or by one of its arguments. */
function wordFor({ name, kind, completed }: Operation, said: Said): Record<string, unknown> | undefined {
  const word = said.activity_type;
  const known = findKind(word)?.kind;
  if (typeof kind === 'string') {
    return known?.name === kind && completed === undefined ? {} : undefined;
  }
  if (known === undefined || known.nature === 'measured') {
    return undefined;
  }
  switch (name) {
    case 'trackUserActivity':
      return known.table === 'user_activity' ? { activityType: word } : undefined;
    case 'trackContentInteraction':
      return known.table === 'content_interaction' ? { interactionType: word } : undefined;
    case 'trackSocialInteraction':
      return known.table === 'social_interaction' ? { interactionType: word } : undefined;
    case 'trackProfileActivity':
      return known.name === 'profile_visit' || known.name === 'profile_vibe' ? { activityType: known.name } : undefined;
    case 'trackMediaInteraction':
      return known.table === 'media_interaction' ? { interactionType: known.word } : undefined;
    case 'trackAppSession':
      return known.table === 'session_activity' ? { event: known.word.toUpperCase() } : undefined;
    default:
      return undefined;
  }
}
