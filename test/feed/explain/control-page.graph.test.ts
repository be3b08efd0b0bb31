import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { createExplainItem } from '../../../src/feed/explain/explain-item.ts';
import { createFeed } from '../../../src/feed/feed.ts';
import { createFeedControl } from '../../../src/feed/settings/control.ts';
import { bearer, openTestApi, type TestApi } from '../../api/fixture.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { HISTORY, openWorld, type World } from '../../support/world.ts';

const FILE = new URL('../../../docs/feed-control.md', import.meta.url);

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase('control-page');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY, {
    by: 'gus',
    does: 'create',
    to: 'post:old',
    hoursAgo: 3_000,
    more: { title: 'Long ago', hashtags: ['go'] },
  });
  const session = world.graph.driver.session();
  await session.run(
    `MATCH (a:Content {id: 'post:opening'}), (b:Content {id: 'article:endgames'})
     MERGE (a)-[s:SIMILAR_TO {model: 'cosine'}]->(b) SET s.score = 0.9, s.computedAt = $now`,
    { now: world.clock.now() },
  );
  await session.close();
  const shared = {
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position: number) => world.position() >= position,
    headOf: (person: string) => world.log.headOf(person),
    clock: world.clock,
    ranking: DEFAULT_RANKING,
    cursorSecret: 'a secret of at least thirty-two characters',
  };
  const feed = createFeed({ ...shared, projectionPosition: world.position });
  api = await openTestApi({
    feedPage: feed.page,
    feedControl: createFeedControl(shared),
    explainItem: createExplainItem({ ...shared, page: feed.page, consider: feed.consider }),
  });
});
afterAll(async () => {
  await world.close();
  await dropDatabase(database.name);
});

/** Sends a request as Ann and shows it with its answer, of which `show` may pick. */
async function shown(
  method: string,
  path: string,
  { body, show = (answer) => answer }: { readonly body?: unknown; readonly show?: (answer: never) => unknown } = {},
): Promise<string> {
  world.clock.advance(1);
  const headers = { 'content-type': 'application/json', ...(await bearer('ann', 'user')) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await api.app.request(path, { method, headers, ...sent });
  const json = show((await answer.json()) as never);
  const request = [`${method} ${path}`, ...(body === undefined ? [] : ['', pretty(body)])].join('\n');
  return ['```http', request, '```', '', '```json', pretty(json), '```'].join('\n');
}

/** Numbers to four digits, for reading; lists of plain values on one line. */
function pretty(value: unknown): string {
  const short = (_key: string, one: unknown) =>
    typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(4)) : one;
  return JSON.stringify(value, short, 2).replaceAll(
    /\[\s+((?:"[^"]*"|[\d.]+)(?:,\s+(?:"[^"]*"|[\d.]+))*)\s+\]/g,
    (_match, inside: string) => `[${inside.replaceAll(/,\s+/g, ', ')}]`,
  );
}

