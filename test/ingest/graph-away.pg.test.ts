import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { readinessSchema } from '../../src/api/rest/answers.ts';
import { listen } from '../../src/api/serve.ts';
import { openApi, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { usePostgres } from '../support/stores.ts';

const postgres = usePostgres();

it('Law 1: while Neo4j is away the service starts and accepts activities', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-away-'));
  const addresses = {
    databaseUrl: postgres.url,
    neo4j: { uri: 'bolt://127.0.0.1:1', user: 'neo4j', password: 'none' },
  };
  const config = readConfig({ DATA_DIR: dataDir });
  const app = await openApp({ config, addresses, logger: pino({ level: 'silent' }) });
  const api = await openApi(app, addresses);
  const server = await listen(api.handler, { host: '127.0.0.1', port: 0 });
  try {
    app.projector.start();
    const raw = { user_id: 'ann', activity_type: 'like', content: 'post:p1' };
    const activity = parseActivity(raw, { subject: 'ann', source: 'test', trusted: true });
    expect(await app.log.append([{ activity, trusted: true }])).toMatchObject([{ status: 'accepted', position: 1 }]);
    await vi.waitFor(() => expect(app.projector.state().status).toBe('graph-away'), { timeout: 20_000 });
    const ready = await fetch(`http://127.0.0.1:${server.port}/health/ready`);
    expect(ready.status).toBe(200);
    expect(readinessSchema.parse(await ready.json())).toMatchObject({
      status: 'degraded',
      postgres: 'up',
      neo4j: 'down',
      projector: { head: 1, lag: 1, status: 'graph-away' },
    });
  } finally {
    await server.close(100);
    await api.close();
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
