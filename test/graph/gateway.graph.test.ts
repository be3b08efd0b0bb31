import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { type CypherRequest, type Gateway, openGateway } from '../../src/graph/gateway/gateway.ts';
import { NoRoomError, plainValue } from '../../src/graph/gateway/plain-value.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';
import { ATTACKS, type Attack } from './hostile-queries.ts';

const lent = useGraph();
const postgres = usePostgres();
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
  await world.happens(...HISTORY);
  gateway = openGateway(inject('stores').neo4j);
  // The first query of a cold server takes seconds.
  await gateway.run(request('MATCH (n) RETURN count(n) AS n'));
});

afterAll(async () => {
  await gateway.close();
  await world.close();
});

const LIMIT_MS = 1_000;

function request(query: string, more: Partial<CypherRequest> = {}): CypherRequest {
  return { query, params: {}, limit: 1_000, timeoutMs: 10_000, ...more };
}

async function failure(query: string, more: Partial<CypherRequest> = {}): Promise<AppError> {
  const error: unknown = await gateway.run(request(query, more)).then(
    (table) => table,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

/** Everything that the server keeps: nodes, edges, names, schema, users, settings of its transactions. */
async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [
    'MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS kept ORDER BY id',
    'MATCH (a)-[e]->(b) RETURN elementId(e) AS id, elementId(a) AS a, elementId(b) AS b, type(e) AS type, properties(e) AS kept ORDER BY id',
    'CALL db.labels() YIELD label RETURN label ORDER BY label',
    'CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey ORDER BY propertyKey',
    'CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType ORDER BY relationshipType',
    'SHOW INDEXES YIELD name, type, labelsOrTypes, properties RETURN name, type, labelsOrTypes, properties ORDER BY name',
    'SHOW CONSTRAINTS YIELD name, type RETURN name, type ORDER BY name',
    'SHOW USERS',
    'SHOW DATABASES YIELD name, currentStatus, access',
  ]) {
    const { records } = await lent.graph.driver.executeQuery(query);
    hash.update(JSON.stringify(records.map((record) => record.toObject())));
  }
  return hash.digest('hex');
}

/** A server on loopback that hears whoever connects. */
async function listener(): Promise<{ server: Server; port: number; heard: () => number }> {
  let heard = 0;
  const server = createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0, heard: () => heard };
}

interface Outcome {
  readonly attack: Attack;
  readonly answer: unknown;
  readonly tookMs: number;
}

async function attackWith(attack: Attack, port: number): Promise<Outcome> {
  const started = performance.now();
  const query = attack.query.replaceAll('$port', String(port));
  const answer = await gateway.run(request(query, { params: attack.params ?? {}, timeoutMs: LIMIT_MS })).then(
    (table) => table,
    (error: unknown) => error,
  );
  return { attack, answer, tookMs: performance.now() - started };
}

describe('hostile queries', () => {
  test('are two hundred and more, no two the same', () => {
    expect(new Set(ATTACKS.map(({ query }) => query)).size).toBe(ATTACKS.length);
    expect(ATTACKS.length).toBeGreaterThanOrEqual(200);
  });

  test('write nothing, read no file, reach nobody, and end in time; the server lives on', {
    timeout: 300_000,
  }, async () => {
    const { server, port, heard } = await listener();
    const before = await digest();
    const outcomes: Outcome[] = [];
    for (const attack of ATTACKS) {
      outcomes.push(await attackWith(attack, port));
    }
    server.close();
    expect(await digest()).toBe(before);
    expect(heard()).toBe(0);
    const told = outcomes.map(({ answer }) => (answer instanceof Error ? answer.message : JSON.stringify(answer)));
    expect(told.filter((text) => /root:|listen_address|SHA-256/.test(text))).toEqual([]);
    expect(outcomes.filter(({ tookMs }) => tookMs > LIMIT_MS + 1_000).map(briefly)).toEqual([]);
    const faultsOfOurs = outcomes.filter(
      ({ answer }) => answer instanceof Error && !(answer instanceof AppError && answer.status < 500),
    );
    expect(faultsOfOurs.map(briefly)).toEqual([]);
    const refusable = outcomes.filter(({ attack }) => !attack.family.startsWith('products'));
    expect(refusable.filter(({ answer }) => !(answer instanceof Error)).map(briefly)).toEqual([]);
    expect((await gateway.run(request('RETURN 1 AS one'))).rows).toEqual([[1]]);
  });
});

function briefly({ attack, answer, tookMs }: Outcome): string {
  const told = answer instanceof Error ? `${answer.name} ${answer.message.slice(0, 200)}` : 'answered';
  return `${attack.query.slice(0, 120)} → ${told} (${Math.round(tookMs)} ms)`;
}

