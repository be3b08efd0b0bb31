import { describe, expect, test } from 'vitest';
import { catalogueBatchSchema, catalogueChangeSchema } from '../../src/api/rest/catalogue.ts';
import { contentSchema } from '../../src/api/rest/content.ts';
import { personSchema } from '../../src/api/rest/people.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { useApi } from '../support/opened-api.ts';
import { NOW } from './fixture.ts';

const opened = useApi();
const { ask } = opened;
const at = (daysAgo: number): string => new Date(NOW - daysAgo * DAY_MS).toISOString();

const put = async (who: string, role: 'user' | 'service', content: string, body: object) => {
  opened.now += 1;
  return await ask(who, role, `PUT /content/${encodeURIComponent(content)}`, body);
};
const read = (who: string, role: 'user' | 'service', content: string) =>
  ask(who, role, `GET /content/${encodeURIComponent(content)}`);
const remove = async (who: string, role: 'user' | 'service', content: string) => {
  opened.now += 1;
  return await ask(who, role, `DELETE /content/${encodeURIComponent(content)}`);
};
const feedOf = async (who: string): Promise<string[]> =>
  (await ask(who, 'user', 'GET /feed/?limit=50')).json.items.map(({ content }: { content: string }) => content);

describe('content', () => {
  test('that a product puts is known, is in feeds, and leaves them at once when it is made private or deleted', async () => {
    const fields = { author: 'flo', title: 'An opening', hashtags: ['Chess', '#go'], url: 'https://example.org/1' };
    const made = await put('shop', 'service', 'post:1/a b', { ...fields, created_at: at(2) });
    expect([made.status, made.json]).toEqual([201, { key: 'post:1/a b', status: 'created', position: 1 }]);
    catalogueChangeSchema.parse(made.json);
    await opened.reach(made.json.position);
    expect(contentSchema.parse((await read('ann', 'user', 'post:1/a b')).json)).toEqual({
      content: 'post:1/a b',
      type: 'post',
      author: 'flo',
      title: 'An opening',
      url: 'https://example.org/1',
      hashtags: ['chess', 'go'],
      community_id: null,
      reply_to: null,
      visibility: 'public',
      created_at: at(2),
      deleted_at: null,
    });
    expect(await feedOf('ann')).toContain('post:1/a b');
    // Law 6: the same snapshot, the very next page.
    expect((await put('flo', 'user', 'post:1/a b', { visibility: 'private' })).json.status).toBe('updated');
    expect(await feedOf('ann')).not.toContain('post:1/a b');
    expect((await read('ann', 'user', 'post:1/a b')).status).toBe(404);
    expect((await read('flo', 'user', 'post:1/a b')).status).toBe(200);
    await put('flo', 'user', 'post:1/a b', { visibility: 'public' });
    expect(await feedOf('ann')).toContain('post:1/a b');
    expect((await remove('flo', 'user', 'post:1/a b')).json.status).toBe('deleted');
    expect(await feedOf('ann')).not.toContain('post:1/a b');
    expect((await read('ann', 'user', 'post:1/a b')).status).toBe(404);
    expect((await read('shop', 'service', 'post:1/a b')).json.deleted_at).not.toBeNull();
    const again = await remove('flo', 'user', 'post:1/a b');
    expect([again.status, again.json]).toEqual([200, { key: 'post:1/a b', status: 'unchanged', position: null }]);
    expect((await put('shop', 'service', 'post:1/a b', {})).json.status).toBe('created');
    expect(await feedOf('ann')).toContain('post:1/a b');
  });

  test('put again as it is records nothing', async () => {
    const fields = { author: 'flo', title: 'Same', hashtags: ['b', 'A'], created_at: at(3), visibility: 'public' };
    const first = await put('shop', 'service', 'post:same', fields);
    const head = first.json.position;
    expect((await put('shop', 'service', 'post:same', { ...fields, hashtags: ['#a', 'B'] })).json).toMatchObject({
      status: 'unchanged',
      position: null,
    });
    expect((await put('shop', 'service', 'post:same', { title: 'Other' })).json).toEqual({
      key: 'post:same',
      status: 'updated',
      position: head + 1,
    });
  });

  test('that nobody made has no author, and is as old as the product says', async () => {
    await put('shop', 'service', 'product:old', { title: 'A chair', created_at: at(400) });
    await put('shop', 'service', 'product:new', { title: 'A table' });
    expect((await read('ann', 'user', 'product:old')).json).toMatchObject({ author: null, created_at: at(400) });
    expect((await read('ann', 'user', 'product:new')).json).toMatchObject({
      author: null,
      created_at: new Date(opened.now).toISOString(),
    });
    // Nothing was made later than it is spoken of.
    await put('shop', 'service', 'product:soon', { created_at: '2099-01-01T00:00:00Z' });
    expect((await read('ann', 'user', 'product:soon')).json.created_at).toBe(new Date(opened.now).toISOString());
  });

  test('of others is not changed, not deleted, and not told of', async () => {
    await put('flo', 'user', 'post:flo', { title: 'Mine', visibility: 'private' });
    for (const answer of [
      await put('gus', 'user', 'post:flo', { title: 'Mine' }),
      await put('gus', 'user', 'post:flo', { author: 'gus' }),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await remove('gus', 'user', 'post:flo')).status).toBe(404);
    await put('flo', 'user', 'post:open', {});
    expect((await remove('gus', 'user', 'post:open')).status).toBe(403);
    expect((await remove('gus', 'user', 'post:never')).status).toBe(404);
    await ask('flo', 'user', 'POST /activities/', { activity_type: 'block', target_user_id: 'gus' });
    expect((await read('gus', 'user', 'post:open')).status).toBe(404);
    expect((await read('ann', 'user', 'post:open')).status).toBe(200);
  });

  test('comes in batches, in which a bad entry does not harm the others and a later one knows of an earlier one', async () => {
    opened.now += 1;
    const batch = await ask('shop', 'service', 'PUT /content/', [
      { content: 'post:b1', author: 'flo', title: 'One' },
      { content: 'nothing' },
      { content: 'post:b1', author: 'flo', title: 'One, better' },
      { content: 'user:7', title: 'No content' },
      { content: 'post:same' },
    ]);
    const { results, position } = catalogueBatchSchema.parse(batch.json);
    expect(results.map(({ key, status, error }) => [key, status, error?.code])).toEqual([
      ['post:b1', 'created', undefined],
      [null, 'invalid', 'ACTIVITY_INVALID'],
      ['post:b1', 'updated', undefined],
      ['user:7', 'invalid', 'ACTIVITY_INVALID'],
      ['post:same', 'unchanged', undefined],
    ]);
    expect(position).toBe(results[2]?.position);
    expect((await read('ann', 'user', 'post:b1')).json.title).toBe('One, better');
    const many = await ask('shop', 'service', 'PUT /content/', Array(1_001).fill({ content: 'post:x' }));
    expect(many.status).toBe(413);
  });

  test.each(['', 'post', 'POST:1', 'post:%20x', '%ff', 'post:%00'])('%j is no reference', async (path) => {
    const answer = await ask('ann', 'user', `GET /content/${path}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('people', () => {
  test('are who they, or the product, say they are, and nobody else reads or writes it', async () => {
    const fields = { name: 'Ann Archer', emails: ['ann@example.org'], time_zone: 'Europe/Vienna' };
    const made = await ask('shop', 'service', 'PUT /users/ann', { ...fields, traits: { plan: 'pro', seats: 3 } });
    expect([made.status, made.json.status]).toEqual([201, 'created']);
    opened.now += 1;
    const changed = await ask('ann', 'user', 'PUT /users/ann', { traits: { plan: null, beta: [true] }, emails: [] });
    expect(changed.json.status).toBe('updated');
    const {
      created_at: _,
      updated_at: __,
      ...person
    } = personSchema.parse((await ask('ann', 'user', 'GET /users/ann')).json);
    expect(person).toEqual({
      user_id: 'ann',
      name: 'Ann Archer',
      emails: [],
      time_zone: 'Europe/Vienna',
      traits: { seats: 3, beta: [true] },
      hide_from_social_proof: false,
      social_proof: true,
    });
    expect((await ask('ann', 'user', 'PUT /users/ann', { time_zone: 'Europe/Vienna', traits: {} })).json).toEqual({
      key: 'ann',
      status: 'unchanged',
      position: null,
    });
    expect((await ask('bo', 'user', 'GET /users/ann')).status).toBe(403);
    expect((await ask('bo', 'user', 'PUT /users/ann', { name: 'Bo' })).status).toBe(403);
    expect((await ask('bo', 'user', 'GET /users/bo')).status).toBe(404);
    expect((await ask('eve', 'analyst', 'GET /users/ann')).json.name).toBe('Ann Archer');
  });

  test('who opt out by either door are told so', async () => {
    await ask('shop', 'service', 'PUT /users/', [
      { user_id: 'cy', name: 'Cy' },
      { user_id: 'di', hide_from_social_proof: true },
    ]);
    await ask('cy', 'user', 'PUT /feed/settings/', { social_proof: false });
    const flags = async (who: string) => {
      const { hide_from_social_proof: hidden, social_proof: shown } = (await ask(who, 'user', `GET /users/${who}`))
        .json;
      return [hidden, shown];
    };
    expect([await flags('cy'), await flags('di')]).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  test.each([
    [{ name: ' ' }],
    [{ emails: ['nobody'] }],
    [{ time_zone: 'Mars/Base' }],
    [{ traits: [] }],
    [{ nickname: 'x' }],
    [{ traits: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) }],
    [[]],
  ])('%j is refused', async (body) => {
    expect((await ask('ann', 'user', 'PUT /users/ann', body)).status).toBe(422);
  });
});

describe('null takes away', () => {
  test('what was said of content, and what the graph made of it', async () => {
    const said = {
      title: 'Of chess',
      url: 'https://example.org/1',
      hashtags: ['chess'],
      community_id: 'club',
      reply_to: 'post:up',
    };
    await put('shop', 'service', 'post:clear', { author: 'flo', ...said });
    const before = (await read('shop', 'service', 'post:clear')).json;
    expect(before).toMatchObject({ ...said, author: 'flo' });
    const nothing = { title: null, url: null, hashtags: null, community_id: null, reply_to: null };
    const cleared = await put('flo', 'user', 'post:clear', nothing);
    expect(cleared.json.status).toBe('updated');
    expect((await read('shop', 'service', 'post:clear')).json).toEqual({ ...before, ...nothing, hashtags: [] });
    expect((await put('flo', 'user', 'post:clear', nothing)).json.status).toBe('unchanged');
    await opened.reach(cleared.json.position);
    const { records } = await opened.app.graph.driver.executeQuery(
      "MATCH (c:Content {id: 'post:clear'}) RETURN c.title AS title, COUNT { (c)-[:TAGGED|POSTED_IN|REPLY_TO]->() } AS edges",
    );
    expect(records.map((record) => record.toObject())).toEqual([{ title: null, edges: 0 }]);
    expect((await put('shop', 'service', 'post:new', { author: 'flo', title: null })).json.status).toBe('created');
  });

  test('what was said of a person', async () => {
    const said = {
      name: 'Clara',
      emails: ['clara@example.org'],
      time_zone: 'Europe/Rome',
      hide_from_social_proof: true,
    };
    const nothing = { name: null, emails: null, time_zone: null, hide_from_social_proof: null };
    const ofClara = (body: object) => {
      opened.now += 1;
      return ask('clara', 'user', 'PUT /users/clara', body);
    };
    expect((await ofClara(said)).json.status).toBe('created');
    expect((await ofClara(nothing)).json.status).toBe('updated');
    expect((await ask('clara', 'user', 'GET /users/clara')).json).toMatchObject({
      ...nothing,
      emails: [],
      hide_from_social_proof: false,
    });
    expect((await ofClara(nothing)).json.status).toBe('unchanged');
  });
});
