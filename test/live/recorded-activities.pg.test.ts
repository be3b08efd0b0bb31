import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { AppError } from '../../src/core/errors.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createRecordedActivities, type RecordedActivities } from '../../src/live/recorded-activities.ts';
import { eraseFromLog } from '../../src/log/erase/erase-log.ts';
import { beginErasure, readPending } from '../../src/log/erase/pending.ts';
import { pruneAudit } from '../../src/log/prune/prune.ts';
import { listActivities } from '../../src/log/read/activities.ts';
import { NOW, sent, useLog } from '../log/fixture.ts';

const lent = useLog();
let queries: string[] = [];
/** So many of the next queries fail, as they do while Postgres starts anew. */
let failures = 0;
let live: RecordedActivities;

beforeEach(() => {
  queries = [];
  const pool = new Proxy(lent.pool, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name !== 'query') {
        return member;
      }
      return (text: string, values: unknown[]) => {
        queries.push(text);
        if (failures > 0) {
          failures -= 1;
          return Promise.reject(Object.assign(new Error('terminating connection'), { code: '57P01' }));
        }
        return target.query(text, values);
      };
    },
  }) as Pool;
  live = createRecordedActivities({ pool, log: lent.log, logger: createLogger('silent'), pollMs: 20 });
});
afterEach(() => live.close());

/** Lets somebody look at something so often; the positions. */
async function record(person: string, times: number, content = 'post:1'): Promise<readonly number[]> {
  const views = Array.from({ length: times }, () => sent(person, { activity_type: 'view', content }));
  const results = await lent.log.append(views);
  return results.flatMap((result) => (result.status === 'accepted' ? [result.position] : []));
}

type Stream = Awaited<ReturnType<RecordedActivities['subscribe']>>;

async function take(stream: Stream, count: number): Promise<readonly number[]> {
  const positions: number[] = [];
  while (positions.length < count) {
    const { value, done } = await stream.next();
    if (done === true) {
      break;
    }
    positions.push(value.position);
  }
  return positions;
}