describe('what a query answers', () => {
  test('nodes, relationships and paths as plain objects', async () => {
    const { columns, rows, truncated } = await gateway.run(
      request(
        "MATCH p = (u:User {id: 'ann'})-[e:ENGAGED]->(c:Content {id: 'post:opening'}) RETURN u, e, p, length(p) AS l",
      ),
    );
    expect([columns, rows.length, truncated]).toEqual([['u', 'e', 'p', 'l'], 1, false]);
    const [user, engaged, path, length] = rows[0] ?? [];
    expect(user).toMatchObject({ labels: ['User'], properties: { id: 'ann' } });
    expect(engaged).toMatchObject({ type: 'ENGAGED', properties: { weight: 0.3 } });
    expect(path).toMatchObject({ nodes: [{ labels: ['User'] }, {}], relationships: [{ type: 'ENGAGED' }] });
    expect(length).toBe(1);
  });

  test.each([
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740991', -9007199254740991],
    ['0.5', 0.5],
    ['0.0 / 0.0', 'NaN'],
    ["date('2026-01-15')", '2026-01-15'],
    ["datetime('2026-01-15T12:00:00.123456789+02:00')", '2026-01-15T12:00:00.123456789+02:00'],
    ["localtime('12:30:01')", '12:30:01'],
    ["duration('P1Y2M3DT4.5S')", 'P1Y2M3DT4.500000000S'],
    ['point({x: 1, y: 2.5})', { srid: 7203, x: 1, y: 2.5 }],
    ['[1, [2, null], {a: true}]', [1, [2, null], { a: true }]],
    ["{__proto__: 1, `a b`: 'c'}", JSON.parse('{"__proto__": 1, "a b": "c"}')],
  ])('%s as %j', async (expression, expected) => {
    expect((await gateway.run(request(`RETURN ${expression} AS x`))).rows).toEqual([[expected]]);
  });

  test('parameters: whole numbers as integers, others as floats', async () => {
    const params = { n: 2, x: 0.5, list: [1, 'two', { three: 3 }] };
    const query = 'UNWIND range(1, 9) AS i RETURN i, $n / 4 AS whole, $x / 2 AS half, $list AS list LIMIT $n';
    const { rows } = await gateway.run(request(query, { params }));
    expect(rows).toEqual([
      [1, 0, 0.25, [1, 'two', { three: 3 }]],
      [2, 0, 0.25, [1, 'two', { three: 3 }]],
    ]);
  });

  test('no more rows than asked for, and says so', async () => {
    const all = await gateway.run(request('UNWIND range(1, 5) AS i RETURN i', { limit: 5 }));
    expect([all.rows.length, all.truncated]).toEqual([5, false]);
    const some = await gateway.run(request('UNWIND range(1, 1000000000000) AS i RETURN i', { limit: 5 }));
    expect([some.rows, some.truncated]).toEqual([[[1], [2], [3], [4], [5]], true]);
    const wide = await gateway.run(
      request('UNWIND range(1, 5000) AS i RETURN [x IN range(1, 1000) | x] AS xs', { limit: 10_000 }),
    );
    expect(wide.truncated).toBe(true);
    expect(JSON.stringify(wide.rows).length).toBeLessThan(9_000_000);
  });

  test("Neo4j's remarks about the query", async () => {
    const { warnings } = await gateway.run(request('MATCH (n:Usr) RETURN n'));
    expect(warnings.join()).toContain('Usr');
  });
});

describe('what is wrong with a query is told', () => {
  test.each([
    ['MATCH (n RETURN n', 'CYPHER_INVALID', 'A ( is never closed.'],
    ['MATCH (n)\nRETURN m', 'CYPHER_INVALID', 'Line 2, column 8: Variable `m` not defined'],
    ['// one\nMATCH (n)\n  RETRUN n', 'CYPHER_INVALID', 'Line 3, column 3: '],
    ['RETURN $missing AS x', 'CYPHER_INVALID', 'missing'],
    ["RETURN 1 + date('x') AS x", 'CYPHER_INVALID', 'x'],
    ['RETURN 1 / 0 AS x', 'CYPHER_INVALID', '/ by zero'],
    ['MATCH (n) SET n.x = 1', 'CYPHER_REFUSED', 'more than reading'],
    ['WITH 1 AS xs RETURN [x IN xs | x] AS y', 'CYPHER_REFUSED', 'xs[..1000]'],
  ])('%s', async (query, code, message) => {
    const error = await failure(query);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(error.message).not.toContain('Neo.');
  });

  test('a list that is too long for an answer is not put into words to its end', async () => {
    let seen = 0;
    const value = Array.from({ length: 100_000 }, () => ({
      get name() {
        seen += 1;
        return 'ten letter';
      },
    }));
    expect(() => plainValue(value, { left: 1_000 })).toThrow(NoRoomError);
    expect(seen).toBeLessThan(100);
    const error = await failure('UNWIND range(1, 2000000) AS x RETURN collect(x) AS xs', { timeoutMs: 20_000 });
    expect([error.code, error.message]).toEqual(['QUERY_TOO_COSTLY', expect.stringContaining('One row alone')]);
  });

  test('one that gathers more than a query may have ends before it takes the memory of others', async () => {
    const error = await failure('UNWIND range(1, 1000000000000) AS x RETURN collect(x) AS xs', { timeoutMs: 20_000 });
    expect([error.code, error.message]).toEqual(['QUERY_TOO_COSTLY', expect.stringContaining('memory')]);
  });

  test('more than two at once wait for their turn, and no longer than their own time', async () => {
    const fresh = openGateway(inject('stores').neo4j);
    const codeOf = (query: string, timeoutMs: number): Promise<unknown> =>
      fresh.run(request(query, { timeoutMs })).then(
        ({ rows }) => rows,
        (error: AppError) => error.code,
      );
    const long = 'UNWIND range(1, 1000000000000) AS x RETURN count(x) AS n';
    const both = [codeOf(long, 1_500), codeOf(long, 1_500)];
    expect(await codeOf('RETURN 1 AS one', 50)).toBe('CYPHER_BUSY');
    expect(await codeOf('RETURN 1 AS one', 10_000)).toEqual([[1]]);
    expect(await Promise.all(both)).toEqual(['QUERY_TOO_COSTLY', 'QUERY_TOO_COSTLY']);
    await fresh.close();
  });
});

