import { describe, expect, test } from 'vitest';
import { dailySchema } from '../../src/api/rest/daily.ts';
import { engagementListSchema, recalculationSchema } from '../../src/api/rest/engagement.ts';
import { recentListSchema } from '../../src/api/rest/recent.ts';
import { statsSchema } from '../../src/api/rest/stats.ts';
import { HOUR_MS } from '../../src/core/clock.ts';
import { bearer, NOW, openTestApi } from './fixture.ts';

describe('/engagement/', () => {
  test('comes in pages by both doors, whose cursors are not each other’s people’s', async () => {
    const api = await openTestApi();
    const headers = await bearer('eve', 'analyst');
    const answer = await api.app.request('/engagement/?limit=1', { headers });
    const page = engagementListSchema.parse(await answer.json());
    expect(page.items[0]).toMatchObject({ user_id: 'ann', parts: [{ activity_type: 'like', activities: 2 }] });
    const next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    expect(engagementListSchema.parse(await (await api.app.request(next, { headers })).json()).next).toBeNull();
    const query =
      'query ($after: String) { engagementScores(after: $after) { items { userId trend { direction } } next } }';
    const { data } = await api.graphql(query, { headers, variables: { after: page.next } });
    expect(data).toEqual({
      engagementScores: { items: [{ userId: 'ann', trend: { direction: 'RISING' } }], next: null },
    });
    const other = await api.app.request(`/engagement/?user_id=bo&cursor=${page.next}`, { headers });
    expect([other.status, await other.json()]).toMatchObject([400, { code: 'CURSOR_MALFORMED' }]);
    const altered = await api.app.request(`/engagement/?cursor=A${page.next}`, { headers });
    expect(altered.status).toBe(400);
  });

  test('recalculating answers 202 with where to ask, which then tells the result', async () => {
    const api = await openTestApi();
    const headers = await bearer('shop', 'service');
    const begun = await api.app.request('/engagement/recalculate/', { method: 'POST', headers });
    expect([begun.status, begun.headers.get('retry-after')]).toEqual([202, '1']);
    const { status_url, status } = recalculationSchema.parse(await begun.json());
    expect([status, begun.headers.get('location')]).toEqual(['running', status_url]);
    const ended = recalculationSchema.parse(await (await api.app.request(status_url, { headers })).json());
    expect(ended).toMatchObject({ status: 'succeeded', result: { position: 7, people: 3, differences: 0 } });
    for (const none of ['12', '0', 'x', '99999999999999999999']) {
      expect((await api.app.request(`/engagement/recalculate/${none}`, { headers })).status).toBe(404);
    }
  });
});

describe('/activities/recent/', () => {
  test('asks for the last hours, with the filters of the list', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const path = '/activities/recent/?hours=3&limit=5&activity_type=like&table=content_interaction';
    const answer = await api.app.request(path, { headers });
    expect(recentListSchema.parse(await answer.json()).since).toBe(new Date(NOW - 3 * HOUR_MS).toISOString());
    expect(api.recorded.activityQueries).toEqual([
      {
        userId: 'ann',
        kind: 'like',
        kinds: expect.arrayContaining(['like', 'view', 'comment']),
        since: NOW - 3 * HOUR_MS,
        limit: 5,
      },
    ]);
    for (const wrong of ['hours=0', 'hours=169', 'limit=101', 'cursor=x', 'table=users']) {
      expect((await api.app.request(`/activities/recent/?${wrong}`, { headers })).status).toBe(400);
    }
    expect((await api.app.request('/activities/recent/?user_id=bo', { headers })).status).toBe(403);
  });
});

describe('/stats/', () => {
  test('counts by the days of the zone that is asked for, else the person’s own, else UTC', async () => {
    const api = await openTestApi();
    const zone = async (query: string, who = 'ann', role: 'user' | 'analyst' = 'user') => {
      const answer = await api.app.request(`/stats/${query}`, { headers: await bearer(who, role) });
      return statsSchema.parse(await answer.json()).time_zone;
    };
    expect(await zone('')).toBe('Asia/Tokyo');
    expect(await zone('?time_zone=Europe/Berlin')).toBe('Europe/Berlin');
    expect(await zone('', 'bo')).toBe('UTC');
    expect(await zone('', 'eve', 'analyst')).toBe('UTC');
    expect(await zone('?user_id=ann', 'eve', 'analyst')).toBe('Asia/Tokyo');
    expect(api.recorded.statisticsQueries.map(({ userId }) => userId)).toEqual(['ann', 'ann', 'bo', undefined, 'ann']);
  });

  test.each(['time_zone=Mars/Base', 'time_zone=%2B01:00', 'since=2020-01-01T00:00:00Z', 'top=101', 'user_id=bo'])(
    '?%s is refused',
    async (query) => {
      const api = await openTestApi();
      const answer = await api.app.request(`/stats/?${query}`, { headers: await bearer('ann', 'user') });
      expect(answer.status).toBe(query.startsWith('user') ? 403 : 400);
    },
  );
});

describe('/stats/daily/', () => {
  test('tells a person their days by both doors', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const rest = dailySchema.parse(await (await api.app.request('/stats/daily/', { headers })).json());
    expect(rest.items).toEqual([{ date: '2026-11-01', activity_counts: { like: 2 }, engagement_score: 0.6 }]);
    const { data } = await api.graphql(
      '{ dailyActivity { timeZone items { date counts { activityType count } engagementScore } } }',
      { headers },
    );
    expect(data?.['dailyActivity']).toEqual({
      timeZone: 'UTC',
      items: [{ date: '2026-11-01', counts: [{ activityType: 'like', count: 2 }], engagementScore: 0.6 }],
    });
  });

  test.each(['from=1969-12-31', 'from=2026-02-30', 'from=2026-01-02&to=2026-01-01', 'from=2024-01-01&to=2026-01-01'])(
    '?%s is refused',
    async (query) => {
      const api = await openTestApi();
      const headers = await bearer('ann', 'user');
      expect((await api.app.request(`/stats/daily/?${query}`, { headers })).status).toBe(400);
      const args = query.replaceAll('=', ': "').replaceAll('&', '", ');
      const { errors } = await api.graphql(`{ dailyActivity(${args}") { position } }`, { headers });
      expect(errors[0]?.extensions['code']).toBe('REQUEST_MALFORMED');
    },
  );
});
