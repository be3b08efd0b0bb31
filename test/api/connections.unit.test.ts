import { describe, expect, test } from 'vitest';
import { connectionListSchema } from '../../src/api/rest/connections.ts';
import type { Connection, ConnectionsRequest } from '../../src/signals/ties/connections.ts';
import { bearer, NOW, openTestApi } from './fixture.ts';

const bo: Connection = {
  person: { id: 'bo', name: 'Bo' },
  strength: 0.5,
  parts: {
    outgoing: 0.25,
    incoming: 0,
    reciprocity: 0,
    mutual_contacts: 0,
    co_engagement: 0,
    relation: 0.4,
    mutual_connections: 0.05,
  },
  connected: true,
  follows: false,
  circle: 'inner',
  since: NOW,
};

async function open() {
  const asked: ConnectionsRequest[] = [];
  const api = await openTestApi({
    connectionsOf: async (request) => {
      asked.push(request);
      return [bo];
    },
  });
  return { api, asked };
}

describe('the connections of a person', () => {
  test('are answered by REST in the form that OpenAPI describes', async () => {
    const { api, asked } = await open();
    const answer = await api.app.request('/connections/?limit=5', { headers: await bearer('ann', 'user') });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(connectionListSchema.parse(await answer.json()).items).toEqual([
      { ...bo, since: '2026-11-01T12:00:00.000Z' },
    ]);
    expect(asked).toEqual([{ person: 'ann', limit: 5, now: NOW, unveiled: false }]);
  });

  test('are answered by GraphQL with their parts in order', async () => {
    const { api, asked } = await open();
    const query = '{ connections(first: 3) { person { name } strength parts { name value } circle since } }';
    const { data } = await api.graphql(query, { headers: await bearer('ann', 'user') });
    expect(data?.['connections']).toEqual([
      {
        person: { name: 'Bo' },
        strength: 0.5,
        parts: Object.entries(bo.parts).map(([name, value]) => ({ name, value })),
        circle: 'inner',
        since: '2026-11-01T12:00:00.000Z',
      },
    ]);
    expect(asked).toEqual([{ person: 'ann', limit: 3, now: NOW, unveiled: false }]);
  });

  test('are shown whole to those who may read others, and of themselves as to everybody', async () => {
    const { api, asked } = await open();
    const headers = await bearer('max', 'analyst');
    await api.app.request('/connections/?user_id=ann', { headers });
    await api.app.request('/connections/?user_id=max', { headers });
    expect(asked.map(({ person, unveiled }) => [person, unveiled])).toEqual([
      ['ann', true],
      ['max', false],
    ]);
  });

  test.each(['0', '201', 'many'])('are refused for a limit of %s', async (limit) => {
    const { api } = await open();
    const answer = await api.app.request(`/connections/?limit=${limit}`, { headers: await bearer('ann', 'user') });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_MALFORMED' });
  });
});
