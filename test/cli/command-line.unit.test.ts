import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthenticate } from '../../src/api/auth.ts';
import { runCommandLine } from '../../src/cli/cli.ts';
import { systemClock } from '../../src/core/clock.ts';
import { SECRET } from '../api/fixture.ts';

let dataDir = '';

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-cli-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const out = new PassThrough();
  const err = new PassThrough();
  const streams = { out, err } as unknown as Parameters<typeof runCommandLine>[2];
  const code = await runCommandLine(
    ['node', 'activity-graph', ...args],
    { DATA_DIR: dataDir, ...environment },
    streams,
  );
  out.end();
  err.end();
  return { code, out: await text(out), err: await text(err) };
}

describe('a command line that cannot be understood ends with 64, names the fault, and opens nothing', () => {
  test.each([
    ['no such command', ['dance'], 'dance'],
    ['no such option', ['info', '--jsno'], '--jsno'],
    ['no user', ['token'], '--user'],
    ['an empty user', ['token', '--user', ''], '--user'],
    ['a user that is a space', ['token', '--user', ' '], '--user'],
    ['a user that ends with a line break', ['token', '--user', 'ann\n'], '--user'],
    ['a user of 201 characters', ['token', '--user', 'x'.repeat(201)], '--user'],
    ['no such role', ['token', '--user', 'ann', '--role', 'king'], '--role'],
    ['a token for more than ten years', ['token', '--user', 'ann', '--days', '3651'], '--days'],
    ['a token for no days', ['token', '--user', 'ann', '--days', '0'], '--days'],
    ['times moved and not moved', ['import', 'ldbc-snb', 'x', '--shift-to-now', '--no-shift'], '--no-shift'],
    ['times not moved and moved', ['import', 'ldbc-snb', 'x', '--no-shift', '--shift-to-now'], '--shift-to-now'],
    ['a community of two', ['demo', '--people', '2'], 'people'],
    ['a community of three years', ['demo', '--days', '1000'], 'days'],
  ])('%s', async (_case, args, named) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(named);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

test('wrong settings end with 78 and are all named at once', async () => {
  const { code, out, err } = await run(['info'], { PORT: 'x', AUTH_SECRET: 'short' });
  expect([code, out]).toEqual([78, '']);
  expect(err).toMatch(/^CONFIG_INVALID: 2 setting/);
  expect(err).toContain('PORT');
  expect(err).toContain('AUTH_SECRET');
});

test('help is answered with 0 on stdout', async () => {
  const { code, out, err } = await run(['--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('rebuild-graph');
});

describe('token', () => {
  test('prints one token that the service accepts', async () => {
    const { code, out, err } = await run(['token', '--user', 'ann', '--role', 'admin', '--days', '3650'], {
      AUTH_SECRET: SECRET,
    });
    expect([code, err]).toEqual([0, '']);
    const authenticate = createAuthenticate({ secret: SECRET, clock: systemClock });
    expect(await authenticate(`Bearer ${out.trimEnd()}`)).toMatchObject({ id: 'ann', role: 'admin' });
  });

  test('signs with the same secret of its own every time, which only the owner can read', async () => {
    const first = await run(['token', '--user', 'ann']);
    const second = await run(['token', '--user', 'bo']);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(await readdir(dataDir)).toEqual(['auth-secret']);
    const secret = path.join(dataDir, 'auth-secret');
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
    const authenticate = createAuthenticate({ secret: await readFile(secret, 'utf8'), clock: systemClock });
    expect(await authenticate(`Bearer ${first.out.trimEnd()}`)).toMatchObject({ id: 'ann', role: 'user' });
    expect(await authenticate(`Bearer ${second.out.trimEnd()}`)).toMatchObject({ id: 'bo', role: 'user' });
  });

  test('is refused with 78 when tokens come from a key server', async () => {
    const { code, out, err } = await run(['token', '--user', 'ann'], { AUTH_JWKS_URL: 'https://keys.example/jwks' });
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('AUTH_JWKS_URL');
  });
});

test('info --json prints one JSON value and nothing else, without a service', async () => {
  const { code, out, err } = await run(['info', '--json']);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({ dataDir, running: false });
});
