import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Kind, parse, print } from 'graphql';
import type { Driver } from 'neo4j-driver';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { type Access, FIELD_ACCESS } from '../../src/api/access.ts';
import { MAX_LIMIT, MAX_ROWS } from '../../src/api/graphql/cost.ts';
import { COMMON } from '../../src/api/graphql/operations/arguments.ts';
import type { Operation } from '../../src/api/graphql/operations/operation.ts';
import { OPERATIONS_BY_SUBJECT } from '../../src/api/graphql/operations/operations.ts';
import { openGraphqlDriver } from '../../src/api/graphql/server.ts';
import { ROLES, type Role } from '../../src/core/caller.ts';
import { createLogger } from '../../src/core/logger.ts';
import { rankedComments } from '../../src/feed/comments/comments.ts';
import { createFeed } from '../../src/feed/feed.ts';
import { readTies } from '../../src/feed/find/reader.ts';
import { createAccept } from '../../src/ingest/accept.ts';
import { type Live, openLive } from '../../src/live/live.ts';
import { readProfileCard } from '../../src/log/read/profile-card.ts';
import { computeTies } from '../../src/signals/ties/compute-ties.ts';
import { bearer, openTestApi, type TestApi } from '../api/fixture.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';

const FILE = new URL('../../docs/graphql.md', import.meta.url);
const SCHEMA = new URL('../../schema.graphql', import.meta.url);

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let driver: Driver;
let api: TestApi;
let live: Live;

beforeAll(async () => {
  database = await createDatabase('graphql-page');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
  const { pool, graph, clock, log } = world;
  const feed = createFeed({
    graph,
    pool,
    clock,
    ranking: DEFAULT_RANKING,
    cursorSecret: 'a secret of at least thirty-two characters',
    waitFor: async (position) => world.position() >= position,
    headOf: (person) => log.headOf(person),
    projectionPosition: world.position,
  });
  driver = openGraphqlDriver(inject('stores').neo4j);
  const projection = {
    get position() {
      return world.position();
    },
    async waitFor() {
      await world.project();
      return true;
    },
  };
  const tiesOf = (person: string) => readTies({ graph, pool }, { person, ranking: DEFAULT_RANKING, now: clock.now() });
  live = openLive({ pool, log, projection, tiesOf, clock, logger: createLogger('silent') });
  api = await openTestApi({
    ...live,
    graphqlDriver: driver,
    clock,
    accept: createAccept(log),
    feedPage: feed.page,
    profileCard: (asked) => readProfileCard(pool, asked),
    rankedComments: (request) => rankedComments({ pool, graph, ranking: DEFAULT_RANKING, clock }, request),
  });
});
afterAll(async () => {
  await driver.close();
  await live.close();
  await world.close();
  await dropDatabase(database.name);
});

/** Sends an operation as somebody, tells the graph, and shows it with its answer. */
async function shown(
  query: string,
  { as = 'ann', role = 'user', variables }: { as?: string; role?: Role; variables?: unknown } = {},
): Promise<string> {
  world.clock.advance(1);
  const { data, errors } = await api.graphql(query, { headers: await bearer(as, role), variables });
  await world.project();
  const answer =
    errors.length === 0 ? { data } : { errors: errors.map(({ message, extensions }) => ({ message, extensions })) };
  const sent = variables === undefined ? query : `${query}\n\n# variables\n${indented(variables)}`;
  return ['```graphql', sent, '```', '', '```json', indented(answer), '```'].join('\n');
}

/** Subscribes as Ann, lets something happen, and shows what is told up to then but for pings. */
async function streamed(query: string, events: number, happen: () => Promise<unknown>): Promise<string> {
  const headers = { accept: 'text/event-stream', ...(await bearer('ann', 'user')) };
  const answer = await api.post('/graphql', { query }, headers);
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  let told = '';
  const read = async (count: number): Promise<void> => {
    while (told.split('event: next').length <= count || (count > 0 && !told.endsWith('\n\n'))) {
      told += decoder.decode((await reader?.read())?.value).replaceAll(':\n\n', '');
    }
  };
  await read(events - 1);
  await happen();
  await read(events);
  await reader?.cancel();
  return ['```graphql', query, '```', '', '```', told.trim(), '```'].join('\n');
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_match, inside: string) => `[${inside.replaceAll(/,\s+/g, ', ')}]`,
  );
}

