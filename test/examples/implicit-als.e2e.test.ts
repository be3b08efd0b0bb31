import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Listening, listen } from '../../src/api/serve.ts';
import { type Gateway, openGateway } from '../../src/graph/gateway/gateway.ts';
import { putNeighbours } from '../../src/signals/similarity/upload.ts';
import { NOW, openTestApi, tokenFor } from '../api/fixture.ts';
import { fillGraph, ranking, storedNeighbours } from '../signals/similarity/bipartite.ts';
import { useGraph } from '../support/stores.ts';

const script = fileURLToPath(new URL('../../examples/implicit-als.py', import.meta.url));
const python = process.env['PYTHON'] ?? 'python3';

function hasImplicit(): boolean {
  try {
    execFileSync(python, ['-c', 'import implicit'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      `The example in Python is not run: ${python} has no package implicit (PYTHON names another).\n`,
    );
    return false;
  }
}

const lent = useGraph();
let gateway: Gateway;
let listening: Listening;
let folder: string;

beforeAll(async () => {
  gateway = openGateway(inject('stores').neo4j);
  const api = await openTestApi({
    cypher: (request) => gateway.run(request),
    putNeighbours: (upload) => putNeighbours(lent.graph, upload, { ranking, now: NOW }),
  });
  listening = await listen(api.app, { host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-als-'));
  await fillGraph(lent.graph, TWO_TASTES);
});
afterAll(async () => {
  await listening.close(1_000);
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** Twelve people like three of the four posts about cats, twelve three of the four about tea. */
const TWO_TASTES = [...Array(24).keys()].flatMap((person) =>
  [0, 1, 2, 3]
    .filter((post) => post !== person % 4)
    .map((post) => ({
      person: `p${person}`,
      content: `post:${person < 12 ? 'cats' : 'tea'}${post}`,
      weight: 0.3,
      at: NOW,
    })),
);

async function run(...args: readonly string[]): Promise<string> {
  const token = await tokenFor('trainer', 'admin');
  const url = `http://127.0.0.1:${listening.port}`;
  const all = [script, '--url', url, '--token', token, '--factors', '4', '--most', '3', ...args];
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const { stdout } = await promisify(execFile)(python, all, { env: environment });
  return stdout;
}

async function expectTwoTastes(model: string): Promise<void> {
  const stored = await storedNeighbours(lent.graph, model);
  expect(stored.size).toBe(8);
  for (const { from, to } of stored.values()) {
    const taste = from.slice(0, 'post:cat'.length);
    expect(
      to.every((other) => other.startsWith(taste)),
      `${from} → ${to.join(', ')}`,
    ).toBe(true);
  }
}

describe.skipIf(!hasImplicit())('the example that trains ALS in Python', () => {
  it('reads the graph and brings neighbours of the same taste', async () => {
    expect(await run('--model', 'als')).toContain('24 neighbours are there under the name als');
    await expectTwoTastes('als');
  });

  it('reads a file, and says which contents the service does not know', async () => {
    const lines = TWO_TASTES.map(({ person, content }) => `${person}\t${content}\t0\t1`);
    const file = path.join(folder, 'engagement.tsv');
    await writeFile(file, `${[...lines, 'p1\tpost:cats-elsewhere\t0\t1', 'p2\tpost:cats-elsewhere'].join('\n')}\n`);
    expect(await run('--model', 'from-file', '--tsv', file)).toContain('1 contents are not known there');
    expect((await storedNeighbours(lent.graph, 'from-file')).size).toBe(8);
  });
});