describe('what people do, told as it is recorded', () => {
  it('is told to each of them, from the moment they listen on', async () => {
    await record('ann', 2);
    const [ann, bo] = await Promise.all([live.subscribe({ person: 'ann' }), live.subscribe({ person: 'bo' })]);
    const [first] = await record('ann', 1);
    const [second] = await record('bo', 1);
    const [third] = await record('ann', 1);
    expect(await take(ann, 2)).toEqual([first, third]);
    expect(await take(bo, 1)).toEqual([second]);
  });

  it('is told after the position that somebody names, though they heard of more than this process did', async () => {
    const before = await record('ann', 3);
    const stream = await live.subscribe({ person: 'ann', after: before[0] ?? 0 });
    const ahead = await live.subscribe({ person: 'ann', after: (before[2] ?? 0) + 1 });
    const after = await record('ann', 3);
    expect(await take(stream, 5)).toEqual([...before.slice(1), ...after]);
    expect(await take(ahead, 2)).toEqual(after.slice(1));
  });

  it('repeats nothing and misses nothing, however listeners, writers and slow readers interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ person: fc.constantFrom('cy', 'di'), times: fc.integer({ min: 1, max: 90 }), read: fc.nat(40) }),
          { minLength: 1, maxLength: 6 },
        ),
        async (steps) => {
          const after = await lent.log.head();
          const stream = await live.subscribe({ person: 'cy', after });
          const expected: number[] = [];
          const got: number[] = [];
          for (const { person, times, read } of steps) {
            const recorded = await record(person, times);
            expected.push(...(person === 'cy' ? recorded : []));
            got.push(...(await take(stream, Math.min(read, expected.length - got.length))));
          }
          got.push(...(await take(stream, expected.length - got.length)));
          expect(got).toEqual(expected);
          await stream.return?.();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is read once, however many listen, and not at all when nobody does', async () => {
    const streams = await Promise.all(Array.from({ length: 30 }, () => live.subscribe({ person: 'ann' })));
    queries = [];
    const [position] = await record('ann', 1);
    for (const stream of streams) {
      expect(await take(stream, 1)).toEqual([position]);
    }
    expect(queries.filter((text) => text.includes('FROM activity_log'))).toHaveLength(1);
    await Promise.all(streams.map((stream) => stream.return?.()));
    queries = [];
    await record('ann', 5);
    const { value } = await (await live.subscribe({ person: 'ann', after: 0 })).next();
    expect(value?.position).toBe(1);
    expect(queries.filter((text) => text.includes('FROM activity_log'))).toHaveLength(1);
  });

  it('is told a little later where no notice of it comes', async () => {
    const log = { head: () => lent.log.head(), listen: () => () => undefined };
    const deaf = createRecordedActivities({ pool: lent.pool, log, logger: createLogger('silent'), pollMs: 20 });
    const stream = await deaf.subscribe({ person: 'ann' });
    const recorded = await record('ann', 2);
    expect(await take(stream, 2)).toEqual(recorded);
    await deaf.close();
  });

  it('goes on when Postgres was away for a while, for those who catch up too', async () => {
    const before = await record('ann', 2);
    const after = (before[0] ?? 0) - 1;
    const stream = await live.subscribe({ person: 'ann', after });
    failures = 2;
    const recorded = await record('ann', 2);
    expect(await take(stream, 4)).toEqual([...before, ...recorded]);
    failures = 2;
    const later = await record('ann', 1);
    expect(await take(stream, 1)).toEqual(later);
    expect(failures).toBe(0);
  });

  it('is of one who is one person with another id now what lists of activities show, the other way round', async () => {
    await record('visitor', 2);
    await record('noor', 2);
    const alias = { user_id: 'noor', activity_type: 'alias', target_user_id: 'visitor' };
    await lent.log.append([sent('shop', alias, true)]);
    await record('noor', 1);
    const { items } = await listActivities(lent.pool, { userId: 'noor', limit: 10 });
    expect(items.length).toBeGreaterThanOrEqual(5);
    const stream = await live.subscribe({ person: 'noor', after: 0 });
    expect(await take(stream, items.length)).toEqual(items.map(({ position }) => position).reverse());
  });

  it('goes on for who gets another id meanwhile, whether they are quick or slow', async () => {
    const before = await record('guest', 60);
    const quick = await live.subscribe({ person: 'guest' });
    const slow = await live.subscribe({ person: 'guest', after: (before[0] ?? 0) - 1 });
    expect(await take(slow, 1)).toEqual(before.slice(0, 1));
    const late = await record('guest', 60);
    const alias = { user_id: 'iris', activity_type: 'alias', target_user_id: 'guest' };
    const [joined] = await lent.log.append([sent('shop', alias, true)]);
    const position = joined?.status === 'accepted' ? joined.position : 0;
    const after = await record('iris', 2);
    expect(await take(quick, 63)).toEqual([...late, position, ...after]);
    expect(await take(slow, 122)).toEqual([...before.slice(1), ...late, position, ...after]);
  });

  it('is refused to who comes while Postgres is away', async () => {
    let away = true;
    const gone = new AppError('LOG_UNAVAILABLE', 'Postgres is away.');
    const log = { ...lent.log, head: () => (away ? Promise.reject(gone) : lent.log.head()) };
    const cut = createRecordedActivities({ pool: lent.pool, log, logger: createLogger('silent'), pollMs: 20 });
    setTimeout(() => {
      away = false;
    }, 200);
    await expect(cut.subscribe({ person: 'ann' })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await expect.poll(() => away).toBe(false);
    const stream = await cut.subscribe({ person: 'ann' });
    const recorded = await record('ann', 1);
    expect(await take(stream, 1)).toEqual(recorded);
    await cut.close();
  });

  it('ends at once for who leaves while nothing happens', async () => {
    const stream = await live.subscribe({ person: 'ann' });
    const next = stream.next();
    await stream.return?.();
    expect(await next).toMatchObject({ done: true });
  });

  it('is without its words once the audit rows are pruned, and is not told once it was erased', async () => {
    const { log, pool } = lent;
    await log.append([sent('ed', { activity_type: 'like', content: 'post:1', metadata: { place: 'Turin' } })]);
    const after = (await log.head()) - 1;
    const read = async () => (await (await live.subscribe({ person: 'ed', after })).next()).value?.metadata;
    expect(await read()).toEqual({ place: 'Turin' });
    await pruneAudit(pool, { now: NOW + 150 * 86_400_000, days: 90 });
    expect(await read()).toEqual({});

    // One who reads slowly has it in memory already when the person is erased.
    const slow = await live.subscribe({ person: 'ed' });
    const other = await live.subscribe({ person: 'ed' });
    const kept = await record('ed', 3);
    expect(await take(other, 3)).toEqual(kept);
    // So has one who catches up, and got the first of what was read for that.
    const behind = await live.subscribe({ person: 'ed', after: (kept[0] ?? 0) - 1 });
    expect(await take(behind, 1)).toEqual(kept.slice(0, 1));
    const [id = 0] = await beginErasure(pool, { person: 'ed', key: 'a key of the tests', now: NOW });
    const erasure = await readPending(pool, id);
    await eraseFromLog(pool, erasure ?? expect.fail(), { ranking: DEFAULT_RANKING, now: NOW });
    const [marker] = await record('flo', 1);
    const witness = await live.subscribe({ person: 'flo', after: (marker ?? 0) - 1 });
    expect(await take(witness, 1)).toEqual([marker]);
    for (const stream of [slow, behind]) {
      const next = stream.next();
      await stream.return?.();
      expect(await next).toMatchObject({ done: true });
    }
  });
});
