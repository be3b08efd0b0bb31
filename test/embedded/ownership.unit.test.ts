import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireOwnership, readOwner } from '../../src/embedded/ownership.ts';
import { writePrivateFile } from '../../src/embedded/private-files.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-owner-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function writeOwner(number: number, owner: { pid: number; startedAt: string }): Promise<void> {
  const record = { owner, purpose: 'serve', since: '2026-01-01T00:00:00.000Z', state: 'held' };
  return writePrivateFile(path.join(dataDir, 'owner', `${number}.json`), JSON.stringify(record));
}

test('of many that find a dead owner one takes over', async () => {
  await writeOwner(7, { pid: process.pid, startedAt: 'at another time' });
  const results = await Promise.all(Array.from({ length: 50 }, () => acquireOwnership(dataDir, 'serve')));
  expect(results.filter((result) => 'release' in result)).toHaveLength(1);
  expect(await readOwner(dataDir)).toMatchObject({ owner: { pid: process.pid }, state: 'held' });
});

test('of many that take turns never two are owners at once', async () => {
  let owners = 0;
  let turns = 0;
  const takeTurns = async () => {
    while (turns < 50) {
      const result = await acquireOwnership(dataDir, 'command');
      if (!('release' in result)) continue;
      owners += 1;
      turns += 1;
      expect(owners).toBe(1);
      await readOwner(dataDir);
      owners -= 1;
      await result.release('free');
    }
  };
  await Promise.all(Array.from({ length: 8 }, takeTurns));
  expect(await readdir(path.join(dataDir, 'owner'))).toHaveLength(1);
});

test('an owner whose process id is in use again is a dead owner', async () => {
  await writeOwner(1, { pid: 1, startedAt: 'before the reboot' });
  expect(await acquireOwnership(dataDir, 'serve')).toHaveProperty('release');
});

test('a record that a crash of the machine cut off is a dead owner', async () => {
  await writePrivateFile(path.join(dataDir, 'owner', '3.json'), '{"owner":');
  expect(await acquireOwnership(dataDir, 'serve')).toHaveProperty('release');
});
