import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeptWorld } from '../../src/bench/kept-world.ts';

const NOW = Date.UTC(2026, 0, 15);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'kept-world-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a made-up world that is kept', () => {
  it('begins empty in an empty directory, and is found again as it was left', async () => {
    const { grown, save } = await openKeptWorld(directory, NOW);
    expect(grown).toEqual({ now: NOW, sizes: [], growing: false });
    await save({ ...grown, sizes: [10_000] });
    expect((await openKeptWorld(directory, NOW + 1)).grown).toEqual({ now: NOW, sizes: [10_000], growing: false });
  });

  it('is not made in a directory that holds anything else', async () => {
    await writeFile(path.join(directory, 'dear.txt'), 'mine');
    await expect(openKeptWorld(directory, NOW)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is of no use when it was left while it grew: nobody knows how much of it is there', async () => {
    const { grown, save } = await openKeptWorld(directory, NOW);
    await save({ ...grown, growing: true });
    await expect(openKeptWorld(directory, NOW)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
