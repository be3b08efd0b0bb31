import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdOut } from '../../src/evaluation/holdout.ts';
import { type Interaction, readFriendships, readInteractions } from '../../src/evaluation/interactions.ts';
import { connectionsOf, likesOf } from '../../src/evaluation/replay.ts';
import { placeInTime } from '../../src/evaluation/times.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-data-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(text: string): Promise<string> {
  const name = path.join(folder, 'data.tsv');
  await writeFile(name, text);
  return name;
}

describe('reading a data set', () => {
  it('takes person, item, time and weight, and leaves out what weighs nothing', async () => {
    const name = await file('7\tx\t100\n8\tx y\t0\t2.5\r\n\n9\tz\t5\t0\n');
    expect(await readInteractions(name)).toEqual([
      { person: '7', item: 'x', at: 100, weight: 1 },
      { person: '8', item: 'x y', at: 0, weight: 2.5 },
    ]);
  });

  it('names every malformed line with what is wrong in it', async () => {
    const name = await file('7\tx\t100\n7\tx\n7\tx\tnoon\n\tx\t3\n7\tx\t3\tmuch\n7\t x\t3\n');
    const failure = await readInteractions(name).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EVALUATION_INVALID' });
    const lines = String((failure as Error).message).split('\n');
    expect(lines.map((line) => line.replace(name, ''))).toEqual([
      ':2: has 2 of the fields person, item, timestamp and (optional) weight, separated by tabs',
      ':3: timestamp "noon" is no time in seconds since 1970',
      ':4: person "" is no id of 1 to 200 characters',
      ':5: weight "much" is no number',
      ':6: item " x" is no id of 1 to 200 characters',
    ]);
  });

  it('says so when a file is not there or friends are not two', async () => {
    await expect(readInteractions(path.join(folder, 'none.tsv'))).rejects.toMatchObject({ code: 'EVALUATION_INVALID' });
    await expect(readFriendships(await file('7\t8\t9\n'))).rejects.toThrow(/:1: has 3 of the two fields/u);
  });
});

const event = (person: string, item: string, at = 0): Interaction => ({ person, item, at, weight: 1 });

describe('putting data in time', () => {
  it('moves them so that the newest is now, and keeps ages and the order of the file', () => {
    const times = placeInTime([event('a', 'x', 50), event('a', 'y', 60), event('b', 'y', 60)], 1e12);
    expect(times).toEqual([1e12 - 10_000, 1e12 - 1, 1e12]);
  });

  it('law: never puts two events at one time, one before an older one, or one after now', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (seconds) => {
        const events = seconds.map((at) => event('a', 'x', at));
        const times = placeInTime(events, 1e12);
        const inOrder = seconds
          .map((at, index) => ({ at, index }))
          .sort((a, b) => a.at - b.at || a.index - b.index)
          .map(({ index }) => times[index] ?? Number.NaN);
        expect(inOrder.every((time, index) => index === 0 || time > (inOrder[index - 1] ?? 0))).toBe(true);
        expect(Math.max(0, ...times)).toBeLessThanOrEqual(1e12);
      }),
    );
  });

  it('makes a like of an event, with minutes for its weight', () => {
    const events = [event('a', 'x', 9), { ...event('b', 'y', 19), weight: 2.5 }];
    expect([...likesOf(events, 1e12).values()]).toEqual([
      { at: 1e12 - 10_000, input: { id: 'like-0', user_id: 'a', activity_type: 'like', content: 'item:x' } },
      {
        at: 1e12,
        input: { id: 'like-1', user_id: 'b', activity_type: 'like', content: 'item:y', duration_seconds: 150 },
      },
    ]);
  });

  it('makes accepted connections of friends, each pair once', () => {
    const friendships = [['b', 'a'] as const, ['a', 'b'] as const, ['a', 'a'] as const];
    const said = connectionsOf(friendships, 1e12).map(({ input }) => [input.activity_type, input.user_id]);
    expect(said).toEqual([
      ['connection_request', 'a'],
      ['connection_accept', 'b'],
    ]);
  });
});

describe('holding data out', () => {
  it('takes the newest tenth where times differ, of people known before and new to them', () => {
    const events = Array.from({ length: 20 }, (_, n) => event(n === 19 ? 'new' : 'old', `i${n}`, n));
    const { training, validation, by } = holdOut(events);
    expect([by, training.length, validation.map(({ item }) => item)]).toEqual(['newest', 18, ['i18']]);
  });

  it("takes everybody's last where that is what will be asked for, of those who have another one", () => {
    const events = [
      event('a', 'x', 5),
      event('a', 'y', 5),
      event('b', 'x', 1),
      event('a', 'z', 3),
      event('c', 'x'),
      event('c', 'y'),
    ];
    const { training, validation, by } = holdOut(events, 'last');
    expect(by).toBe('last');
    expect(validation.map(({ person, item }) => `${person} ${item}`).sort()).toEqual(['a y', 'c y']);
    expect(training.map(({ person, item }) => `${person} ${item}`)).toEqual(['a x', 'b x', 'a z', 'c x']);
  });

  it('takes a fifth of each person otherwise, always the same one, and nothing of those with few events', () => {
    const events = [
      ...Array.from({ length: 10 }, (_, n) => event('many', `i${n}`)),
      ...Array.from({ length: 4 }, (_, n) => event('few', `i${n}`)),
    ];
    const { training, validation, by } = holdOut(events);
    expect([by, training.length, validation.map(({ person }) => person)]).toEqual(['chance', 12, ['many', 'many']]);
    expect(holdOut(events).validation).toEqual(validation);
  });
});
