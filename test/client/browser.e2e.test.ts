import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { signToken } from '../../src/api/auth.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { type App, type OpenedApi, openApi, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { SECRET } from '../api/fixture.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { bundledClient } from './bundle.ts';
import { blockOf } from './page-blocks.ts';

/** The client, in a real browser, against the real service. */

const postgres = usePostgres();
useGraph();

/** Pages of other origins, of which the service lists the first. */
const elsewhere = [0, 1].map(() =>
  createServer(async (request, response) => {
    const text = await shopPage(String(request.url));
    response.setHeader('content-type', 'text/html').end(text.replace('location.origin', `'${base}'`));
  }),
);
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let dataDir = '';
let app: App;
let api: OpenedApi;
let server: Listening;
let base = '';
let browser: Browser;
let bundle = '';
let page: Page;
let person = '';
let people = 0;
/** What comes meanwhile is answered 503, also after the page that sent it is gone. */
let isAway = false;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-client-'));
  await Promise.all(elsewhere.map((one) => once(one.listen(0, '127.0.0.1'), 'listening')));
  const listed = elsewhere.slice(0, 1).map(originOf).join();
  const config = readConfig({ DATA_DIR: dataDir, AUTH_SECRET: SECRET, CORS_ORIGINS: listed });
  const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
  app = await openApp({ config, addresses, logger: pino({ level: 'silent' }) });
  api = await openApi(app, addresses);
  const away = (): Response => new Response(null, { status: 503 });
  server = await listen(
    { fetch: (...given) => (isAway ? away() : api.handler.fetch(...given)) },
    { host: '127.0.0.1', port: 0 },
  );
  base = `http://127.0.0.1:${server.port}`;
  bundle = await bundledClient('iife');
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  elsewhere.forEach((one) => void one.close());
  await server.close(1_000);
  await api.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  people += 1;
  isAway = false;
  person = `visitor-${people}`;
  await page?.context().close();
  const context = await browser.newContext();
  await context.route(`${base}/shop/**`, async (route) => {
    await route.fulfill({ contentType: 'text/html', body: await shopPage(new URL(route.request().url()).pathname) });
  });
  page = await context.newPage();
});