function tables(): string {
  return Object.entries(OPERATIONS_BY_SUBJECT)
    .map(([subject, operations]) => `### ${subject}\n\n${tableOf(operations)}`)
    .join('\n\n');
}

function tableOf(operations: readonly Operation[]): string {
  const rows = operations.map(({ name, meaning, kind, arguments: known, takesBack }) => {
    const args = known.filter((one) => !COMMON.includes(one)).map((one) => `\`${one.name}: ${one.type}\``);
    const recorded = typeof kind === 'string' ? `\`${kind}\`` : kind.says;
    return `| \`${name}\` | ${meaning} | ${args.join(', ')} | ${recorded} | ${takesBack === undefined ? '' : `\`${takesBack}\``} |`;
  });
  return ['| operation | what it says | arguments | kind | takes back |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Fields of one root type, as the schema has them, with who may use them. */
function fieldsOf(root: 'Query' | 'Mutation' | 'Subscription', isShown: (field: string) => boolean): string {
  const types = parse(readFileSync(SCHEMA, 'utf8')).definitions.filter(
    (one) => one.kind === Kind.OBJECT_TYPE_DEFINITION,
  );
  const fields = types.find(({ name }) => name.value === root)?.fields ?? [];
  const access: Readonly<Record<string, Access>> = FIELD_ACCESS;
  const rows = fields
    .filter(({ name }) => isShown(name.value))
    .map(({ name, description, arguments: given = [] }) => {
      const args = given.map((one) => `\`${one.name.value}: ${print(one.type)}\``).join(', ');
      const who = access[`${root}.${name.value}`] ?? 'anyone';
      const roles = who === ROLES ? 'everybody' : [who].flat().map((role) => `\`${role}\``);
      return `| \`${name.value}\` | ${description?.value.replaceAll('\n', ' ') ?? ''} | ${args} | ${[roles].flat().join(', ')} |`;
    });
  return ['| field | what it says | arguments | for |', '|---|---|---|---|', ...rows].join('\n');
}

function isOperation(field: string): boolean {
  return Object.values(OPERATIONS_BY_SUBJECT).some((operations) => operations.some(({ name }) => name === field));
}

const RESULT = '{ id position status }';

const asAnalyst = { as: 'eve', role: 'analyst' } as const;

/** Questions about the graph as it then is, and what is refused. */
async function graphSection(): Promise<string> {
  const { graph, clock } = world;
  await computeTies({ graph, ranking: DEFAULT_RANKING }, ['ann'], { now: clock.now(), back: true });
  const person = await shown(
    `{
  users(limit: 1, where: {id: {eq: "ann"}}) {
    engagedConnection(first: 1, sort: [{edge: {lastAt: DESC}}], where: {node: {type: {eq: "post"}}}) {
      totalCount
      edges { properties { storedWeight asOf weightNow } node { id title engagementNow } }
    }
    tiesConnection(first: 2, sort: [{edge: {standing: DESC}}, {node: {id: ASC}}]) {
      edges { properties { strengthNow direct } node { id } }
    }
  }
}`,
    asAnalyst,
  );
  const newest = `query ($after: String) {
  contentsConnection(first: 2, after: $after, where: {type: {eq: "post"}}, sort: [{createdAt: DESC}]) {
    edges { node { id title authors(limit: 1) { id } } }
    pageInfo { endCursor hasNextPage }
    totalCount
  }
}`;
  const first = await shown(newest, asAnalyst);
  const after = /"endCursor": "(\w+=*)"/u.exec(first)?.[1];
  const second = await shown(newest, { ...asAnalyst, variables: { after } });
  const costly = await shown('{ users(limit: 500) { engaged(limit: 500) { id } } }', asAnalyst);
  const refused = await shown('{ users(limit: 1) { id } }');
  return `Users, contents, tags and communities with all their edges, as they are stored: for tokens of role \`analyst\` or
\`admin\`, read only. Each has a list (\`users\`) and a Relay connection (\`usersConnection\`), and so has each edge: a connection
also has the properties of the edges. What fades is stored as of a moment (\`storedWeight\`, \`asOf\`) and computed for now
(\`weightNow\`).

Every list needs its \`limit\` or \`first\`, from 1 to ${MAX_LIMIT}; all lists of a query together may have ${MAX_ROWS.toLocaleString('en')} rows, counted as
if each were full, and a query may have ten root lists. Lists of nodes can be filtered and sorted by what has an index: \`id\` or \`name\`, and of contents \`type\`,
\`createdAt\` and \`hotness\` too; edges by their properties. Without \`sort\` a list of Query is in the order of its key. Questions that
follow edges to filter, or count along them, are for \`POST /cypher\` ([ADR 14](adr/0014-the-graph-by-graphql-is-narrowed.md)).

What somebody engaged with last, and to whom they are tied:

${person}

The newest posts, and those after them:

${first}

${second}

Too much at once, and somebody who may not:

${costly}

${refused}

## A typed client

[\`schema.graphql\`](../schema.graphql) is the whole schema, printed from the service. \`examples/typed-client\` derives the types of questions and
answers from it with [gql.tada](https://gql-tada.0no.co/): a name that the service does not have does not compile where it is used.

\`\`\`sh
node examples/typed-client/types.mjs && npx tsc -p examples/typed-client
export ACTIVITY_GRAPH_TOKEN=$(npm run --silent token -- --user 7 --role admin)
node examples/typed-client/dist/client.js
\`\`\``;
}