describe('an analyst may', () => {
  test.each([
    'MATCH (n) RETURN labels(n) AS labels, count(*) AS n ORDER BY n DESC;',
    'MATCH (u:User) OPTIONAL MATCH (u)-[e:ENGAGED]->(c) WITH u, collect(c.id) AS cs RETURN u.id, cs, size(cs) AS n',
    'MATCH (u:User)-[e:ENGAGED]->(c)<-[f:ENGAGED]-(v:User) WHERE u.id < v.id RETURN u.id, v.id, sum(e.weight * f.weight) AS s ORDER BY s DESC LIMIT 5',
    "MATCH p = shortestPath((a:User {id: 'ann'})-[*..4]-(b:User {id: 'gus'})) RETURN [n IN nodes(p) | n.id] AS ids",
    "MATCH p = (a:User {id: 'ann'})-[*1..2]->(b) RETURN reduce(w = 1.0, e IN relationships(p) | w * coalesce(e.weight, 1)) AS w",
    "MATCH p = (a:User {id: 'ann'})-[*1..2]->(b) RETURN reduce(w = 0.0, e IN relationships(p) | w + coalesce(e.weight, 1)) AS w",
    "MATCH p = ANY SHORTEST (a:User {id: 'ann'})-->{1,3}(b:User) RETURN length(p) AS l",
    'MATCH (u:User) WITH collect(u.id)[..100] AS ids RETURN [id IN ids WHERE id STARTS WITH "a" | toUpper(id)] AS names',
    'MATCH (c:Content) WHERE c.title =~ "(?i).*jazz.*" RETURN c.title AS title',
    'MATCH (c:Content) RETURN [l IN labels(c) WHERE l <> "Content"][0] AS type, count(*) AS n',
    'MATCH (c:Content) RETURN [w IN split(coalesce(c.title, ""), " ")[..50] | toLower(w)] AS words',
    'MATCH (u:User) RETURN u {.id, engaged: COUNT { (u)-[:ENGAGED]->() }, top: COLLECT { MATCH (u)-[e:ENGAGED]->(c) RETURN c.id ORDER BY e.weight DESC LIMIT 2 }} AS person',
    'MATCH (u:User) WHERE EXISTS { (u)-[:ENGAGED]->(:Content) } RETURN count(u) AS n',
    'MATCH ()-[e:ENGAGED]->() RETURN round(min(e.weight), 3) AS least, percentileCont(e.weight, 0.5) AS middle, stDev(e.weight) AS spread',
    'UNWIND [[1, 2], [3, 4]] AS pair WITH pair[0] AS a, pair[1] AS b RETURN 0.4 * a + 0.25 * b + 0.15 * a + 0.1 * b AS score',
    'MATCH (c:Content) RETURN duration.inDays(datetime({epochMillis: toInteger(c.createdAt)}), datetime("2026-01-20T00:00:00Z")).days AS age',
    'CALL db.labels() YIELD label RETURN label ORDER BY label',
    'CALL db.schema.visualization()',
    'CALL { MATCH (u:User) RETURN u.id AS id UNION MATCH (t:Tag) RETURN t.name AS id } RETURN id ORDER BY id',
    '/* a question */ MATCH (u:User) // of people\nRETURN count(u) AS `how many (people)?`',
    'MATCH (c:Content)-[:TAGGED]->(t) WITH c, collect(t.name)[..20] AS tags RETURN [x IN tags WHERE x IN ["chess", "jazz"]] AS both, [x IN tags WHERE NOT x IN tags[..3]] AS rest',
    "MATCH (u:User {id: 'ann'}) RETURN [k IN keys(u) | [l IN keys(u) | k + l]] AS pairs",
    "RETURN 'a string with LOAD CSV, CREATE and // no comment; really' AS text",
  ])('ask: %s', async (query) => {
    const { columns } = await gateway.run(request(query));
    expect(columns.length).toBeGreaterThan(0);
  });
});
