import { beforeAll, describe, expect, test } from 'vitest';
import { FIELD_ACCESS } from '../../src/api/access.ts';
import { OPERATIONS } from '../../src/api/graphql/operations/operations.ts';
import { ROLES } from '../../src/core/caller.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';
import { performOperation, requestOf } from './perform-operation.ts';
import { CASES } from './product-operation-cases.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

describe.each(OPERATIONS)('$name', (operation) => {
  const { name } = operation;
  const args = CASES[name]?.args('eve') ?? {};

  test('is for whoever has a token, and for nobody without', async () => {
    expect(new Map<string, unknown>(Object.entries(FIELD_ACCESS)).get(`Mutation.${name}`)).toBe(ROLES);
    const { query, variables } = requestOf(operation, args);
    const { status, errors } = await api.graphql(query, { variables });
    expect([status, errors[0]?.extensions['code']]).toEqual([401, 'AUTH_REQUIRED']);
  });

  test('does nothing in the name of somebody else', async () => {
    const actor = name === 'trackProfileActivity' ? 'visitorId' : 'userId';
    const before = api.recorded.submissions.length;
    const result = await performOperation(api, 'eve', name, { ...args, [actor]: 'ann' });
    expect(result).toMatchObject({ status: 'INVALID', position: null, error: { code: 'FORBIDDEN' } });
    expect(api.recorded.submissions).toHaveLength(before);
  });
});

