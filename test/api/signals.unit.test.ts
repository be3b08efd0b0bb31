import { describe, expect, test } from 'vitest';
import { commentListSchema } from '../../src/api/rest/comments.ts';
import { engagementReportSchema } from '../../src/api/rest/engagement-report.ts';
import { trendingTagsSchema } from '../../src/api/rest/trending.ts';
import type { CommentsRequest } from '../../src/feed/comments/comments.ts';
import { bearer, openTestApi } from './fixture.ts';

describe('trending tags', () => {
  test('are answered by REST and GraphQL, for the caller', async () => {
    const asked: unknown[] = [];
    const tag = { tag: 'chess', people: 6, observed: 3, expected: 1.5, burst: 1.5 };
    const api = await openTestApi({
      trendingTags: async (person, limit) => {
        asked.push([person, limit]);
        return [tag];
      },
    });
    const headers = await bearer('ann', 'user');
    const rest = await api.app.request('/trending/tags/?limit=7', { headers });
    expect(trendingTagsSchema.parse(await rest.json())).toEqual({ items: [tag] });
    const { data } = await api.graphql('{ trendingTags { tag people observed expected burst } }', { headers });
    expect(data).toEqual({ trendingTags: [tag] });
    expect(asked).toEqual([
      ['ann', 7],
      ['ann', 20],
    ]);
  });
});

describe('comments', () => {
  test('come in pages whose cursor is good for this content and this reader only', async () => {
    const asked: CommentsRequest[] = [];
    const api = await openTestApi();
    const spied = await openTestApi({
      rankedComments: async (request) => {
        asked.push(request);
        return { items: [], next: null };
      },
    });
    const headers = await bearer('ann', 'user');
    const answer = await api.app.request('/comments/?content=post:p1&limit=1', { headers });
    const { items, next } = commentListSchema.parse(await answer.json());
    expect(items[0]?.parts).toEqual({ engagement: 0.5, media: 0.125, recency: 0.125 });
    expect(answer.headers.get('link')).toContain('rel="next"');
    const walk = async (query: string, who: string): Promise<number> =>
      (await spied.app.request(`/comments/?${query}&cursor=${next}`, { headers: await bearer(who, 'user') })).status;
    expect(await walk('content=post:p1', 'ann')).toBe(200);
    expect(await walk('content=post:p2', 'ann')).toBe(400);
    expect(await walk('content=post:p1', 'bo')).toBe(400);
    expect(asked).toEqual([{ viewer: 'ann', content: 'post:p1', limit: 20, after: 1 }]);
  });

  test('are answered by GraphQL with their parts in order', async () => {
    const api = await openTestApi();
    const query = '{ comments(content: "post:p1") { items { content createdAt parts { name value } media } next } }';
    const { data } = await api.graphql(query, { headers: await bearer('ann', 'user') });
    expect(data?.['comments']).toMatchObject({
      items: [
        {
          content: 'comment:k1',
          createdAt: '2026-11-01T12:00:00.000Z',
          parts: [
            { name: 'engagement', value: 0.5 },
            { name: 'media', value: 0.125 },
            { name: 'recency', value: 0.125 },
          ],
          media: ['image:i1'],
        },
      ],
      next: expect.any(String),
    });
  });

  test.each(['', 'content=post', 'content=post:p1&limit=0', 'content=post:p1&cursor=x'])(
    '?%s is answered 400',
    async (query) => {
      const api = await openTestApi();
      expect((await api.app.request(`/comments/?${query}`, { headers: await bearer('ann', 'user') })).status).toBe(400);
    },
  );
});

describe('the engagement report', () => {
  test('is of the last seven days unless a time is given, by REST and GraphQL', async () => {
    const api = await openTestApi();
    const headers = await bearer('eve', 'analyst');
    const rest = engagementReportSchema.parse(await (await api.app.request('/stats/content/', { headers })).json());
    expect(rest.since).toBe('2026-10-25T12:00:00.000Z');
    expect(rest.items).toEqual([
      {
        content: 'post:p1',
        title: 'One',
        interaction_count: 3,
        avg_time_spent: 7 * 86_400,
        avg_scroll_depth: null,
        engagement_score: 11,
      },
    ]);
    const query = `{ engagementReport(since: "2026-10-31T12:00:00Z", first: 5) {
      content interactionCount avgTimeSpent avgScrollDepth engagementScore } }`;
    expect((await api.graphql(query, { headers })).data).toEqual({
      engagementReport: [
        {
          content: 'post:p1',
          interactionCount: 3,
          avgTimeSpent: 86_400,
          avgScrollDepth: null,
          engagementScore: 11,
        },
      ],
    });
  });

  test.each(['since=2026-09-01T00:00:00Z', 'since=2026-11-02T00:00:00Z', 'limit=0'])(
    '?%s is answered 400',
    async (query) => {
      const api = await openTestApi();
      expect(
        (await api.app.request(`/stats/content/?${query}`, { headers: await bearer('eve', 'admin') })).status,
      ).toBe(400);
    },
  );
});