async function page(): Promise<string> {
  const created = await shown(
    `mutation {
  createPost(postUid: "p9", title: "The Vienna Game", hashtags: ["#Chess", "openings"], postType: "analysis", id: "made-p9") ${RESULT}
}`,
    { as: 'bo' },
  );
  const liked = await shown(`mutation {
  likePost(postUid: "p9", id: "like-1") ${RESULT}
  again: likePost(postUid: "p9", id: "like-1") ${RESULT}
  unlikePost(postUid: "p9", id: "unlike-1") ${RESULT}
}`);
  const tracked = await shown(
    `mutation ($input: ContentInteractionInput!) {
  trackContentInteraction(input: $input) { id position status error { code message remedy } }
}`,
    {
      variables: {
        input: {
          id: 'c1',
          contentType: 'post',
          contentId: 'p9',
          interactionType: 'view',
          durationSeconds: 42,
          scrollDepthPercentage: 80,
          metadata: { source: 'feed' },
        },
      },
    },
  );
  const refused = await shown(`mutation {
  trackMediaInteraction(input: {mediaType: "image", mediaId: "77", interactionType: "eat"}) {
    status error { code message remedy }
  }
}`);
  const beats = await shown(`mutation {
  trackTimeSpent(input: {id: "beat-1", contentType: "post", contentId: "p9", durationSeconds: 15, sessionId: "s1"}) ${RESULT}
  trackScrollDepth(input: {id: "scroll-1", contentType: "post", contentId: "p9", scrollDepthPercentage: 40, sessionId: "s1"}) ${RESULT}
}`);
  const connected = [
    await shown('mutation { createConnectionV2(targetUserId: "gus", circle: outer, id: "ask-gus") { id status } }'),
    await shown('mutation { updateConnection(targetUserId: "ann", status: ACCEPTED, id: "yes-ann") { id status } }', {
      as: 'gus',
    }),
  ].join('\n\n');
  const commented = await shown(
    'mutation { commentOnPost(postUid: "p9", commentUid: "k7", media: ["image:77", "image:78"]) { status } }',
    { as: 'gus' },
  );
  const comments = await shown(`{
  postcommentsByPostUid(postUid: "p9", includeReplies: true) {
    items { comment { content media } replies { content } }
    next
    recorded
  }
}`);
  const profile = await shown('{ profileByUserId(userId: "gus") { userId name own visit { status } } }');
  const hidden = await shown('mutation { hide(content: "post:jazz", id: "hide-jazz") { status } }');
  const feed = await shown('{ feed(first: 2) { items { content title } } }');
  const failed = await shown(`mutation {
  sendVibe(vibeUid: "v1", targetUserId: "bo", vibeName: "Cheer", iqImpact: 0.15, hqImpact: 0.18,
    success: false, errorMessage: "Bo takes no vibes.", id: "vibe-1") { status }
}`);
  const graphAnswers = await graphSection();
  const recorded = await streamed(
    'subscription { activityRecorded { position activityType content } }',
    1,
    async () => void (await shown('mutation { likePost(postUid: "opening", id: "like-2") { status } }')),
  );
  const updated = await streamed('subscription { feedUpdated { position reasons } }', 2, async () => {
    await shown('mutation { createPost(postUid: "bo3", title: "Bo again", id: "made-bo3") { status } }', { as: 'bo' });
  });
  return `# The GraphQL door

\`POST /graphql\`, with a token in \`Authorization: Bearer …\`; \`GET /graphql\` is a page for trying it. Every answer on this
page came out of the service, sent by Ann unless it says otherwise: \`UPDATE_DOCS=1 npx vitest run test/docs/graphql-page\`
writes the page anew.

What somebody does in the product is a mutation of its own. It records one activity, or a few, and everything else follows
from them: the audit row of the seed's table, the edge of the graph, what stands. An answer is a \`TrackResult\`, sent after
the activity is kept for good: \`ACCEPTED\`, \`DUPLICATE\` (the same id again), \`CONFLICT\` (the id was used for something else)
or \`INVALID\` (with an error that says what to change). \`trackActivity\` and \`trackActivities\` take any kind of activity in
one form; [activity kinds](activity-kinds.md) lists them.

Each of these mutations takes, beside the arguments of its table below: \`id\` (makes a repeated request harmless), \`userId\` (who does
it; somebody else than the token's subject only for service and admin), \`occurredAt\`, \`sessionId\` and \`metadata\`. Messages
take no metadata, so that no text can come in with them; comments are known by their \`commentUid\` and take no \`id\`.
What counts each time (a view, a share, a message) is taken back by \`takeBack\`, everything else by an operation of its own.

## Doing and taking back

Bo makes a post:

${created}

Ann likes it, says so twice, and takes it back. Taking back takes exactly that like out of the graph:

${liked}

## Tracking

Eight mutations take the fields of the audit tables, for products that know those:

${tracked}

What is wrong is said, with what to do about it:

${refused}

Time by heartbeats and scroll are one signal of each session (or day): what overlaps counts once, and of depths the farthest:

${beats}

## People

${connected}

## Reading that is recorded

Gus comments, with two pictures:

${commented}

Reading the comments is recorded: once as a whole, also where there are none, and once for each file in them. Reading a
profile is a visit of it. \`AUTO_TRACK=false\` switches both off, and nothing else.

${comments}

${profile}

## Told as it happens

A subscription is answered by server-sent events (\`Accept: text/event-stream\`), as the distinct connections mode of
[graphql-sse](https://the-guild.dev/graphql/sse) has it: one subscription a request, by the same \`POST /graphql\`. A
comment line every 12 seconds keeps the way open. Of one process a person may have ten open at a time
(\`SUBSCRIPTIONS_EXCEEDED\`). When the token ends, so does the stream, with the error \`AUTH_REQUIRED\` as its last event. A process that stops breaks its streams off: clients then
come again, here or elsewhere; all processes tell what any of them recorded.

\`activityRecorded\` tells what a person does, each activity once and in the order of the log. Whoever comes again after
they were cut off names the position of the last activity that they got as \`afterPosition\`, and misses and repeats
nothing; 0 tells everything from the beginning. Ann subscribes, and likes a post:

${recorded}

\`feedUpdated\` tells when a person's feed may be another one: when the graph has something that they did, something that
their ties made and they may see, or something that those in touch with them openly stand by. It is told at once, and
then at most once a second however much happens. The first event comes at once, so that whoever was cut off reads the feed again.
\`feed(afterPosition:)\` with the position of an event answers a feed that is made from it. What is not told of: that something
fades, trends or was deleted, and what strangers do. [ADR 15](adr/0015-what-subscriptions-tell.md) says why.

${updated}

## No means no

What somebody hides, reports, mutes or blocks, and what was deleted or made private, is gone from the very next page:

${hidden}

${feed}

## What failed

is kept with its message, and changes nothing:

${failed}

## The graph

${graphAnswers}

## All mutations that record what somebody does

${tables()}

## The other mutations

${fieldsOf('Mutation', (field) => !isOperation(field))}

## All queries

Whoever is named by \`userId\` and is not the token's subject can be read by \`service\`, \`analyst\` and \`admin\`.

${fieldsOf('Query', () => true)}

## All subscriptions

${fieldsOf('Subscription', () => true)}
`;
}

it('docs/graphql.md shows what the service answers; UPDATE_DOCS=1 writes it anew', async () => {
  const text = await page();
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(FILE, text);
  }
  expect(await readFile(FILE, 'utf8')).toBe(text);
});