test('every argument and every field of an input is described', async () => {
  const { data } = await api.graphql(
    `{ __schema { mutationType { fields { name description args { name description } } }
       types { name inputFields { name description } } } }`,
    { headers: await bearer('ann', 'user') },
  );
  const schema = (data as unknown as Introspected).__schema;
  const names = new Set(OPERATIONS.map(({ name }) => name));
  const inputs = new Set(OPERATIONS.flatMap(({ input }) => input ?? []));
  const fields = schema.mutationType.fields.filter(({ name }) => names.has(name));
  expect(fields).toHaveLength(names.size);
  const described = [
    ...fields,
    ...fields.flatMap(({ args }) => args.filter(({ name }) => name !== 'input')),
    ...schema.types.filter(({ name }) => inputs.has(name)).flatMap(({ inputFields }) => inputFields),
  ];
  expect(described.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
});

interface Described {
  readonly name: string;
  readonly description: string | null;
}

interface Introspected {
  readonly __schema: {
    readonly mutationType: { readonly fields: readonly (Described & { readonly args: readonly Described[] })[] };
    readonly types: readonly (Described & { readonly inputFields: readonly Described[] })[];
  };
}

describe('words of the tracking mutations', () => {
  const kindOf = async (name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const { status, error } = await performOperation(api, 'ann', name, args);
    const kept = api.recorded.submissions.at(-1)?.activity;
    return status === 'ACCEPTED' ? [kept?.kind.name, kept?.object ?? kept?.target ?? kept?.community] : error?.code;
  };

  test('that have no kind are kept as the product calls them, and those of other tables need what their kind needs', async () => {
    expect(await kindOf('trackUserActivity', { activityType: 'coffee_brewed' })).toEqual(['user_activity', null]);
    expect(api.recorded.submissions.at(-1)?.activity.metadata).toEqual({ activity_type: 'coffee_brewed' });
    expect(await kindOf('trackUserActivity', { activityType: 'post_create' })).toEqual(['user_activity', null]);
    expect(await kindOf('trackUserActivity', { activityType: 'login' })).toEqual(['login', null]);
    expect(await kindOf('trackUserActivity', { activityType: 'like' })).toBe('ACTIVITY_INVALID');
    expect(await kindOf('trackUserActivity', { activityType: 'No Word' })).toBe('ACTIVITY_INVALID');
    expect(await kindOf('trackMediaInteraction', { mediaType: 'image', mediaId: '1', interactionType: 'eat' })).toBe(
      'ACTIVITY_INVALID',
    );
  });

  test('say with a context whom and what they are about', async () => {
    const social = (args: Readonly<Record<string, unknown>>) => kindOf('trackSocialInteraction', args);
    expect(
      await social({ interactionType: 'mention', contextType: 'post', contextId: 'p1', targetUserId: 'bo' }),
    ).toEqual(['mention', 'post:p1']);
    expect(await social({ interactionType: 'matrix_message', contextType: 'community', contextId: 'club' })).toEqual([
      'community_message',
      'community:club',
    ]);
    const connection = { contentType: 'connection', contentId: 'x1', targetUserId: 'bo' };
    expect(await kindOf('trackContentInteraction', { ...connection, interactionType: 'send_request' })).toEqual([
      'connection_request',
      'connection:x1',
    ]);
  });

  test('of a session: it begins, goes on and ends', async () => {
    const session = (args: Readonly<Record<string, unknown>>) => kindOf('trackAppSession', { sessionId: 's', ...args });
    const at = '2026-01-15T10:00:00.000Z';
    expect(await session({})).toEqual(['session_start', null]);
    expect(await session({ event: 'HEARTBEAT', lastActivityAt: at })).toEqual(['session_heartbeat', null]);
    expect(api.recorded.submissions.at(-1)?.activity.occurredAt).toBe(Date.parse(at));
    expect(await session({ endedAt: at })).toEqual(['session_end', null]);
  });
});

test.each('image video audio document gif thumbnail comment_media'.split(' '))(
  'media of type %s take every interaction of the seed',
  async (mediaType) => {
    const words = 'click view download share zoom play pause seek fullscreen volume_change quality_change'.split(' ');
    for (const interactionType of words) {
      const args = { mediaType, mediaId: 'm1', interactionType };
      expect(await performOperation(api, 'ann', 'trackMediaInteraction', args)).toMatchObject({ status: 'ACCEPTED' });
      const { kind, object } = api.recorded.submissions.at(-1)?.activity ?? {};
      expect([kind?.table, kind?.word, object]).toEqual(['media_interaction', interactionType, `${mediaType}:m1`]);
    }
  },
);

test('an operation sent again with its id is a duplicate, with all that it records', async () => {
  const commenting = { postUid: 'p1', commentUid: 'again', media: ['image:again'] };
  expect(await performOperation(api, 'ann', 'commentOnPost', commenting)).toMatchObject({ status: 'ACCEPTED' });
  const before = api.recorded.submissions.length;
  expect(await performOperation(api, 'ann', 'commentOnPost', commenting)).toMatchObject({ status: 'DUPLICATE' });
  const circle = { id: 'once', targetUserId: 'bo', circle: 'inner' };
  expect(await performOperation(api, 'ann', 'createConnectionV2', circle)).toMatchObject({ status: 'ACCEPTED' });
  expect(await performOperation(api, 'ann', 'createConnectionV2', circle)).toMatchObject({ status: 'DUPLICATE' });
  expect(api.recorded.submissions).toHaveLength(before + 2);
});

test('the same picture in two comments, or one that cannot be described, keeps nobody from commenting', async () => {
  for (const commentUid of ['first', 'second']) {
    const args = { postUid: 'p1', commentUid, media: ['gif:shared', 'no reference'] };
    expect(await performOperation(api, 'ann', 'commentOnPost', args)).toMatchObject({ status: 'ACCEPTED' });
  }
  const gifs = api.recorded.submissions.filter(({ activity }) => activity.object === 'gif:shared');
  expect(gifs.map(({ activity }) => activity.describes?.replyTo)).toEqual(['comment:first', 'comment:second']);
});

test('messages have no place for a text', () => {
  for (const name of ['createConversationMessage', 'sendMatrixMessage']) {
    const names = OPERATIONS.find((operation) => operation.name === name)?.arguments.map((one) => one.name);
    expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/text|body|content|metadata|title/i)]));
  }
});
