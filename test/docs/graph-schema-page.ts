import type { Graph } from '../../src/graph/graph.ts';

/** What stands in the database, as the page tells it. */
interface Thing {
  /** A label, or `(:User)-[:TIE]->(:User)`. */
  readonly name: string;
  readonly count: number;
  readonly properties: readonly Property[];
}

interface Property {
  readonly name: string;
  readonly type: string;
  /** Of all such nodes or relationships, how many have it. */
  readonly share: number;
}

/** Labels that say what kind of node it is; all others are types of content. */
const KINDS = ['User', 'Content', 'Tag', 'Community', 'Projection'];

const MEANING: Readonly<Record<string, string>> = {
  User: 'A person.',
  Content: 'Anything that can be engaged with; a second label says its type.',
  Tag: 'A hashtag, topic or interest, normalised.',
  Community: 'A community, group or forum.',
  Projection: 'How far the graph has folded the log; one node.',
  ENGAGED: 'What somebody did with a piece of content: views, likes, comments, shares, saves, time …',
  INTERACTED: 'What somebody did with a person: visits, messages, reactions, comments on what they made …',
  INTERESTED_IN: 'What somebody is interested in, from what they engage with and what they declare.',
  SUPPRESSED: 'What somebody does not want to see.',
  CONNECTED: 'A connection or a following, as the one who holds it sees it.',
  AUTHORED: 'Who made it.',
  TAGGED: 'What it is about.',
  REPLY_TO: 'What it answers.',
  POSTED_IN: 'Where it was posted.',
  MEMBER_OF: 'Who belongs where.',
  TIE: 'How strongly one person is tied to another; derived, strength is `1 - e^(-(fading·2^(-(now - asOf)/halfLife) + standing))`.',
  SIMILAR_TO: 'Who engaged with the one should like the other, or: two people are alike; derived, by `model`.',
};

/** Moments are milliseconds since the epoch; weights and sums fade from `asOf` on. */
const PROPERTY_MEANING: Readonly<Record<string, string>> = {
  id: 'Key.',
  name: 'Key.',
  type: 'Type of the content.',
  title: 'Title, of public content only.',
  createdAt: 'When it was made.',
  firstAt: 'When the log first heard of it.',
  visibility: 'Who may see it.',
  deletedAt: 'When it was deleted.',
  engagementAsOf: 'Moment of `storedEngagement`.',
  hotness: 'Orders content by engagement, at any moment: `log2(engagement) + engagementAsOf / halfLife`.',
  contacts: 'INTERACTED edges at both ends when the ties around were computed.',
  weight: 'Sum of signals as of `asOf`; now it is `weight * 2 ^ (-(now - asOf) / halfLife)`.',
  asOf: 'Moment of `weight` or of the fading parts.',
  lastAt: 'When the last signal was.',
  declared: 'The person said so themselves.',
  reason: 'hide, report, mute or block.',
  at: 'Since when.',
  since: 'Since when.',
  until: 'Until when.',
  status: 'pending or accepted.',
  follows: 'The one follows the other.',
  circle: 'inner, outer or universal.',
  fading: 'Sum of the fading parts as of `asOf`.',
  standing: 'Sum of what does not fade.',
  direct: 'They deal with each other or are connected.',
  outgoing: 'Part: what the one did with the other.',
  incoming: 'Part: what the other did with the one.',
  mutualContacts: 'Part: people both deal with.',
  coEngagement: 'Part: what both engage with.',
  mutualConnections: 'Part: people both are connected with.',
  model: 'Name of the model of similarity.',
  score: 'How similar; may be negative.',
  computedAt: 'When it was computed.',
  position: 'Last position of the log that was folded.',
  fingerprint: 'Hash of weights and half-lives that the edges were folded with.',
  rebuilding: 'A rebuild is under way.',
  target: 'Position that a rebuild goes to.',
  storedEngagement: 'Sum of all ENGAGED weights into it, as of `engagementAsOf`.',
  revision: 'Counts the transactions that wrote folded edges.',
};

/** The page of the graph's schema: labels, types, properties, indexes and constraints, all read from the database. */
export async function renderSchemaPage(graph: Graph): Promise<string> {
  const nodes = await nodeKinds(graph);
  const contents = await counts(graph, CONTENT_TYPES);
  const relationships = await relationshipKinds(graph);
  return [
    '# The graph',
    '',
    'Read from the database by `test/docs/data-science.graph.test.ts`, after the community of `activity-graph demo --people 100 --activities 3000` was imported and',
    'the jobs of a night ran; `UPDATE_DOCS=1 npx vitest run test/docs` writes it anew. Counts are those of that community.',
    '',
    'A moment is a number: milliseconds since the epoch. A **fading** weight is stored as of a moment; how to read it now, and',
    'what else to ask, shows the [cookbook](cookbook.md). The half-life is 598,879,164 ms (6.93 days), of interests 30 days.',
    '',
    '## Nodes',
    ...nodes.flatMap((node) => ['', `### \`${node.name}\``, '', meaningOf(node.name), '', ...tableOf(node)]),
    '',
    `Types of content here: ${contents.map(([name, count]) => `\`${name}\` (${number(count)})`).join(', ')}.`,
    '',
    '## Relationships',
    ...relationships.flatMap((one) => ['', `### \`${one.name}\``, '', meaningOf(one.name), '', ...tableOf(one)]),
    '',
    '## Constraints and indexes',
    '',
    ...(await indexTable(graph)),
    '',
  ].join('\n');
}

