import { beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../support/opened-api.ts';

const opened = useApi();
const { ask } = opened;

const OLD = 'visitor-1';
const NEW = 'noor';

async function track(who: string, role: 'user' | 'service', ...activities: readonly object[]) {
  opened.now += 1;
  return (await ask(who, role, 'POST /activities/', activities)).json;
}
const graphql = async (who: string, query: string) => (await ask(who, 'user', 'POST /graphql', { query })).json;
const feedOf = async (who: string): Promise<string[]> =>
  (await ask(who, 'user', 'GET /feed/?limit=50')).json.items.map(({ content }: { content: string }) => content);

const LIKE = { id: 'the-like', activity_type: 'like', content: 'post:p1' };

beforeAll(async () => {
  const posts = ['p1', 'p2', 'p3'].map((id) => ({
    user_id: 'flo',
    activity_type: 'create',
    content: `post:${id}`,
    hashtags: ['chess'],
  }));
  await track('shop', 'service', ...posts);
  await track(OLD, 'user', LIKE);
  await ask(OLD, 'user', 'PUT /feed/settings/', { muted_words: ['spoiler'], weights: { people: 0.5 } });
  await ask(NEW, 'user', 'PUT /feed/settings/', {
    muted_words: ['poker'],
    weights: { people: 2 },
    social_proof: false,
  });
  const { position } = await track('shop', 'service', {
    user_id: NEW,
    activity_type: 'alias',
    target_user_id: OLD,
  });
  await opened.reach(position);
});

describe('with a token of an id that is one person with another now', () => {
  test('what is hidden is gone from the very next page (law 6)', async () => {
    expect(await feedOf(OLD)).toContain('post:p2');
    const [hidden] = (await track(OLD, 'user', { activity_type: 'hide', content: 'post:p2' })).results;
    expect(hidden.status).toBe('accepted');
    expect(await feedOf(OLD)).not.toContain('post:p2');
    expect(await feedOf(NEW)).not.toContain('post:p2');
    const { data } = await graphql(OLD, `{ feed(userId: "${NEW}") { items { content } } }`);
    const shown = data.feed.items.map(({ content }: { content: string }) => content);
    expect(shown).toContain('post:p3');
    expect(shown).not.toContain('post:p2');
  });

  test('an activity that is sent again is still the same one (law 2)', async () => {
    const again = await track(OLD, 'user', LIKE);
    expect(again.results).toMatchObject([{ status: 'duplicate' }]);
  });

  test('the settings are those of both ids, through every door', async () => {
    const expected = {
      muted_words: ['poker', 'spoiler'],
      social_proof: false,
      sliders: expect.arrayContaining([expect.objectContaining({ name: 'people', factor: 2 })]),
    };
    for (const [who, query] of [
      [OLD, ''],
      [NEW, ''],
      [OLD, `?user_id=${NEW}`],
      [NEW, `?user_id=${OLD}`],
    ] as const) {
      const read = await ask(who, 'user', `GET /feed/settings/${query}`);
      expect(read.json, `${who} ${query}`).toMatchObject(expected);
    }
    await ask(OLD, 'user', 'PUT /feed/settings/', { network: 0.25 });
    expect((await ask(NEW, 'user', 'GET /feed/settings/')).json.network).toBe(0.25);
    const { data } = await graphql(
      OLD,
      `mutation { updateFeedSettings(input: { network: 0.75 }, userId: "${OLD}") { network } }`,
    );
    expect(data.updateFeedSettings.network).toBe(0.75);
    expect((await ask('shop', 'service', `GET /feed/settings/?user_id=${OLD}`)).json.network).toBe(0.75);
  });

  test('own data are those of the person, and those of others are not to be had', async () => {
    await track(NEW, 'user', { activity_type: 'save', content: 'post:p3' });
    const { items } = (await ask(OLD, 'user', 'GET /activities/')).json;
    expect(items.map((item: { activity_type: string }) => item.activity_type)).toEqual([
      'save',
      'hide',
      'alias',
      'like',
    ]);
    const { next } = (await ask(NEW, 'user', 'GET /activities/?limit=3')).json;
    const rest = (await ask(NEW, 'user', `GET /activities/?limit=3&cursor=${next}`)).json;
    expect(rest.items).toMatchObject([{ activity_type: 'like', user_id: OLD }]);
    opened.now += 1;
    expect((await ask(OLD, 'user', 'GET /stats/')).json).toMatchObject({ total: 4 });
    expect((await ask('flo', 'user', 'GET /stats/')).json).toMatchObject({ total: 3 });
    expect((await ask(OLD, 'user', `GET /activities/?user_id=${NEW}`)).status).toBe(200);
    expect((await ask(OLD, 'user', 'GET /activities/?user_id=flo')).status).toBe(403);
    expect((await ask('flo', 'user', `GET /activities/?user_id=${OLD}`)).status).toBe(403);
    expect(
      (await ask(OLD, 'user', `POST /activities/`, [{ ...LIKE, id: 'other', user_id: 'flo' }])).json.results,
    ).toMatchObject([{ status: 'invalid', error: { code: 'FORBIDDEN' } }]);
  });

  test('who they are is read and written as one person', async () => {
    expect((await ask(OLD, 'user', `PUT /users/${OLD}`, { name: 'Noor' })).status).toBe(201);
    expect((await ask(NEW, 'user', `GET /users/${NEW}`)).json).toMatchObject({ user_id: NEW, name: 'Noor' });
    expect((await ask(OLD, 'user', `GET /users/${OLD}`)).json).toMatchObject({ user_id: NEW, name: 'Noor' });
    const again = await ask(OLD, 'user', 'PUT /users/', [{ user_id: OLD, name: 'Noor' }]);
    expect(again.json.results).toMatchObject([{ status: 'unchanged' }]);
  });

  test('what they made is theirs', async () => {
    await track(OLD, 'user', { activity_type: 'create', content: 'post:own', visibility: 'private' });
    expect((await ask(OLD, 'user', 'GET /content/post:own')).json).toMatchObject({ author: NEW });
    const page = await ask('flo', 'user', `GET /feed/?author=${OLD}`);
    expect(page.status).toBe(200);
    const visit = await graphql(OLD, `{ profileByUserId(userId: "${NEW}") { own userId } }`);
    expect(visit.data.profileByUserId).toEqual({ own: true, userId: NEW });
  });

  test('the export is of both ids, and after the erasure both tokens are good for nothing', async () => {
    const { json: lines } = await ask(OLD, 'user', `GET /users/${NEW}/export`);
    expect(lines).toContain('spoiler');
    expect((await ask(OLD, 'user', `DELETE /users/${NEW}`)).json).toMatchObject({ status: 'done' });
    for (const who of [OLD, NEW]) {
      expect((await ask(who, 'user', 'GET /feed/')).status).toBe(410);
      expect((await ask(who, 'user', 'GET /activities/')).status).toBe(410);
      expect((await ask(who, 'user', `DELETE /users/${who}`)).json).toMatchObject({ status: 'done' });
    }
  });
});
