import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { isRunning, type ProcessIdentity } from '../../src/embedded/processes.ts';
import { type OpenStoresOptions, openStores, readRuntime, type Stores } from '../../src/embedded/stores.ts';
import { waitFor } from '../../src/embedded/waiting.ts';
import { inPostgres, readNotes, writeNote } from './notes.ts';
import { buildService, startOwner } from './owner-process.ts';

const START_MS = 60_000;
const nothing = { log: [], graph: [] };

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-embedded-'));
});

afterAll(async () => {
  // A failed test may leave stores behind that nobody owns.
  const leftOver = await open('command').catch(() => undefined);
  await leftOver?.stop();
  await rm(dataDir, { recursive: true, force: true });
}, START_MS);

function open(purpose: OpenStoresOptions['purpose'], options: Partial<OpenStoresOptions> = {}): Promise<Stores> {
  return openStores({ config: readConfig({ DATA_DIR: dataDir }), logger: createLogger('silent'), purpose, ...options });
}

async function storeProcesses(): Promise<{ postgres: ProcessIdentity; neo4j: ProcessIdentity }> {
  const runtime = await readRuntime(dataDir);
  if (runtime?.postgres === undefined || runtime.neo4j === undefined) throw new Error('runtime.json names no stores');
  return { postgres: runtime.postgres.process, neo4j: runtime.neo4j.process };
}

describe('a service that owns its data directory', () => {
  let service: Stores;

  beforeAll(async () => {
    service = await open('serve', { port: 4321 });
    await writeNote(service.addresses, 'first');
  }, START_MS);

  afterAll(() => service.stop(), START_MS);

  test('has started both stores, and they answer', async () => {
    expect(service.owned).toBe(true);
    expect(await readNotes(service.addresses)).toEqual({ log: ['first'], graph: ['first'] });
  });

  test('runs Postgres with the same order of strings and the same clock everywhere, and durably', async () => {
    const settings = await inPostgres(service.addresses.databaseUrl, async (client) => {
      const { rows } = await client.query(
        `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
                current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses,
                datlocprovider::text || ':' || datlocale AS locale FROM pg_database WHERE datname = current_database()`,
      );
      return rows[0];
    });
    expect(settings).toEqual({
      encoding: 'UTF8',
      zone: 'UTC',
      fsync: 'on',
      addresses: '127.0.0.1',
      locale: 'b:C.UTF-8',
    });
  });

  test('lets nobody else read what holds a password', async () => {
    for (const name of ['runtime.json', 'stores.secret.json', 'neo4j/conf/neo4j.conf', 'neo4j/data/dbms/auth.ini']) {
      expect([name, (await stat(path.join(dataDir, name))).mode & 0o077]).toEqual([name, 0]);
    }
  });

  test('says in runtime.json who it is and where its API listens', async () => {
    expect(await readRuntime(dataDir)).toMatchObject({
      owner: { pid: process.pid },
      purpose: 'serve',
      port: 4321,
      ownerAlive: true,
    });
  });

  test('shares its stores with a command, which does not stop them', async () => {
    const command = await open('command');
    expect(command).toMatchObject({ owned: false, addresses: service.addresses });
    await command.stop();
    expect(await readNotes(service.addresses)).not.toEqual(nothing);
  });

  test('keeps a second service out', async () => {
    await expect(open('serve')).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  test('keeps a second service out that has stores of its own', async () => {
    const config = readConfig({
      DATA_DIR: dataDir,
      DATABASE_URL: 'postgres://elsewhere/db',
      NEO4J_URI: 'bolt://elsewhere',
      NEO4J_PASSWORD: 'x',
    });
    await expect(open('serve', { config })).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
  });

  test('starts killed stores again, at the same address and with their data', { timeout: START_MS }, async () => {
    const before = await storeProcesses();
    process.kill(before.postgres.pid, 'SIGKILL');
    process.kill(before.neo4j.pid, 'SIGKILL');
    await waitFor(() => !isRunning(before.postgres) && !isRunning(before.neo4j), { timeoutMs: 5_000 });

    const notes = await waitFor(() => readNotes(service.addresses).catch(() => undefined), { timeoutMs: 50_000 });
    expect(notes).toEqual({ log: ['first'], graph: ['first'] });
    const renewed = await waitFor(
      async () => {
        const now = await storeProcesses();
        return now.neo4j.pid !== before.neo4j.pid && now.postgres.pid !== before.postgres.pid && now;
      },
      { timeoutMs: 5_000 },
    );
    expect(renewed).toBeDefined();
  });

  test('stops the stores and says so, however often it is asked', { timeout: START_MS }, async () => {
    const { postgres, neo4j } = await storeProcesses();
    await Promise.all([service.stop(), service.stop()]);
    expect([isRunning(postgres), isRunning(neo4j)]).toEqual([false, false]);
    expect(await readRuntime(dataDir)).toBeUndefined();
  });
});

describe('stores whose owner was killed', () => {
  let service: Awaited<ReturnType<typeof buildService>>;

  beforeAll(async () => {
    service = await buildService();
  }, START_MS);

  afterAll(() => service.remove());

  test('go on, are adopted by the next command, and pass to the last who uses them', {
    timeout: START_MS,
  }, async () => {
    const { child, addresses } = await startOwner(service.folder, dataDir);
    const processes = await storeProcesses();
    await writeNote(addresses, 'second');
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(await readRuntime(dataDir)).toMatchObject({ ownerAlive: false });
    expect(await readNotes(addresses)).toEqual({ log: ['first', 'second'], graph: ['first', 'second'] });

    const heir = await open('command');
    expect(heir).toMatchObject({ owned: true, addresses });
    expect(await storeProcesses()).toEqual(processes);

    const borrower = await open('command');
    expect(borrower).toMatchObject({ owned: false, addresses });
    await heir.stop();
    expect(await readNotes(addresses)).toEqual({ log: ['first', 'second'], graph: ['first', 'second'] });
    await borrower.stop();
    expect([isRunning(processes.postgres), isRunning(processes.neo4j)]).toEqual([false, false]);
  });
});

describe('a start that cannot succeed', () => {
  test('without Java says what to install or to set instead, and leaves the directory free', async () => {
    vi.stubEnv('PATH', '');
    vi.stubEnv('JAVA_HOME', '');
    try {
      await expect(open('serve')).rejects.toMatchObject({
        code: 'STORE_START_FAILED',
        message: expect.stringMatching(/needs Java 17 or newer .*install it .* or set NEO4J_URI and NEO4J_PASSWORD/),
      });
      // Refused for the same reason, and not because somebody runs.
      await expect(open('serve')).rejects.toMatchObject({ code: 'STORE_START_FAILED' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('that is given up stops what it has started', { timeout: START_MS }, async () => {
    const giveUp = new AbortController();
    const postgresRuns = async () => (await stat(path.join(dataDir, 'postgres/data/postmaster.pid'))).isFile();
    const opening = open('serve', { signal: giveUp.signal });
    opening.catch(() => undefined);
    await waitFor(() => postgresRuns().catch(() => false), { timeoutMs: 20_000 });
    giveUp.abort();
    await expect(opening).rejects.toMatchObject({ code: 'STORE_START_FAILED' });
    await expect(postgresRuns()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