/** Names on the page that nobody has explained. */
export function unexplained(page: string): readonly string[] {
  return [...page.matchAll(/^.*\(no description\).*$/gm)].map(([line]) => line);
}

const CONTENT_TYPES = `MATCH (c:Content) UNWIND labels(c) AS label WITH label WHERE label <> 'Content'
  RETURN label AS name, count(*) AS count ORDER BY name`;

async function rows(graph: Graph, query: string, params: Record<string, unknown> = {}) {
  const { records } = await graph.driver.executeQuery(query, params);
  return records.map((record) => record.toObject() as Record<string, unknown>);
}

async function counts(graph: Graph, query: string): Promise<[string, number][]> {
  return (await rows(graph, query)).map(({ name, count }) => [String(name), Number(count)]);
}

async function nodeKinds(graph: Graph): Promise<Thing[]> {
  const things: Thing[] = [];
  for (const name of KINDS) {
    const [{ count = 0 } = {}] = await rows(graph, `MATCH (n:${name}) RETURN count(*) AS count`);
    const properties = await propertiesOf(graph, `MATCH (n:${name}) WITH n AS thing`, Number(count));
    things.push({ name, count: Number(count), properties });
  }
  return things;
}

async function relationshipKinds(graph: Graph): Promise<Thing[]> {
  const kind = (node: string): string => `[l IN labels(${node}) WHERE l IN $kinds][0]`;
  const found = await rows(
    graph,
    `MATCH (a)-[e]->(b) RETURN ${kind('a')} AS start, type(e) AS type, ${kind('b')} AS end, count(*) AS count ORDER BY type, start, end`,
    { kinds: KINDS },
  );
  const things: Thing[] = [];
  for (const { start, type, end, count } of found) {
    const pattern = `(:${start})-[:${type}]->(:${end})`;
    const match = `MATCH (a:${start})-[thing:${type}]->(b:${end}) WITH thing`;
    things.push({
      name: pattern,
      count: Number(count),
      properties: await propertiesOf(graph, match, Number(count)),
    });
  }
  return things;
}

async function propertiesOf(graph: Graph, match: string, count: number): Promise<Property[]> {
  const found = await rows(
    graph,
    `${match} UNWIND keys(thing) AS name
     WITH name, replace(valueType(thing[name]), ' NOT NULL', '') AS type, count(*) AS count
     WITH name, type, count ORDER BY type
     RETURN name, collect(type) AS types, sum(count) AS count ORDER BY name`,
  );
  return found.map(({ name, types, count: present }) => ({
    name: String(name),
    type: (types as string[]).join(', '),
    share: count === 0 ? 0 : Number(present) / count,
  }));
}

function tableOf({ count, properties }: Thing): string[] {
  const head = [`${number(count)} of them${properties.length === 0 ? ', without properties.' : ':'}`];
  if (properties.length === 0) return head;
  return [
    ...head,
    '',
    '| property | type | on | meaning |',
    '|---|---|---|---|',
    ...properties.map(
      ({ name, type, share }) =>
        `| \`${name}\` | ${type} | ${percent(share)} | ${PROPERTY_MEANING[name] ?? '(no description)'} |`,
    ),
  ];
}

async function indexTable(graph: Graph): Promise<string[]> {
  const found = await rows(
    graph,
    `SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint
     WHERE labelsOrTypes IS NOT NULL
     RETURN name, type, labelsOrTypes[0] AS of, properties, owningConstraint IS NOT NULL AS unique ORDER BY name`,
  );
  return [
    '| name | on | kind |',
    '|---|---|---|',
    ...found.map(
      ({ name, type, of, properties, unique }) =>
        `| \`${name}\` | \`${of}(${(properties as string[]).join(', ')})\` | ${unique === true ? 'unique key' : `${String(type).toLowerCase()} index`} |`,
    ),
  ];
}

function meaningOf(name: string): string {
  const key = /\[:(\w+)\]/.exec(name)?.[1] ?? name;
  return MEANING[key] ?? '(no description)';
}

const number = (value: number): string => value.toLocaleString('en');

function percent(share: number): string {
  if (share === 1) return 'all';
  return share < 0.01 ? 'few' : `${Math.round(share * 100)} %`;
}
