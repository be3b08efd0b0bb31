import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { type AppendActivities, type ImportedActivity, load } from '../../src/import/load.ts';
import { memoryPorts } from './memory-ports.ts';

function likes(count: number): ImportedActivity[] {
  return Array.from({ length: count }, (_, index) => ({
    at: index,
    input: { id: `like-${index}`, user_id: 'ann', activity_type: 'like', content: `post:${index}` },
    origin: { file: 'likes.csv', line: index + 2 },
  }));
}

test('activities arrive in order and once, in batches of any size with any number under way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(60),
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 1, max: 5 }),
      async (n, batchSize, inFlight) => {
        const ports = memoryPorts();
        const done: number[] = [];
        const options = {
          source: 's',
          shiftMs: 1_000,
          batchSize,
          inFlight,
          onProgress: (count: number) => done.push(count),
        };
        const report = await load(likes(n), options, ports.append);
        expect(report).toEqual({ accepted: n, duplicate: 0, conflict: 0, invalid: 0, position: n, faults: [] });
        expect(ports.submissions.map(({ activity }) => activity.occurredAt)).toEqual(
          likes(n).map(({ at }) => at + 1_000),
        );
        expect(ports.batchSizes.every((size) => size <= batchSize)).toBe(true);
        expect(done.at(-1) ?? 0).toBe(n);
      },
    ),
    { numRuns: 40 },
  );
});

test('no more than the allowed number of batches is under way, and that many are', async () => {
  const waiting: (() => void)[] = [];
  const memory = memoryPorts();
  const append: AppendActivities = async (submissions) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return memory.append(submissions);
  };
  const loading = load(likes(10), { source: 's', shiftMs: 0, batchSize: 1, inFlight: 3 }, append);
  for (let released = 0; released < 10; released += 1) {
    await expect.poll(() => waiting.length).toBe(Math.min(3 + released, 10));
    waiting[released]?.();
  }
  expect((await loading).accepted).toBe(10);
});

test('a load that broke off is continued by loading again', async () => {
  const ports = memoryPorts();
  const options = { source: 's', shiftMs: 0, batchSize: 10, inFlight: 3 };
  ports.failAfter = 45;
  await expect(load(likes(100), options, ports.append)).rejects.toThrow('the connection broke');
  expect(ports.submissions).toHaveLength(40);
  expect(ports.batchSizes.length).toBeLessThan(10);
  ports.failAfter = Number.POSITIVE_INFINITY;
  expect(await load(likes(100), options, ports.append)).toMatchObject({ accepted: 60, duplicate: 40, conflict: 0 });
  expect(ports.submissions.map(({ activity }) => activity.givenId)).toEqual(likes(100).map(({ input }) => input.id));
});

test('what is refused, before the log or by it, is named with its origin, and the rest arrives', async () => {
  const [first, second, third, fourth] = likes(4);
  const bad = { ...second, at: 1, input: { ...second?.input, activity_type: 'nonsense' } } as ImportedActivity;
  const memory = memoryPorts();
  const append: AppendActivities = async (submissions) =>
    Promise.all(
      submissions.map(async (submission) =>
        submission.activity.object === 'post:2'
          ? { status: 'invalid' as const, error: new AppError('ACTIVITY_INVALID', 'post:2 is not yours') }
          : ((await memory.append([submission]))[0] ?? expect.fail()),
      ),
    );
  const activities = [first, bad, third, fourth].filter((activity) => activity !== undefined);
  const report = await load(activities, { source: 's', shiftMs: 0 }, append);
  expect(report).toMatchObject({ accepted: 2, invalid: 2, position: 2 });
  expect(report.faults).toEqual([
    { file: 'likes.csv', line: 3, message: expect.stringContaining('nonsense is not a kind') },
    { file: 'likes.csv', line: 4, message: 'post:2 is not yours' },
  ]);
});

test('a log that answers fewer than it was given is not believed', async () => {
  await expect(load(likes(2), { source: 's', shiftMs: 0 }, async () => [])).rejects.toThrow('answered 0 of 2');
});
