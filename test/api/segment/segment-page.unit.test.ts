import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  COMMUNITIES,
  DONE_TO_COMMUNITIES,
  DONE_TO_CONTENT,
  DONE_TO_PEOPLE,
  PEOPLE,
  PUBLISHED,
} from '../../../src/api/segment/events.ts';
import { openTestApi, type TestApi, WRITE_KEY } from '../fixture.ts';

const FILE = new URL('../../../docs/segment.md', import.meta.url);

it('docs/segment.md shows what the service answers; UPDATE_DOCS=1 writes it anew', async () => {
  const text = await page(await openTestApi());
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(FILE, text);
  }
  expect(await readFile(FILE, 'utf8')).toBe(text);
});

/** Sends a request with the write key and shows it with its answer. */
async function shown(api: TestApi, path: string, body: unknown): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${WRITE_KEY.key}:`).toString('base64')}`;
  const answer = await api.post(path, body, { authorization });
  const request = [`POST ${path}`, `Authorization: ${authorization}`, '', pretty(body)].join('\n');
  return ['```http', request, '```', '', `${answer.status}:`, '', '```json', pretty(await answer.json()), '```'].join(
    '\n',
  );
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** The kinds that a send becomes in the log. */
const kindsOf = (api: TestApi, from: number): string =>
  api.recorded.submissions
    .slice(from)
    .map(({ activity }) => `\`${activity.kind.name}\``)
    .join(', ');

function verbs(words: Readonly<Record<string, string>>): string {
  const kinds = [...new Set(Object.values(words))];
  const saying = (kind: string) => Object.keys(words).filter((word) => words[word] === kind);
  return kinds.map((kind) => `${saying(kind).join(', ')} → \`${kind}\``).join('; ');
}

function published(): string {
  const rows = Object.entries(PUBLISHED).map(
    ([event, { activity_type: kind, content_type: type, content_id: ids }]) => {
      const content = type === undefined ? '' : `\`${type}:\` and ${(ids ?? []).map((id) => `\`${id}\``).join(' or ')}`;
      return `| ${event.replaceAll('_', ' ')} | \`${kind}\` | ${content} |`;
    },
  );
  return ['| event | kind | content |', '|---|---|---|', ...rows].join('\n');
}

