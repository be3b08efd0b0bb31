import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createSparing } from '../../src/signals/sparing.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('work that always fails for some', () => {
  it('is done for all others, and those are told of by their ids', async () => {
    const told: unknown[] = [];
    const done: string[] = [];
    const sparing = createSparing((id, error) => told.push([id, (error as Error).message]));
    await sparing.each(ids, async (some) => {
      if (some.includes('c') || some.includes('f')) {
        throw new Error(`too much for ${some.join()}`);
      }
      done.push(...some);
    });
    expect(done.sort()).toEqual(['a', 'b', 'd', 'e', 'g']);
    expect(told).toEqual([
      ['c', 'too much for c'],
      ['f', 'too much for f'],
    ]);
    expect(sparing.skipped()).toBe(2);
  });

  it('is no matter of theirs when a store is away', async () => {
    let tries = 0;
    const away = createSparing().each(ids, async () => {
      tries += 1;
      throw new AppError('GRAPH_UNAVAILABLE', 'Neo4j does not answer');
    });
    await expect(away).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    expect(tries).toBe(1);
  });

  it('ends the run when it fails for too many', async () => {
    const failing = async () => {
      throw new Error('a fault of ours');
    };
    await expect(createSparing(undefined, 3).each(ids, failing)).rejects.toThrow('a fault of ours');
  });
});
