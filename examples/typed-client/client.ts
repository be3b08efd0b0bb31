// A client whose questions and answers are typed by schema.graphql: a name that is not there does not compile where it
// is used. With a service on this machine:
//
//   node examples/typed-client/types.mjs && npx tsc -p examples/typed-client
//   export ACTIVITY_GRAPH_TOKEN=$(npm run --silent token -- --user 7 --role admin)
//   node examples/typed-client/dist/client.js
import { initGraphQLTada, type TadaDocumentNode } from 'gql.tada';
import { print } from 'graphql';
import type { introspection } from './graphql-env.d.ts';

const { ACTIVITY_GRAPH_URL: URL = 'http://localhost:4000/graphql', ACTIVITY_GRAPH_TOKEN: TOKEN = '' } = process.env;

const graphql = initGraphQLTada<{ introspection: introspection; scalars: { Position: number; JSON: unknown } }>();

const FEED = graphql(`
  query Feed($first: Int!, $afterPosition: Position) {
    feed(first: $first, afterPosition: $afterPosition) {
      items { content title score reasons }
    }
  }
`);

const TRACK = graphql(`
  mutation Track($input: ActivityInput!) {
    trackActivity(input: $input) { status position error { code message remedy } }
  }
`);

// The graph as it is stored; for roles analyst and admin.
const ENGAGEMENT = graphql(`
  query Engagement($content: ID!) {
    contents(limit: 1, where: { id: { eq: $content } }) {
      engagementNow
      engagedByConnection(first: 10, sort: [{ edge: { lastAt: DESC } }]) {
        totalCount
        edges { properties { weightNow lastAt } node { id } }
      }
    }
  }
`);

async function ask<Answer, Variables>(
  document: TadaDocumentNode<Answer, Variables>,
  variables: Variables,
): Promise<Answer> {
  const response = await fetch(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: { message: string }[] };
  if (data == null || errors !== undefined) {
    throw new Error(errors?.map(({ message }) => message).join('; ') ?? `The service answered ${response.status}`);
  }
  return data;
}

const { feed } = await ask(FEED, { first: 5, afterPosition: null });
const [best] = feed.items;
if (best === undefined) {
  throw new Error('The feed is empty: send some activities first');
}
console.log(`${best.title ?? best.content}: ${best.reasons.join(', ')}`);

const { trackActivity } = await ask(TRACK, { input: { activityType: 'like', content: best.content } });
console.log(`like: ${trackActivity.status}`);

// The next page waits until the graph has the like, and so does what is read after it.
await ask(FEED, { first: 1, afterPosition: trackActivity.position });
const { contents } = await ask(ENGAGEMENT, { content: best.content });
const [liked] = contents;
console.log(`engagement with it: ${liked?.engagementNow?.toFixed(3)}`);
for (const { node, properties } of liked?.engagedByConnection.edges ?? []) {
  console.log(`${node.id}: ${properties.weightNow.toFixed(3)}`);
}