async function page(api: TestApi): Promise<string> {
  const track = await shown(api, '/v1/track', {
    messageId: 'm-1',
    userId: 'ann',
    event: 'Post Liked',
    properties: { post_id: 7 },
    timestamp: '2026-11-01T12:10:00.000Z',
    sentAt: '2026-11-01T12:10:30.000Z',
  });
  const identify = await shown(api, '/v1/identify', {
    messageId: 'm-2',
    userId: 'ann',
    traits: { name: 'Ann', email: 'ann@example.org', timezone: 'Europe/Rome', plan: 'gold' },
  });
  const before = api.recorded.submissions.length;
  const group = await shown(api, '/v1/group', {
    messageId: 'm-3',
    userId: 'ann',
    groupId: 'chess',
    traits: { name: 'Chess club' },
  });
  const groupKinds = kindsOf(api, before);
  const alias = await shown(api, '/v1/alias', { messageId: 'm-7', previousId: 'visitor-1', userId: 'ann' });
  const batch = await shown(api, '/v1/batch', {
    batch: [
      { type: 'page', messageId: 'm-4', anonymousId: 'visitor-1', name: 'Home', properties: { path: '/' } },
      { type: 'track', messageId: 'm-5', userId: 'ann', event: 'Moon Landed', properties: { crew: 3 } },
      { type: 'track', messageId: 'm-6', event: 'Post Liked', properties: { post_id: 7 } },
    ],
    sentAt: '2026-11-01T12:00:00.000Z',
  });
  const again = await shown(api, '/v1/track', {
    messageId: 'm-1',
    userId: 'ann',
    event: 'Post Saved',
    properties: { post_id: 7 },
  });
  return `# Segment-compatible SDKs

SDKs of Segment and RudderStack send here unchanged. \`test/api/segment\` runs the official ones for Node, lost answers and retries included,
and makes this page: every answer on it is one of the service (\`UPDATE_DOCS=1 npx vitest run test/api/segment\`).

## Set up

Give each source of messages a name and a key, and start the service with them:

\`\`\`sh
WRITE_KEYS=shop=${WRITE_KEY.key},app=another-key-of-16 npm start
\`\`\`

\`\`\`ts
import { Analytics } from '@segment/analytics-node';
const analytics = new Analytics({ writeKey: '${WRITE_KEY.key}', host: 'http://localhost:4000' });

import RudderAnalytics from '@rudderstack/rudder-sdk-node';
const client = new RudderAnalytics('${WRITE_KEY.key}', { dataPlaneUrl: 'http://localhost:4000' });
\`\`\`

A write key is the user name of HTTP Basic, or a bearer token. It opens \`/v1/…\` and nothing else; there its source acts as a service, for
whatever person a message names. **It belongs on servers**: whoever has it can speak for everybody. In a browser use the
[client](client.md) with a person's own token. Tokens work too: a service's for everybody, a person's for that person; SDKs that know no other way may
send one as the write key.

## One call

${track}

The id of the activity is \`messageId\`, within its source: sent again, it changes nothing. When it happened is
\`receivedAt − (sentAt − timestamp)\`, which takes out by how much the sender's clock is wrong; \`position\` may be given to \`GET /feed/\` as \`after_position\`.

## What calls mean

| call | becomes |
|---|---|
| \`track\` | the kind that its event means, see below |
| \`page\`, \`screen\` | \`view\`, where its properties name content (\`content: "article:9"\`, or \`content_type\` and \`content_id\`); \`page_view\` where not |
| \`identify\` | \`profile_update\`: \`name\` (or \`firstName\` and \`lastName\`), \`email\` and \`timezone\` describe the person, all traits are kept |
| \`alias\` | \`alias\`: \`previousId\` and \`userId\` are one person from now on, see below |
| \`group\` | \`join\` of the community \`groupId\`; with a \`name\` among its traits an \`update\` of the community too |

Who did it is \`userId\`, or else \`anonymousId\`.

${identify}

${group}

In the log: ${groupKinds}.

## Two ids of one person

${alias}

Everything that the old id did counts for the new one: what fades is added edge by edge, of each fact (a like, a membership, a block) the later
word stands, and what both liked is one like. Whatever is said of the old id afterwards is written as said of the new one. An old id can become one person only, and
only a service says so, never a person's own token. \`identify\` with both ids does not join them.

## What events mean

Names are read without regard to case and spaces: \`Post Liked\`, \`postLiked\` and \`post_liked\` are one. A name is looked up in this order:

1. The file that \`SEGMENT_EVENTS\` names.
2. Events that Segment publishes (below).
3. The [kinds of activities](activity-kinds.md) and their aliases: \`time_spent\`, \`connection_request\`, \`question_viewed\` …
4. A noun and what was done to it: \`Post Liked\`, \`Recipe Saved\`, \`User Followed\`. The noun is the type of the content.
   - content: ${verbs(DONE_TO_CONTENT)}
   - people (${[...PEOPLE].join(', ')}): ${verbs(DONE_TO_PEOPLE)}
   - communities (${[...COMMUNITIES].join(', ')}): ${verbs(DONE_TO_COMMUNITIES)}

What it was done to is in the properties, in snake or camel case: \`content\` as \`type:id\`, or \`<type>_id\`, \`content_id\` or \`id\`; for people \`<noun>_id\`, \`id\` or
\`target_user_id\`. Beside these: \`duration\` (seconds), \`scroll_depth\` or \`percent\`, \`position\`, \`title\` or \`name\`, \`url\`, \`tags\`,
\`community_id\` or \`group_id\`, \`session_id\`, \`author_id\`, \`visibility\`, \`reply_to\`, \`circle\`, \`activity_id\`. All properties are kept.

Any other event is kept as \`user_activity\`, its name as the description. So is a known one that lacks what its kind needs; then
\`not_mapped\` in its metadata says what that is.

A file of your own rules:

\`\`\`json
{
  "Dish Cooked": { "activity_type": "like", "content_type": "recipe", "content_id": ["dish"] },
  "Contact Added": { "activity_type": "follow", "target_user_id": ["contact"] }
}
\`\`\`

${published()}

## Batches

${batch}

One bad message does not harm the rest, and the answer is 200: an SDK would send the whole batch again, or drop it. Limits are those of the Segment API:
32 kB a message, 500 kB (unpacked) and 2,500 messages a batch. While the log cannot be written the answer is 503 with \`Retry-After\`,
and SDKs send the same again.

The same id with other content is refused; the first wins:

${again}
`;
}
