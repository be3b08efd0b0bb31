import fc from 'fast-check';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { Driver, Plan } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { weightAt } from '../../src/activity/decay.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { GRAPH_TYPE_DEFINITIONS } from '../../src/api/graphql/graph/types.ts';
import { createSchema } from '../../src/api/graphql/schema.ts';
import { openGraphqlDriver } from '../../src/api/graphql/server.ts';
import { HOUR_MS } from '../../src/core/clock.ts';
import { putNeighbours } from '../../src/signals/similarity/upload.ts';
import { computeTies } from '../../src/signals/ties/compute-ties.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';
import { type Ran, recordingDriver } from './recording-driver.ts';

const MORE = [
  { by: 'ann', does: 'join', more: { community_id: 'chess' } },
  { by: 'ann', does: 'circle_update', with: 'bo', more: { circle: 'inner' } },
  {
    by: 'bo',
    does: 'create',
    to: 'post:club',
    more: { title: 'The club', hashtags: ['chess'], community_id: 'chess' },
  },
  { by: 'ann', does: 'hide', to: 'post:jazz' },
  { by: 'ann', does: 'mute', with: 'gus' },
];

const lent = useGraph();
const ran: Ran[] = [];
let world: World;
let database: { readonly name: string; readonly url: string };
let driver: Driver;
let api: TestApi;
let analyst: Record<string, string>;
let schema: GraphQLSchema;

beforeAll(async () => {
  database = await createDatabase('graph-lists');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY, ...MORE);
  const now = world.clock.now();
  await computeTies({ graph: lent.graph, ranking: DEFAULT_RANKING }, ['ann', 'bo', 'di'], { now, back: true });
  for (const [kind, from, to] of [
    ['content', 'post:opening', 'post:jazz'],
    ['people', 'ann', 'ed'],
  ] as const) {
    const upload = { model: 'mine', kind, replaceAll: false, neighbours: [{ from, to, score: 0.5 }] };
    await putNeighbours(lent.graph, upload, { ranking: DEFAULT_RANKING, now });
  }
  // So many that a plan that looks at all of them is not the cheapest.
  await lent.graph.driver.executeQuery(
    `UNWIND range(1, 2000) AS i CREATE (:User {id: 'many' + i}), (:Tag {name: 'many' + i}), (:Community {id: 'many' + i}),
     (:Content {id: 'many:' + i, type: 'many' + i % 20, createdAt: 1000.0 * i, hotness: 1.0 * i})`,
  );
  await lent.graph.driver.executeQuery('CALL db.resampleOutdatedIndexes()');
  await lent.graph.driver.executeQuery('CALL db.awaitIndexes()');
  driver = openGraphqlDriver(inject('stores').neo4j);
  api = await openTestApi({ graphqlDriver: recordingDriver(driver, ran), clock: world.clock });
  analyst = await bearer('eve', 'analyst');
  schema = await createSchema({ halfLifeMs: DEFAULT_RANKING.halfLifeMs } as never);
});
afterAll(async () => {
  await driver.close();
  await world.close();
  await dropDatabase(database.name);
});

async function asked<T>(query: string, variables?: object): Promise<T> {
  const { data, errors } = await api.graphql(query, { headers: analyst, variables });
  expect(errors, query).toEqual([]);
  return data as T;
}

