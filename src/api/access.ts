import { type Caller, mayActForOthers, mayReadOthers, type PersonNow, ROLES, type Role } from '../core/caller.ts';
import { AppError } from '../core/errors.ts';
import { OPERATIONS } from './graphql/operations/operations.ts';
import type { ApiPorts } from './ports.ts';

/** Who may use a route or field: everybody, even without a token, or holders of a token with one of these roles. */
export type Access = 'anyone' | readonly Role[];

/** Who may read the graph as it is stored, of everybody, and figures about all. */
export const ANALYSTS: readonly Role[] = ['analyst', 'admin'];

/** Every route and who may use it. A route that is not listed cannot be registered. */
export const ROUTE_ACCESS = {
  'POST /activities': ROLES,
  'GET /activities': ROLES,
  'GET /activities/recent': ROLES,
  'GET /engagement': ROLES,
  'POST /engagement/recalculate': ['service', 'admin'],
  'GET /engagement/recalculate/:run': ['service', 'analyst', 'admin'],
  'GET /stats': ROLES,
  'GET /stats/daily': ROLES,
  'PUT /content': ROLES,
  'PUT /content/:content': ROLES,
  'GET /content/:content': ROLES,
  'DELETE /content/:content': ROLES,
  'PUT /users': ROLES,
  'PUT /users/:user': ROLES,
  'GET /users/:user': ROLES,
  'DELETE /users/:user': ROLES,
  'GET /users/:user/export': ROLES,
  'GET /feed': ROLES,
  'GET /feed/settings': ROLES,
  'PUT /feed/settings': ROLES,
  'POST /feed/settings/reset': ROLES,
  'GET /profile': ROLES,
  'GET /interests': ROLES,
  'GET /trending/tags': ROLES,
  'GET /comments': ROLES,
  'GET /stats/content': ANALYSTS,
  'GET /connections': ROLES,
  'GET /feed/metrics': ANALYSTS,
  'POST /cypher': ANALYSTS,
  'GET /feed/:content/explanation': ROLES,
  'PUT /similarity/:model': ['service', 'admin'],
  'DELETE /similarity/:model': ['service', 'admin'],
  // A write key is a service here, and nothing anywhere else.
  'POST /v1/track': ROLES,
  'POST /v1/identify': ROLES,
  'POST /v1/page': ROLES,
  'POST /v1/screen': ROLES,
  'POST /v1/group': ROLES,
  'POST /v1/alias': ROLES,
  'POST /v1/batch': ROLES,
  'POST /graphql': ROLES,
  // The page for trying queries; the queries themselves are posted.
  'GET /graphql': 'anyone',
  'GET /health/live': 'anyone',
  'GET /health/ready': 'anyone',
  'GET /openapi.json': 'anyone',
  'GET /docs': 'anyone',
  // Open when the service listens on loopback only; see createApi.
  'GET /metrics': ['service', 'admin'],
} as const satisfies Record<string, Access>;

export type RouteKey = keyof typeof ROUTE_ACCESS;

/** Every root field of the GraphQL schema and who may use it. A field that is not listed keeps the service from starting. */
export const FIELD_ACCESS = {
  'Query.feed': ROLES,
  'Query.hashtagFeed': ROLES,
  'Query.profileFeed': ROLES,
  'Query.similarContent': ROLES,
  'Query.feedSettings': ROLES,
  'Query.feedMetrics': ANALYSTS,
  'Query.feedItemExplanation': ROLES,
  'Query.activityStats': ROLES,
  'Query.dailyActivity': ROLES,
  'Query.behaviourProfile': ROLES,
  'Query.interests': ROLES,
  'Query.trendingTags': ROLES,
  'Query.comments': ROLES,
  'Query.postcommentsByPostUid': ROLES,
  'Query.profileByUserId': ROLES,
  'Query.engagementReport': ANALYSTS,
  'Query.engagementScores': ROLES,
  'Query.connections': ROLES,
  'Query.users': ANALYSTS,
  'Query.usersConnection': ANALYSTS,
  'Query.contents': ANALYSTS,
  'Query.contentsConnection': ANALYSTS,
  'Query.tags': ANALYSTS,
  'Query.tagsConnection': ANALYSTS,
  'Query.communities': ANALYSTS,
  'Query.communitiesConnection': ANALYSTS,
  // What somebody did: accepted for the caller alone, or for others from those who may act for them.
  ...Object.fromEntries(OPERATIONS.map(({ name }) => [`Mutation.${name}`, ROLES] as const)),
  'Mutation.trackActivity': ROLES,
  'Mutation.trackActivities': ROLES,
  'Mutation.updateFeedSettings': ROLES,
  'Mutation.resetPersonalisation': ROLES,
  'Mutation.eraseUser': ROLES,
  'Subscription.activityRecorded': ROLES,
  'Subscription.feedUpdated': ROLES,
} as const satisfies Record<string, Access>;

