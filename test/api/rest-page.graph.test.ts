import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Role } from '../../src/api/auth.ts';
import { HOUR_MS } from '../../src/core/clock.ts';
import { useApi } from '../support/opened-api.ts';

const FILE = new URL('../../docs/rest.md', import.meta.url);
const opened = useApi();

it('docs/rest.md shows what the service answers; UPDATE_DOCS=1 writes it anew', async () => {
  const text = await page();
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(FILE, text);
  }
  expect(await readFile(FILE, 'utf8')).toBe(text);
}, 60_000);

/** Sends a request, a second after the one before, and shows it with its answer, of which `show` may pick. */
async function shown(
  [who, role]: readonly [string, Role],
  request: string,
  body?: unknown,
  show: (json: never) => unknown = (json) => json,
): Promise<string> {
  opened.now += 1_000;
  const { status, json } = await opened.ask(who, role, request, body);
  const sent = [request, ...(body === undefined ? [] : ['', pretty(body)])].join('\n');
  return ['```http', sent, '```', '', `${status}:`, '', '```json', pretty(show(json as never)), '```'].join('\n');
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
const ANN = ['ann', 'user'] as const;
const SHOP = ['shop', 'service'] as const;

async function page(): Promise<string> {
  const content = await shown(SHOP, 'PUT /content/post%3Aopening', {
    author: 'flo',
    title: 'An opening',
    hashtags: ['Chess'],
    created_at: new Date(opened.now - 48 * HOUR_MS).toISOString(),
  });
  const contents = await shown(SHOP, 'PUT /content/', [
    { content: 'product:chair', title: 'A chair' },
    { content: 'post:opening', title: 'An opening' },
    { content: 'chair' },
  ]);
  const read = await shown(ANN, 'GET /content/post%3Aopening');
  const person = await shown(SHOP, 'PUT /users/ann', {
    name: 'Ann Archer',
    time_zone: 'Asia/Tokyo',
    traits: { plan: 'pro' },
  });
  const personRead = await shown(ANN, 'GET /users/ann');
  const like = { id: 'click-1', activity_type: 'like', content: 'post:opening' };
  const single = await shown(ANN, 'POST /activities/', like);
  const again = await shown(ANN, 'POST /activities/', like);
  const conflict = await shown(ANN, 'POST /activities/', { ...like, content: 'post:other' });
  const batch = await shown(ANN, 'POST /activities/', [
    {
      id: 'click-2',
      activity_type: 'view',
      content: 'post:opening',
      duration_seconds: 90,
      scroll_depth_percentage: 50,
    },
    { id: 'click-3', activity_type: 'view' },
  ]);
  const list = await shown(ANN, 'GET /activities/?activity_type=like&limit=1');
  const recent = await shown(ANN, 'GET /activities/recent/?hours=1', undefined, kinds);
  const stats = await shown(ANN, 'GET /stats/');
  const daily = await shown(ANN, 'GET /stats/daily/');
  const engagement = await shown(ANN, 'GET /engagement/');
  // It may be done by the time that it is answered.
  const recalculate = await shown(SHOP, 'POST /engagement/recalculate/', undefined, begun);
  await expect
    .poll(async () => (await opened.ask(...SHOP, 'GET /engagement/recalculate/1')).json.status)
    .toBe('succeeded');
  const recalculated = await shown(SHOP, 'GET /engagement/recalculate/1', undefined, ({ status, result }: Run) => ({
    status,
    result,
  }));
  const removed = await shown(SHOP, 'DELETE /content/post%3Aopening');
  const gone = await shown(ANN, 'GET /content/post%3Aopening');
  return `# REST

Every request and answer on this page went through the service: \`UPDATE_DOCS=1 npx vitest run test/api/rest-page\` writes
it anew. \`/openapi.json\` describes everything (OpenAPI 3.1), and on \`/docs\` each operation can be tried in the browser.
Errors are \`application/problem+json\` with a code, a sentence and a remedy: [all of them](errors.md).

Every request needs \`Authorization: Bearer …\`, but for \`/docs\`, \`/openapi.json\`, \`/health/live\` and \`/health/ready\`; \`/v1/*\` takes a
[write key](segment.md). A token of role \`user\` reads and writes what is its own subject's;
\`service\` and \`admin\` act for anybody, \`analyst\` reads everybody's. Paths work with and without the last slash.

## Activities

An activity is answered after it is kept for good. Its \`id\` makes it safe to send it again:

${single}

${again}

The same id with other content is refused, now and for ever:

${conflict}

Up to 2,500 in an array; a bad one does not harm the others. \`position\` may be given to \`GET /feed/\` as
\`after_position\`, to wait for the graph to have it. Bodies may be packed by gzip; what counts is what they hold: 8 MB.

${batch}

\`GET /activities/\` lists what was received, newest first, narrowed by \`user_id\`, \`activity_type\`, \`table\` (an audit
table), \`content\`, \`since\` and \`until\`; \`next\` is the \`cursor\` of the next page, and the Link header names it.

${list}

\`GET /activities/recent/\` is of what *happened* in the last hours (24 unless it is said), the latest first, whatever
arrived meanwhile of older times. Of each only some fields are shown here:

${recent}

## Statistics

By type, day, audit table, and the content that was engaged with most. Days are those of \`time_zone\`, else of the
person's own zone, else UTC.

${stats}

Day by day, by the calendar where the person is, what they did and what engagement that showed (the table
\`activity_aggregation\`). It follows the log: what arrives late is added to its own day, and what is taken back is taken out of
the engagement of the day on which it was done. \`position\` says how far: whoever moved to another zone, and what came after
that, waits for the job \`activity-aggregation\`, every five minutes. One person is asked for, at most 366 days.

${daily}

## Engagement

How engaged people are: the engagement of each activity (view .1, like .3 … plus .1 a minute and up to .2 for scrolling)
fades by half every 6.93 days and counts for 90 days. The score is the sum of its parts; what is taken back is taken out.
Ann's view is worth .1 + 1.5 · .1 + .5 · .2 = .35. Services and analysts get everybody's, the most engaged first.

${engagement}

Scores follow the log by themselves. Service and admin may have them added up anew, beside what is read meanwhile:

${recalculate}

${recalculated}

\`differences\` is how many days of people came out other than by following the log.

## The catalogue

For products that keep their catalogue elsewhere. What is new is recorded as \`create\`, what differs as \`update\`, and
nothing where nothing differs; what is not named stays as it is, what is \`null\` is taken away (\`clears\` of the \`update\`). Who made content may put it, service and admin any.

${content}

Up to 1,000 at once. Content that nobody is named for has no author:

${contents}

${read}

\`DELETE\`, or \`"visibility": "private"\`, takes it out of every feed at once, also of pages that were ranked before:

${removed}

${gone}

People say who they are themselves, or the product says it for them; \`PUT /users/\` takes many. A field that is not given stays as it is, one that is \`null\` is taken away.

${person}

${personRead}

With \`"hide_from_social_proof": true\` a person is neither named nor counted where others are shown who liked something.

## Limits

\`RATE_LIMIT_PER_MINUTE\` bounds the requests of one person; in GraphQL each root field is one, and a batch is one. By
address it bounds requests without a valid token, and the pages that are for anybody; behind proxies \`TRUST_PROXY\` says
whose word on the address counts. More are answered 429 \`RATE_LIMITED\` with \`Retry-After\`; a token that is refused is
answered 401 until then, and why it is refused stands in the 429 too. Unset, nobody is limited; tokens of role service
and admin never are. With \`RATE_LIMIT_STORE=postgres\` several processes count together.

Pages of other origins may call from a browser when \`CORS_ORIGINS\` lists them. 503 comes with \`Retry-After\` too: the same activities may
be sent again, with the same ids. Paths and headers may have 16 kB together, and a request must be complete in a minute.
`;
}

interface Run {
  readonly status: string;
  readonly result: unknown;
}

function begun({ run, status_url, started_at }: Readonly<Record<string, unknown>>): unknown {
  return { run, status_url, started_at };
}

interface Recent {
  readonly since: string;
  readonly items: readonly { readonly activity_type: string; readonly content: string; readonly occurred_at: string }[];
}

function kinds({ since, items }: Recent): unknown {
  return {
    since,
    items: items.map(({ activity_type, content, occurred_at }) => ({ activity_type, content, occurred_at })),
  };
}
