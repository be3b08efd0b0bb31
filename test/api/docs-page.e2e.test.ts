import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DOCS_POLICY, renderDocsPage } from '../../src/api/rest/docs-page.ts';
import { openApiDocument } from '../../src/api/rest/openapi.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { openTestApi, tokenFor } from './fixture.ts';

/** Debian's; CHROMIUM names another. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

test('the page has nothing from elsewhere, and a form for every operation', () => {
  const document = openApiDocument('1.0.0');
  const page = renderDocsPage(document);
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(page.match(/<form /g)).toHaveLength(operations.length);
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(DOCS_POLICY).toContain("connect-src 'self'");
});

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`The page /docs is not tried in a browser: there is no ${CHROMIUM} (CHROMIUM names another).\n`);
}

test.skipIf(!existsSync(CHROMIUM))(
  'a browser runs its script, sends what the form says, and shows the answer',
  async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${server.port}/docs`);
    await page.fill('#token', await tokenFor('ann', 'user'));
    const send = async (operation: string, fields: Readonly<Record<string, string>> = {}): Promise<string> => {
      const form = page.locator(`#${operation}`);
      await form.locator('summary').click();
      for (const [name, value] of Object.entries(fields)) {
        await form.locator(`[name=${name}]`).fill(value);
      }
      await form.locator('button').click();
      const output = form.locator('output');
      await expect.poll(() => output.textContent()).toMatch(/^\S+ \S+\n\d{3}/u);
      return (await output.textContent()) ?? '';
    };
    expect(await send('postActivities')).toMatch(/^POST \/activities\/\n201 Created[\s\S]*"status": "accepted"/u);
    expect(await send('getFeed', { limit: '3' })).toMatch(/^GET \/feed\/\?limit=3\n200 OK[\s\S]*"rank": 1/u);
    expect(await send('putContent')).toMatch(/^PUT \/content\/post%3Aopening\n201 Created/u);
    expect(complaints).toEqual([]);
  },
);

let server: Listening;
let browser: Browser;
beforeAll(async () => {
  server = await listen((await openTestApi()).app, { host: '127.0.0.1', port: 0 });
  if (existsSync(CHROMIUM)) {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }
});
afterAll(async () => {
  await browser?.close();
  await server.close(100);
});