function chromiumPath(): string {
  const known = [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const found = known.find((file) => file !== undefined && existsSync(file));
  if (found === undefined) {
    throw new Error('There is no Chromium: run "apt-get install chromium", or set CHROMIUM_PATH to one.');
  }
  return found;
}

const tokenOf = (subject: string): Promise<string> =>
  signToken({ subject, role: 'user', ttlSeconds: 3_600, secret: SECRET });

/** A page of the product; what lies under `/shop/post/` shows content. */
async function shopPage(pathname: string): Promise<string> {
  const token = await tokenOf(person);
  const [, id] = /^\/shop\/post\/(\w+)$/u.exec(pathname) ?? [];
  const meta = id === undefined ? '' : `<meta name="activity-content" content="post:${id}">`;
  return `<!doctype html><title>Shop</title>${meta}<body style="margin:0"><div style="height:4000px"></div>
    <script>${bundle}</script>
    <script>
      window.client = activityGraph.createClient({ url: location.origin, token: '${token}', user: '${person}', flushIntervalMs: 300 });
      client.watchPage({ heartbeatMs: 2000 });
    </script>`;
}

interface Row {
  readonly kind: string;
  readonly object: string | null;
  readonly duration_seconds: number | null;
  readonly scroll_depth_percentage: number | null;
}

async function rows(): Promise<readonly Row[]> {
  const { rows } = await app.pool.query<Row>(
    `SELECT kind, object, duration_seconds, scroll_depth_percentage FROM activity_log WHERE actor_id = $1
     ORDER BY effective_at, position`,
    [person],
  );
  return rows;
}

const kinds = async () => (await rows()).map(({ kind }) => kind);
/** Runs in the page, whose globals the tests do not know. */
const inPage = (script: string) => page.evaluate(script);
const like = (id: string) => inPage(`client.track({ activity_type: 'like', content: 'post:${id}' })`);
const leave = () => page.goto('about:blank');

test('a page tells that it was opened, how far it was scrolled and how long it was looked at', async () => {
  await page.goto(`${base}/shop/post/1`);
  await page.mouse.move(50, 50);
  await inPage('scrollTo(0, document.documentElement.scrollHeight)');
  await expect.poll(kinds).toEqual(expect.arrayContaining(['session_start', 'view', 'time_spent', 'scroll_depth']));
  const found = await rows();
  expect(found.find(({ kind }) => kind === 'scroll_depth')).toMatchObject({
    object: 'post:1',
    scroll_depth_percentage: 100,
  });
  const looked = found.find(({ kind }) => kind === 'time_spent');
  expect(looked?.object).toBe('post:1');
  expect(looked?.duration_seconds).toBeGreaterThanOrEqual(2);
  expect(looked?.duration_seconds).toBeLessThan(10);
});

test('the page of docs/client.md tells that it was opened', async () => {
  const context = page.context();
  await context.route(`${base}/seven`, (route) => route.fulfill({ contentType: 'text/html', body: blockOf('html') }));
  await context.route(`${base}/activity-graph.js`, async (route) => {
    await route.fulfill({ contentType: 'text/javascript', body: await bundledClient() });
  });
  await context.route(`${base}/my-token`, async (route) => route.fulfill({ body: await tokenOf(person) }));
  await page.goto(`${base}/seven`);
  await expect.poll(rows).toMatchObject([{ kind: 'session_start' }, { kind: 'view', object: 'post:7' }]);
});

test('what happens just before a page goes arrives', async () => {
  await page.goto(`${base}/shop/post/2`);
  await expect.poll(kinds).toContain('view');
  const seen = await inPage(
    'scrollTo(0, 1000); Math.round(((1000 + innerHeight) / document.documentElement.scrollHeight) * 100)',
  );
  await like('2');
  await leave();
  await expect.poll(kinds).toEqual(expect.arrayContaining(['like', 'scroll_depth']));
  expect(Math.max(...(await rows()).map((row) => row.scroll_depth_percentage ?? 0))).toBe(seen);
});

test('moves within a page are pages: content is viewed, others are opened', async () => {
  await page.goto(`${base}/shop/`);
  await inPage(`history.pushState({}, '', '/shop/basket')`);
  await expect.poll(kinds).toEqual(['session_start', 'page_view', 'page_view']);
  // One session a tab, over several pages.
  await page.goto(`${base}/shop/post/3`);
  await expect.poll(kinds).toEqual(['session_start', 'page_view', 'page_view', 'view']);
});

test('content that a move within the page leads to is viewed, and not what the page showed before', async () => {
  const show = (address: string, content: string | undefined) =>
    inPage(`history.pushState({}, '', '${address}');
      setTimeout(() => {
        document.querySelector('meta[name="activity-content"]')?.remove();
        if (${content !== undefined}) {
          document.head.insertAdjacentHTML('beforeend', '<meta name="activity-content" content="${content}">');
        }
      }, 200)`);
  const opened = async () =>
    (await rows()).flatMap(({ kind, object }) => (['view', 'page_view'].includes(kind) ? [object ?? kind] : []));
  await page.goto(`${base}/shop/post/10`);
  await expect.poll(opened).toEqual(['post:10']);
  await show('/shop/post/11', 'post:11');
  await expect.poll(opened).toEqual(['post:10', 'post:11']);
  await show('/shop/basket', undefined);
  await expect.poll(opened).toEqual(['post:10', 'post:11', 'page_view']);
});

test('a client that was closed says what was left to say, and leaves the page as it was', async () => {
  await page.goto(`${base}/shop/post/12`);
  await expect.poll(kinds).toContain('view');
  const before = await inPage('history.pushState === History.prototype.pushState');
  await inPage('scrollTo(0, 2000); client.close()');
  await expect.poll(kinds).toContain('scroll_depth');
  const said = await kinds();
  expect([before, await inPage('history.pushState === History.prototype.pushState')]).toEqual([false, true]);
  await inPage(`history.pushState({}, '', '/shop/post/13'); scrollTo(0, 4000)`);
  await like('13');
  await leave();
  await page.goto(`${base}/shop/post/14`);
  await expect.poll(async () => (await rows()).at(-1)).toMatchObject({ kind: 'view', object: 'post:14' });
  expect(await kinds()).toEqual([...said, 'view']);
});

test('a page of another origin that is listed sends to the service, and one that is not cannot', async () => {
  // Without routes of the test: where there are any, the browser's own question for permission is not asked.
  const context = await browser.newContext();
  page = await context.newPage();
  const [listed, stranger] = elsewhere.map(originOf);
  const refused = page.waitForEvent('console', (message) => message.text().includes('Access-Control-Allow-Origin'));
  await page.goto(`${stranger}/shop/post/15`);
  expect((await refused).text()).toContain('blocked by CORS policy');
  await page.goto(`${listed}/shop/post/16`);
  await like('16');
  await expect.poll(kinds).toEqual(expect.arrayContaining(['view', 'like']));
  expect((await rows()).map(({ object }) => object)).not.toContain('post:15');
});

test('an activity whose answer was lost is sent again and counts once', async () => {
  let lost = 0;
  await page.route(`${base}/activities/`, async (route) => {
    if (lost < 2) {
      lost += 1;
      await route.fetch();
      await route.fulfill({ status: 503 });
    } else {
      await route.continue();
    }
  });
  await page.goto(`${base}/shop/post/4`);
  await like('4');
  await expect.poll(() => lost).toBe(2);
  await expect
    .poll(async () => (await inPage('localStorage.length')) === 0 && (await kinds()).includes('like'))
    .toBe(true);
  expect((await kinds()).filter((kind) => kind === 'like')).toEqual(['like']);
});

test('what one person left unsent is not sent as what the next one at the same browser did', async () => {
  const first = person;
  isAway = true;
  await page.goto(`${base}/shop/post/8`);
  await like('8');
  await leave();
  isAway = false;
  person = `${first}-guest`;
  await page.goto(`${base}/shop/post/9`);
  await expect.poll(kinds).toContain('view');
  expect(await kinds()).not.toContain('like');
  person = first;
  await page.goto(`${base}/shop/post/9`);
  await expect.poll(kinds).toContain('like');
});

test('what could not be sent before the page went is sent by the next one', async () => {
  isAway = true;
  await page.goto(`${base}/shop/post/5`);
  await like('5');
  await leave();
  expect(await kinds()).toEqual([]);
  isAway = false;
  await page.goto(`${base}/shop/post/6`);
  await expect.poll(kinds).toEqual(expect.arrayContaining(['like', 'view', 'view']));
});
