import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disownLock } from '../../src/embedded/postgres.ts';

let data = '';
let child: ChildProcess;

beforeEach(async () => {
  data = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-lock-'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

/** A process with its id in the lock file, as a postmaster has. */
async function processIn(folder: string): Promise<{ pid: number; lock: string }> {
  child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const lock = `${pid}\n${data}\n1767225600\n5432\n`;
  await writeFile(path.join(data, 'postmaster.pid'), lock);
  return { pid, lock };
}

const readLock = () => readFile(path.join(data, 'postmaster.pid'), 'utf8');

describe('the lock file of Postgres', () => {
  it.runIf(process.platform === 'linux')(
    'is left alone while a Postgres of other hands runs on the folder',
    async () => {
      const { pid, lock } = await processIn(data);
      await expect(disownLock(data)).rejects.toThrow(`process ${pid}, which was not started by activity-graph`);
      expect(await readLock()).toBe(lock);
    },
  );

  it('names nobody when a process of another kind has the id now', async () => {
    const { pid } = await processIn(os.tmpdir());
    await disownLock(data);
    expect((await readLock()).split('\n')).toEqual(['999999999', data, '1767225600', '5432', '']);
    expect(pid).not.toBe(999_999_999);
  });
});
