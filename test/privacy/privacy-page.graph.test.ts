import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NOW } from '../api/fixture.ts';
import { useApi } from '../support/opened-api.ts';
import { searchEverything } from './search-everything.ts';

const opened = useApi();
const PAGE = new URL('../../docs/privacy.md', import.meta.url);

const ID = 'person-7f0c93';
const NAME = 'Zenobia Quill';

interface Example {
  readonly who: string;
  readonly role: 'user' | 'service';
  readonly request: string;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: string;
}

/** The requests of the page: `http` blocks, each followed by the block with its answer. */
async function examplesOf(page: string): Promise<readonly Example[]> {
  const blocks = [
    ...page.matchAll(/```http\n# as (\S+), role (\S+)\n(.+)\n(?:\n([^`]*))?```\n+`(\d+)`\n+```\w+\n([^`]*)```/gu),
  ];
  return blocks.map(([, who = '', role, request = '', body, status, answer = '']) => ({
    who,
    role: role as Example['role'],
    request,
    ...(body === undefined ? {} : { body: JSON.parse(body) as unknown }),
    status: Number(status),
    answer: answer.trim(),
  }));
}

/** Ids and times differ from run to run. */
function alike(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu, '…')
    .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.+Z]*/gu, '…');
}

describe('docs/privacy.md', () => {
  it('shows what the doors answer', async () => {
    await opened.ask('shop', 'service', `PUT /users/${ID}`, { name: NAME, emails: ['zenobia@example.org'] });
    await opened.ask(ID, 'user', 'POST /activities/', [
      { activity_type: 'create', content: 'post:z1', title: 'Hello', occurred_at: new Date(NOW - 1_000).toISOString() },
    ]);
    const liked = { activity_type: 'like', content: 'post:z1', occurred_at: new Date(NOW - 500).toISOString() };
    const { json } = await opened.ask('ann', 'user', 'POST /activities/', [liked]);
    await opened.reach(json.results[0].position);
    await opened.ask(ID, 'user', 'GET /feed/');
    await opened.ask(ID, 'user', 'PUT /feed/settings/', { muted_tags: ['chess'] });
    const examples = await examplesOf(await readFile(PAGE, 'utf8'));
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const { who, role, request, body, status, answer } of examples) {
      const { json: given, status: is } = await opened.ask(who, role, request, body);
      const text = typeof given === 'string' ? given.trim() : JSON.stringify(given, null, 2);
      expect([request, is]).toEqual([request, status]);
      // Of the export the page shows some lines.
      const lines = answer.split('\n').filter((line) => !line.startsWith('…'));
      for (const line of lines) {
        expect(alike(text), request).toContain(alike(line));
      }
    }
  }, 120_000);

  it('and afterwards nothing is found, although the person still had a token', async () => {
    const { app, ask } = opened;
    for (const request of ['GET /feed/', 'GET /feed/settings/', 'GET /profile/', `GET /users/${ID}/export`]) {
      expect([request, (await ask(ID, 'user', request)).status]).toEqual([request, 410]);
    }
    expect(await searchEverything(app, [ID, NAME, 'zenobia@example.org', 'post:z1'])).toEqual([]);
  });

  it('what is done while the erasure runs does not survive it', async () => {
    const { app, ask } = opened;
    const busy = 'person-busy-11';
    const acts = Array.from({ length: 60 }, (_, index) => ({
      user_id: index % 2 === 0 ? busy : 'ann',
      activity_type: index % 2 === 0 ? 'view' : 'mention',
      ...(index % 2 === 0 ? { content: `post:${index}` } : { target_user_id: busy }),
    }));
    await ask('shop', 'service', 'POST /activities/', acts.slice(0, 20));
    const erasing = ask('shop', 'service', `DELETE /users/${busy}`);
    const during = await Promise.all(acts.slice(20).map((act) => ask('shop', 'service', 'POST /activities/', [act])));
    expect((await erasing).json.status).toBe('done');
    expect(during.every(({ status }) => status < 500)).toBe(true);
    await opened.reach(await app.log.head());
    expect(await searchEverything(app, [busy])).toEqual([]);
    const late = await ask('shop', 'service', 'POST /activities/', [{ user_id: busy, activity_type: 'login' }]);
    expect(late.json.results[0].error.code).toBe('ACTIVITY_ERASED');
  }, 120_000);
});
