import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { bearer, openTestApi } from '../api/fixture.ts';
import { bundled } from './bundle.ts';
import { blockOf } from './page-blocks.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

it('docs/client.md: what Node does there becomes what stands there', async () => {
  const api = await openTestApi();
  vi.stubEnv('TOKEN', (await bearer('ann', 'user')).authorization.replace('Bearer ', ''));
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => api.app.request(new URL(url).pathname, init));
  const code = await bundled(blockOf('js'));
  await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const found = api.recorded.submissions.map(({ activity: { kind, object } }) => ({ kind: kind.name, object }));
  expect(found).toEqual(JSON.parse(blockOf('json')));
});

it('package.json offers the client under the name that docs/client.md uses', () => {
  const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(exports['./client']).toEqual({ types: './dist/client/client.d.ts', default: './dist/client/client.js' });
});
