import { beforeEach, describe, expect, it } from 'vitest';
import { feedMetricsListSchema } from '../../src/api/rest/feed-metrics.ts';
import { bearer, NOW, openTestApi, type TestApi } from './fixture.ts';

const DAY_MS = 86_400_000;
let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});

const get = async (query: string) =>
  api.app.request(`/feed/metrics/${query}`, { headers: await bearer('me', 'analyst') });

describe('the figures of feed algorithms by REST', () => {
  it('are of the last seven days by day, unless something else is asked for', async () => {
    const answer = await get('');
    expect(answer.status).toBe(200);
    expect(feedMetricsListSchema.parse(await answer.json()).items).toMatchObject([
      { algorithm: 'graph_v2', served: 4 },
    ]);
    // NOW is at noon: the first day is a whole one.
    expect(api.recorded.metricsQueries).toEqual([
      { algorithm: undefined, since: NOW - 7.5 * DAY_MS, until: NOW, by: 'DAY' },
    ]);
  });

  it('are asked for by algorithm, time and rank', async () => {
    await get('?algorithm=graph_v2&since=2026-10-01T00:00:00Z&until=2026-10-02T00:00:00Z&by=rank');
    expect(api.recorded.metricsQueries).toEqual([
      { algorithm: 'graph_v2', since: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 2), by: 'RANK' },
    ]);
  });

  it.each([
    ['times the wrong way round', '?since=2026-10-02T00:00:00Z&until=2026-10-01T00:00:00Z'],
    ['hours of two months', '?since=2026-08-01T00:00:00Z&until=2026-10-01T00:00:00Z&by=hour'],
    ['figures by something else', '?by=person'],
  ])('are refused for %s', async (_, query) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_MALFORMED' });
  });
});

describe('the figures of feed algorithms by GraphQL', () => {
  it('are those of REST', async () => {
    const headers = await bearer('me', 'admin');
    const query =
      '{ feedMetrics(algorithm: "graph_v2", by: HOUR) { algorithm startsAt rank clickThroughRate typeEntropy } }';
    const { data, errors } = await api.graphql(query, { headers });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      feedMetrics: [
        {
          algorithm: 'graph_v2',
          startsAt: new Date(NOW).toISOString(),
          rank: null,
          clickThroughRate: 0.5,
          typeEntropy: 1.5,
        },
      ],
    });
    expect(api.recorded.metricsQueries).toMatchObject([{ algorithm: 'graph_v2', by: 'HOUR' }]);
  });
});