async function page(): Promise<string> {
  const settings = await shown('PUT', '/feed/settings/', {
    body: {
      weights: { people: 1.2, new: 0.5 },
      off: ['exploration', 'new', 'popular'],
      muted_words: ['castle'],
      interests: { jazz: 2 },
    },
    show: ({ revision, sliders, heuristics, muted_words, interests, social_proof }: SettingsAnswer) => ({
      revision,
      sliders: sliders.filter(({ factor }) => factor !== 1),
      heuristics: heuristics.filter(({ on }) => !on),
      muted_words,
      interests,
      social_proof,
    }),
  });
  const unknown = await shown('PUT', '/feed/settings/', { body: { weights: { poeple: 2 } } });
  await shown('GET', '/feed/?algorithm=graph_v2');
  const endgames = await shown('GET', '/feed/article%3Aendgames/explanation?algorithm=graph_v2');
  const bo = await shown('GET', '/feed/post%3Abo2/explanation?algorithm=graph_v2', {
    show: ({ status, summary, item }: ExplanationAnswer) => ({ status, summary, item: { path: item.path } }),
  });
  const graphql = await shown('POST', '/graphql', {
    body: {
      query:
        '{ feedItemExplanation(content: "article:endgames") { status item { rank counterfactual { rank says } } } }',
    },
  });
  await world.happens({ by: 'ann', does: 'hide', to: 'post:bo1' });
  const why = ({ status, summary, ruled_out }: ExplanationAnswer) => ({ status, summary, ruled_out });
  const hidden = await shown('GET', '/feed/post%3Abo1/explanation', { show: why });
  const castle = await shown('GET', '/feed/question%3Arook/explanation', { show: why });
  const old = await shown('GET', '/feed/post%3Aold/explanation', {
    show: ({ status, summary, not_found, would_rank }: ExplanationAnswer) => ({
      status,
      summary,
      would_rank,
      not_found,
    }),
  });
  const nothing = await shown('GET', '/feed/post%3Anone/explanation', {
    show: ({ status, summary }: ExplanationAnswer) => ({ status, summary }),
  });
  const reset = await shown('POST', '/feed/settings/reset/', {
    show: ({ revision, interests, reset_at }: SettingsAnswer) => ({ revision, interests, reset_at }),
  });
  return `# One's own feed: set it, understand it

People decide how their feed is made, and can ask of everything why it is there, or why it is not. Every answer on this
page came out of the service: \`UPDATE_DOCS=1 npx vitest run test/feed/explain/control-page\` writes the page anew.
Numbers are shortened to four digits here; the service gives all of them, and a score is exactly the sum of its parts.

The same is in GraphQL: \`feedSettings\`, \`updateFeedSettings\`, \`resetPersonalisation\` and \`feedItemExplanation\`.
A token of role \`user\` reads and changes its own subject's only; \`user_id\` is for service, analyst (reading) and admin.

Ann is connected with Bo, follows Cy and liked “An opening”, which Flo made.

## Set

\`GET /feed/settings/\` shows all sliders and heuristics that there are, with their meaning. \`PUT\` changes what it names
and leaves the rest: sliders and interests by name (0 counts nothing, 1 as it is, 2 counts double), lists as a whole. The
next page is made with it. Here are those that differ from the beginning:

${settings}

A name that does not exist is refused, and nothing is changed:

${unknown}

\`"network"\` turns from 0, only what people one is tied to made, to 1, only what others made; between them it weighs the two. \`"social_proof": false\` keeps one's name and
one's likes out of the proof that others see, from their next page on, and out of what friends' likes bring into their
feeds as soon as these are ranked anew.

## Why is this here?

Of the feed that was shown last, or of that of a \`cursor\`. The counterfactual scores the stored candidates again without
the one thing that counted most for how similar the item is to what one likes.

${endgames}

In GraphQL one asks for as much as one wants to know:

${graphql}

A tie is part of the path too:

${bo}

## Why is this not here?

What one did not want, with the activity that takes the word back:

${hidden}

What one muted in the settings:

${castle}

What no source proposed, with what each of them missed:

${old}

What does not exist, what one may not see, and what comes from somebody who blocked one are all the same:

${nothing}

## Begin anew

A reset forgets what one did until now: history, learned interests, habits, visits and contact with others do not count any
more. What was computed from all that one did (people with a like taste, what one has in common with others) cannot be taken
apart: it counts by the share that what one did since has in it, which is nothing at first. What one said stays: connections,
declared interests, mutes and settings. What one saw or engaged with is not shown again.

${reset}
`;
}

interface SettingsAnswer {
  readonly revision: number;
  readonly sliders: readonly { readonly factor: number }[];
  readonly heuristics: readonly { readonly on: boolean }[];
  readonly muted_words: readonly string[];
  readonly interests: unknown;
  readonly reset_at: unknown;
  readonly social_proof: boolean;
}

interface ExplanationAnswer {
  readonly status: string;
  readonly summary: string;
  readonly item: { readonly path: unknown };
  readonly ruled_out: unknown;
  readonly not_found: unknown;
  readonly would_rank: unknown;
}

it('docs/feed-control.md shows what the service answers; UPDATE_DOCS=1 writes it anew', async () => {
  const text = await page();
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(FILE, text);
  }
  expect(await readFile(FILE, 'utf8')).toBe(text);
});