/** @throws AppError `AUTH_REQUIRED` without a caller, `FORBIDDEN` for a role that is not listed. */
export function requireRole(caller: Caller | undefined, roles: readonly Role[], what: string): Caller {
  if (caller === undefined) {
    throw new AppError('AUTH_REQUIRED', `${what} needs a token.`);
  }
  if (!roles.includes(caller.role)) {
    throw new AppError(
      'FORBIDDEN',
      `${what} needs a token of role ${roles.join(' or ')}; this one has ${caller.role}.`,
    );
  }
  return caller;
}

/** The one person whose data are asked for: the caller, unless they may read others and name somebody. */
export async function personAskedFor(caller: Caller, requested: string | undefined, people: People): Promise<string> {
  return living(await personNamed(caller, requested, { may: mayReadOthers(caller), does: 'reads' }, people));
}

/** The one person whose data are changed: the caller, unless they may act for others and name somebody. */
export async function personChangedFor(caller: Caller, requested: string | undefined, people: People): Promise<string> {
  return living(await personToErase(caller, requested, people));
}

/** The same of a person who may be erased already. */
export function personToErase(caller: Caller, requested: string | undefined, people: People): Promise<PersonNow> {
  return personNamed(caller, requested, { may: mayActForOthers(caller), does: 'changes' }, people);
}

/** The person whose activities are asked for; undefined means everybody's, for roles that may read them. */
export async function peopleAskedFor(
  caller: Caller,
  requested: string | undefined,
  people: People,
): Promise<string | undefined> {
  return requested === undefined && mayReadOthers(caller) ? undefined : personAskedFor(caller, requested, people);
}

type People = Pick<ApiPorts, 'peopleNow'>;

async function personNamed(
  caller: Caller,
  requested: string | undefined,
  others: { readonly may: boolean; readonly does: string },
  people: People,
): Promise<PersonNow> {
  if (requested === undefined || requested === caller.id || requested === caller.subject) {
    return { id: caller.id, erased: caller.erased === true };
  }
  const named = await personNow(requested, people);
  if (named.id !== caller.id && !others.may) {
    throw new AppError('FORBIDDEN', `A token of role ${caller.role} ${others.does} the data of its own subject only.`);
  }
  return named;
}

/** @throws AppError `ACTIVITY_ERASED`: what is computed for people is kept about them. */
function living({ id, erased }: PersonNow): string {
  if (erased) {
    throw new AppError('ACTIVITY_ERASED', 'This person was erased.');
  }
  return id;
}

/** Who an id stands for. @throws AppError `LOG_UNAVAILABLE` */
export async function personNow(id: string, { peopleNow }: People): Promise<PersonNow> {
  return (await peopleNow([id])).get(id) ?? { id, erased: false };
}

/** The caller as the person whom the token's subject stands for now. */
export async function asPersonNow(caller: Caller, people: People): Promise<Caller> {
  return { ...caller, subject: caller.id, ...(await personNow(caller.id, people)) };
}

/** Whether a caller only looks at the feed of somebody else; a service fetches it for them. */
export function isPreview(caller: Caller, viewer: string): boolean {
  return caller.id !== viewer && caller.role !== 'service';
}
