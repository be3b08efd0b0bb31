import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRuntime } from '../../src/embedded/runtime.ts';
import { readNotes, writeNote } from './notes.ts';
import { buildService, startOwner } from './owner-process.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };
const asNobody = ['setpriv', `--reuid=${NOBODY.uid}`, `--regid=${NOBODY.gid}`, '--clear-groups'];

/** Everywhere else the other tests run as an ordinary user already. */
const canBecomeNobody =
  process.getuid?.() === 0 &&
  (() => {
    try {
      // The sources must be readable to nobody too.
      execFileSync(asNobody[0] ?? '', [...asNobody.slice(1), process.execPath, '-e', ''], {
        cwd: '/',
        stdio: 'ignore',
      });
      execFileSync(asNobody[0] ?? '', [...asNobody.slice(1), 'ls', import.meta.dirname], { cwd: '/', stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

describe.skipIf(!canBecomeNobody)('an ordinary user without a home (skipped unless run as root with setpriv)', () => {
  let service: Awaited<ReturnType<typeof buildService>>;
  let folder: string;

  beforeAll(async () => {
    service = await buildService();
    folder = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-nobody-'));
    // Root's cache cannot be read by others; a copy saves fetching the jars again.
    const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
    await cp(path.join(cache, 'activity-graph'), path.join(folder, 'cache', 'activity-graph'), { recursive: true });
    execFileSync('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, folder]);
  }, 60_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await service.remove();
  });

  test('starts both stores, again after everything was killed, and stops them', { timeout: 90_000 }, async () => {
    const dataDir = path.join(folder, 'data');
    const env = { HOME: '/nonexistent', XDG_CACHE_HOME: path.join(folder, 'cache') };
    const start = () => startOwner(service.folder, dataDir, { as: asNobody, env });

    const killed = await start();
    await writeNote(killed.addresses, 'mine');
    const { postgres, neo4j } = (await readRuntime(dataDir)) ?? {};
    for (const pid of [killed.child.pid, postgres?.process.pid, neo4j?.process.pid])
      process.kill(present(pid), 'SIGKILL');
    await once(killed.child, 'exit');

    const { child, addresses } = await start();
    expect(await readNotes(addresses)).toEqual({ log: ['mine'], graph: ['mine'] });
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await readRuntime(dataDir)).toBeUndefined();
  });
});

function present(pid: number | undefined): number {
  if (pid === undefined) throw new Error('runtime.json names no such process');
  return pid;
}