const NODE = /^type (\w+) @node \{([^}]*)/gmu;
const EDGE = /(\w+): \[\w+!\]! @relationship\(type: "(\w+)", direction: (IN|OUT)(?:, properties: "(\w+)")?/gu;
/** Stored under a name that does not say that it holds as of a moment. */
const EXPOSED_AS: Readonly<Record<string, string>> = { weight: 'storedWeight', fading: 'storedFading' };

describe('what the graph has', () => {
  const relationships = [...GRAPH_TYPE_DEFINITIONS.matchAll(NODE)].flatMap(([, node, body = '']) =>
    [...body.matchAll(EDGE)].map(([, field, type, direction, properties]) => ({
      node,
      field,
      type,
      direction,
      properties,
    })),
  );
  const propertiesOf = (name: string | undefined): string[] => {
    const type = name === undefined ? undefined : schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.filter((field) => isScalarType(getNamedType(field.type))).map((field) => field.name);
  };
  const records = async (query: string): Promise<Record<string, unknown>[]> =>
    (await lent.graph.driver.executeQuery(query)).records.map((record) => record.toObject());

  it('is there with every property of every node and edge', async () => {
    const keys = await records(`
      MATCH (n) WHERE n:User OR n:Content OR n:Tag OR n:Community
      UNWIND keys(n) AS key RETURN DISTINCT labels(n)[0] AS owner, key
      UNION MATCH ()-[e]->() UNWIND keys(e) AS key RETURN DISTINCT type(e) AS owner, key`);
    expect(keys.length).toBeGreaterThan(30);
    for (const { owner, key } of keys) {
      const name = relationships.find(({ type }) => type === owner)?.properties ?? String(owner);
      expect(propertiesOf(name), name).toContain(EXPOSED_AS[String(key)] ?? key);
    }
  });

  it('can be read whole: as many edges of each type as there are, with their properties', async () => {
    const found = new Map<string, number>();
    for (const [node, root] of Object.entries({
      User: 'users',
      Content: 'contents',
      Tag: 'tags',
      Community: 'communities',
    })) {
      const of = relationships.filter((relationship) => relationship.node === node);
      const selection = of.map(({ field, properties }) => {
        const edge = properties === undefined ? '' : `properties { ${propertiesOf(properties).join(' ')} }`;
        return `${field}Connection(first: 2) { totalCount edges { ${edge} node { __typename } } }`;
      });
      const key = node === 'Tag' ? 'name' : 'id';
      const query = `{ ${root}(limit: 100, where: {NOT: {${key}: {startsWith: "many"}}}) { ${propertiesOf(node).join(' ')} ${selection.join(' ')} } }`;
      const data = await asked<Record<string, Record<string, { totalCount: number }>[]>>(query);
      for (const { field, type: edge, direction } of of) {
        const count = (data[root] ?? []).reduce((sum, one) => sum + (one[`${field}Connection`]?.totalCount ?? 0), 0);
        found.set(`${edge} ${direction}`, (found.get(`${edge} ${direction}`) ?? 0) + count);
      }
    }
    const counts = await records('MATCH ()-[e]->() RETURN type(e) AS type, count(e) AS count ORDER BY type');
    const types =
      'AUTHORED CONNECTED ENGAGED INTERACTED INTERESTED_IN MEMBER_OF POSTED_IN REPLY_TO SIMILAR_TO SUPPRESSED TAGGED TIE';
    expect(counts.map(({ type }) => type)).toEqual(types.split(' '));
    for (const { type, count } of counts) {
      expect(found.get(`${type} OUT`) ?? found.get(`${type} IN`), `${type}`).toBe(Number(count));
      expect(found.get(`${type} IN`) ?? Number(count), `${type} from its end`).toBe(Number(count));
    }
  });

  it('has faded by the moment of the question: weights, ties and the engagement with content', async () => {
    const query = `{ users(limit: 1, where: {id: {eq: "ann"}}) {
      engagedConnection(first: 1, where: {node: {id: {eq: "post:opening"}}}) {
        edges { properties { storedWeight asOf weightNow } node { storedEngagement engagementAsOf engagementNow } }
      }
      tiesConnection(first: 1, where: {node: {id: {eq: "bo"}}}) {
        edges { properties { storedFading asOf standing strengthNow } }
      }
    } }`;
    world.clock.advance(24 * HOUR_MS);
    const now = world.clock.now();
    type Numbers = Readonly<Record<string, number>>;
    const { users } = await asked<{ users: Record<string, { edges: { properties: Numbers; node: Numbers }[] }>[] }>(
      query,
    );
    const { ENGAGED, INTERACTED } = DEFAULT_RANKING.halfLifeMs;
    const { properties: engaged, node } = users[0]?.['engagedConnection']?.edges[0] ?? {};
    const { weightNow, storedWeight = 0, asOf = now } = engaged ?? {};
    expect(weightNow).toBe(weightAt({ weight: storedWeight, asOf }, now, ENGAGED));
    expect(weightNow).toBeLessThan(storedWeight);
    const { engagementNow, storedEngagement = 0, engagementAsOf = now } = node ?? {};
    expect(engagementNow).toBe(weightAt({ weight: storedEngagement, asOf: engagementAsOf }, now, ENGAGED));
    const {
      strengthNow,
      storedFading = 0,
      standing = 0,
      asOf: tieAsOf = now,
    } = users[0]?.['tiesConnection']?.edges[0]?.properties ?? {};
    expect(strengthNow).toBeCloseTo(-Math.expm1(-(storedFading * 2 ** ((tieAsOf - now) / INTERACTED) + standing)), 12);
  });
});

describe('the pages of a list', () => {
  const SORTS: readonly [string, string, string][] = [
    ['users', '', '{ id }'],
    ['contents', 'sort: [{createdAt: DESC}],', '{ id createdAt }'],
    ['contents', 'sort: [{hotness: DESC}], where: {type: {eq: "many7"}},', '{ id hotness }'],
    ['contents', 'sort: [{createdAt: ASC, id: DESC}], where: {NOT: {type: {eq: "many3"}}},', '{ id }'],
    ['tags', 'where: {OR: [{name: {startsWith: "many1"}}, {name: {eq: "chess"}}]},', '{ name }'],
    ['communities', 'sort: [{id: DESC}],', '{ id }'],
  ];

  it.each(SORTS)('of %s (%s) join up and are counted', async (list, args, selection) => {
    const whole = await asked<Record<string, unknown[]>>(`{ ${list}(${args} limit: 150) ${selection} }`);
    interface Page {
      page: { edges: { cursor: string; node: unknown }[]; pageInfo: Record<string, unknown>; totalCount: number };
    }
    const joined: unknown[] = [];
    let after: string | null = null;
    let last: Page['page'] | undefined;
    for (let page = 0; page < 3; page += 1) {
      const query = `query ($after: String) { page: ${list}Connection(${args} first: 50, after: $after) {
        edges { cursor node ${selection} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount } }`;
      last = (await asked<Page>(query, { after })).page;
      joined.push(...last.edges.map(({ node }) => node));
      expect(last.pageInfo).toEqual({
        startCursor: last.edges[0]?.cursor ?? null,
        endCursor: last.edges.at(-1)?.cursor ?? null,
        hasNextPage: last.totalCount > joined.length,
        hasPreviousPage: page > 0,
      });
      after = last.pageInfo['endCursor'] as string;
    }
    expect(joined).toEqual(whole[list]);
    expect(last?.totalCount).toBeGreaterThanOrEqual(Math.min(joined.length, 100));
  });

  it('takes fragments, aliases, directives and a count or the page alone', async () => {
    const query = `query ($no: Boolean = false) {
      a: usersConnection(first: 2, where: {id: {in: ["ann", "bo"]}}) { ...P }
      b: tagsConnection(first: 1, where: {name: {eq: "chess"}}) { many: totalCount }
      c: contentsConnection(first: 1, sort: [{createdAt: DESC}]) { pageInfo { hasNextPage } }
      d: communitiesConnection(first: 1) { edges @include(if: $no) { cursor } __typename }
      e: usersConnection(first: 1, where: {id: {eq: "ann"}}) { edges { node { __typename } } }
      f: usersConnection(first: 1, where: {id: {eq: "nobody"}}) { edges { cursor } pageInfo { endCursor } totalCount }
    }
    fragment P on UsersConnection { list: edges { ... on UserEdge { of: node { key: id ...N } } } }
    fragment N on User { x: authored(limit: 1, sort: [{id: ASC}]) { id } y: authored(limit: 1, sort: [{id: DESC}]) { id } }`;
    expect(await asked(query)).toEqual({
      a: {
        list: [
          { of: { key: 'ann', x: [{ id: 'post:ann1' }], y: [{ id: 'post:ann1' }] } },
          { of: { key: 'bo', x: [{ id: 'post:bo1' }], y: [{ id: 'post:club' }] } },
        ],
      },
      b: { many: 1 },
      c: { pageInfo: { hasNextPage: true } },
      d: { __typename: 'CommunitiesConnection' },
      e: { edges: [{ node: { __typename: 'User' } }] },
      f: { edges: [], pageInfo: { endCursor: null }, totalCount: 0 },
    });
  });

  it('refuses to read one part of a connection under two names', async () => {
    const query = '{ usersConnection(first: 1) { edges { node { x: id } } more: edges { node { x: contacts } } } }';
    const { status, errors } = await api.graphql(query, { headers: analyst });
    expect([status, errors[0]?.extensions['code']]).toEqual([400, 'REQUEST_MALFORMED']);
  });
});

describe('any filter and order that the schema allows', () => {
  const TEXT = fc.constantFrom('ann', 'post', 'many', '', "'}) //", '\u0001');
  const scalar = (name: string): fc.Arbitrary<unknown> =>
    name === 'Float' ? fc.double({ noNaN: true, noDefaultInfinity: true }) : name === 'Boolean' ? fc.boolean() : TEXT;
  const value = (type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> => {
    if (isListType(type)) return fc.array(filled(type.ofType, depth), { maxLength: 2 });
    if (isInputObjectType(type)) return ofObject(type, depth);
    return isEnumType(type) ? fc.constantFrom(...type.getValues().map(({ name }) => name)) : scalar(type.toString());
  };
  const filled = (type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> =>
    isNonNullType(type) ? value(type.ofType, depth) : fc.option(value(type, depth), { freq: 6 });
  const ofObject = (type: GraphQLInputObjectType, depth: number): fc.Arbitrary<unknown> => {
    const fields = Object.values(type.getFields()).filter((field) => depth > 1 || !/^(AND|OR|NOT)$/u.test(field.name));
    const members = fields.map((field) => [field.name, filled(field.type, depth - 1)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: [] });
  };

  it.each([
    ['Content', 'contents(limit: 3, where: $where, sort: $sort) { id }'],
    ['Content', 'contentsConnection(first: 3, where: $where, sort: $sort) { totalCount edges { node { id } } }'],
    ['Tag', 'tagsConnection(first: 3, where: $where, sort: $sort) { pageInfo { hasNextPage } }'],
    [
      'UserTiesConnection',
      'users(limit: 9) { tiesConnection(first: 3, where: $where, sort: $sort) { totalCount edges { cursor } } }',
    ],
  ])('of a %s is answered, or refused with a reason: %s', async (type, selection) => {
    const [where, sort] = [schema.getType(`${type}Where`), schema.getType(`${type}Sort`)].map((input) =>
      isInputObjectType(input) ? ofObject(input, 3) : fc.constant(undefined),
    );
    const query = `query ($where: ${type}Where, $sort: [${type}Sort!]) { ${selection} }`;
    const variables = fc.record({
      where: where ?? fc.constant(null),
      sort: fc.array(sort ?? fc.constant({}), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(variables, async (asked) => {
        const { status, errors } = await api.graphql(query, { headers: analyst, variables: asked });
        const [first] = errors;
        expect([200, 400], first?.message).toContain(status);
        expect(
          first === undefined || ['REQUEST_MALFORMED', 'QUERY_TOO_COSTLY'].includes(String(first.extensions['code'])),
        ).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the plan of a list', () => {
  const operators = (plan: Plan): Plan[] => [plan, ...plan.children.flatMap(operators)];
  const PLANS: readonly [string, string, string][] = [
    ['users(limit: 5)', '{ id }', 'User(id)'],
    ['users(limit: 5, where: {id: {eq: "ann"}})', '{ id }', 'User(id)'],
    ['users(limit: 5, where: {NOT: {id: {in: ["ann"]}}})', '{ id }', 'User(id)'],
    ['contents(limit: 5)', '{ id }', 'Content(id)'],
    ['contents(limit: 5, where: {id: {in: ["post:jazz"]}})', '{ id }', 'Content(id)'],
    ['contents(limit: 5, where: {type: {eq: "story"}})', '{ id }', 'Content(type)'],
    ['contents(limit: 5, where: {createdAt: {gt: 1e12}})', '{ id }', 'Content(createdAt)'],
    ['contents(limit: 5, sort: [{createdAt: DESC}])', '{ id }', 'Content(createdAt)'],
    ['contents(limit: 5, sort: [{hotness: DESC}])', '{ id }', 'Content(hotness)'],
    ['contents(limit: 5, where: {hotness: {gt: 1990}})', '{ id }', 'Content(hotness)'],
    ['tags(limit: 5)', '{ name }', 'Tag(name)'],
    ['tags(limit: 5, where: {name: {startsWith: "ch"}})', '{ name }', 'Tag(name)'],
    ['communities(limit: 5)', '{ id }', 'Community(id)'],
    ['communities(limit: 5, where: {id: {eq: "chess"}})', '{ id }', 'Community(id)'],
  ];
  const CONNECTIONS = PLANS.map(([field, node, index]) => {
    const asConnection = field.replace('(limit', 'Connection(first');
    return [asConnection, `{ edges { node ${node} } pageInfo { hasNextPage } }`, index] as const;
  });

  it.each([...PLANS, ...CONNECTIONS])('%s %s goes by the index %s', async (field, selection, index) => {
    ran.length = 0;
    await asked(`{ ${field} ${selection} }`);
    const reads = ran.filter(([text]) => text.includes('MATCH'));
    expect(reads.length).toBe(1);
    for (const [text, params] of reads) {
      const session = lent.graph.driver.session();
      const explained = text.replace(/^CYPHER 5/, 'CYPHER 5 EXPLAIN');
      const { summary } = await session.run(explained, params).finally(() => session.close());
      const plan = summary.plan === false ? [] : operators(summary.plan);
      const names = plan.map(({ operatorType }) => operatorType.replace(/@.*$/, ''));
      expect(names.filter((name) => ['AllNodesScan', 'NodeByLabelScan'].includes(name))).toEqual([]);
      const details = plan.map((operator) => String(operator.arguments['Details'] ?? ''));
      expect(
        details.some((text) => text.includes(`:${index}`)),
        details.join('\n'),
      ).toBe(true);
    }
  });

  it('stops reading when the page is full', async () => {
    ran.length = 0;
    await asked('{ contentsConnection(first: 5, sort: [{createdAt: DESC}]) { edges { node { id } } } }');
    const [text = '', params = {}] = ran.find(([one]) => one.includes('MATCH')) ?? [];
    const session = lent.graph.driver.session();
    const { summary } = await session
      .run(text.replace(/^CYPHER 5/, 'CYPHER 5 PROFILE'), params)
      .finally(() => session.close());
    const hits = (plan: { dbHits: number; children: readonly (typeof plan)[] }): number =>
      plan.children.reduce((sum, child) => sum + hits(child), Number(plan.dbHits));
    expect(hits(summary.profile as never)).toBeLessThan(200);
  });
});
