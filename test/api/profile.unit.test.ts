import { describe, expect, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { behaviourProfileSchema, interestListSchema } from '../../src/api/rest/profile.ts';
import { type BehaviourProfile, neutralProfile } from '../../src/signals/profile/behaviour.ts';
import { bearer, NOW, openTestApi } from './fixture.ts';

const profile: BehaviourProfile = {
  ...neutralProfile(NOW, DEFAULT_RANKING),
  activities: 3,
  contentTypes: { post: { interactions: 3, engagement: 0.4, dwellSeconds: 60, scrollPercentage: null } },
  typePreference: { post: 0.5 },
  otherTypes: 0.125,
  interactions: { like: 1 },
  peakHours: [9],
  flags: { highlySocial: true, visual: false, creator: true },
};
const open = () => openTestApi({ behaviourProfile: async () => profile });

describe('the behaviour profile', () => {
  test('is answered by REST in the form that OpenAPI describes', async () => {
    const api = await open();
    const answer = await api.app.request('/profile/', { headers: await bearer('ann', 'user') });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(behaviourProfileSchema.parse(await answer.json())).toMatchObject({
      user_id: 'ann',
      computed_at: '2026-11-01T12:00:00.000Z',
      since: '2026-10-02T12:00:00.000Z',
      content_types: { post: { interactions: 3, engagement: 0.4, preference: 0.5, dwell_seconds: 60 } },
      other_types_preference: 0.125,
      peak_hours: [9],
      flags: { highly_social: true, visual: false, creator: true },
      weights: { connection_score: 0.7 + 0.1, social_signals: 0.3, creator_content_boost: 0.15 },
    });
  });

  test('is answered by GraphQL, and whose it is follows the token', async () => {
    const asked: string[] = [];
    const api = await openTestApi({
      behaviourProfile: async (person) => {
        asked.push(person);
        return profile;
      },
    });
    const query = `query ($userId: ID) { behaviourProfile(userId: $userId) {
      computedAt contentTypes { type preference engagement } otherTypesPreference interactions { name share }
      peakHours hourlyShare media { types { name share } visualShare } flags { creator } weights { name weight } } }`;
    const { data } = await api.graphql(query, { headers: await bearer('ann', 'user') });
    expect(data?.['behaviourProfile']).toMatchObject({
      computedAt: '2026-11-01T12:00:00.000Z',
      contentTypes: [{ type: 'post', preference: 0.5, engagement: 0.4 }],
      otherTypesPreference: 0.125,
      interactions: [{ name: 'like', share: 1 }],
      media: { types: [], visualShare: 0 },
      flags: { creator: true },
    });
    await api.graphql(query, { variables: { userId: 'bo' }, headers: await bearer('eve', 'analyst') });
    expect(asked).toEqual(['ann', 'bo']);
  });
});

describe('interests', () => {
  test('are answered by REST and GraphQL alike', async () => {
    const api = await open();
    const headers = await bearer('ann', 'user');
    const rest = interestListSchema.parse(await (await api.app.request('/interests/?limit=5', { headers })).json());
    const last = '2026-11-01T12:00:00.000Z';
    expect(rest.items).toEqual([
      { tag: 'chess', weight: 0.5, factor: 1, declared: true, learned: true, last_at: last },
    ]);
    const { data } = await api.graphql('{ interests { tag weight declared learned lastAt } }', { headers });
    expect(data).toEqual({
      interests: [{ tag: 'chess', weight: 0.5, declared: true, learned: true, lastAt: last }],
    });
  });

  test.each(['limit=0', 'limit=201', 'user_id='])('?%s is answered 400', async (query) => {
    const api = await open();
    const answer = await api.app.request(`/interests/?${query}`, { headers: await bearer('ann', 'user') });
    expect(answer.status).toBe(400);
  });
});
