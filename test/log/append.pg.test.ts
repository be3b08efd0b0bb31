import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { copyIn } from '../../src/log/append/copy-in.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import type { AppendResult, Submission } from '../../src/log/log.ts';
import { openWay } from './cut-way.ts';
import { activity, allRows, sent, timeBefore, useLog } from './fixture.ts';

const statuses = (results: readonly AppendResult[]): string[] => results.map((result) => result.status);

describe('append', () => {
  const lent = useLog();

  it('Law 1: a batch whose connection is killed is an error, leaves nothing half written, and may be sent again', async () => {
    const blocker = await lent.pool.connect();
    await blocker.query('BEGIN; LOCK TABLE content_interaction IN ACCESS EXCLUSIVE MODE');
    const batch = Array.from({ length: 50 }, (_, index) =>
      sent('kim', { id: `killed-${index}`, activity_type: 'like', content: `post:k${index}` }),
    );
    const before = await lent.log.head();
    const waiting = lent.log.append(batch);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    const killed = async (): Promise<number> => {
      const { rowCount } = await lent.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'activity-graph writer' AND wait_event_type = 'Lock'`,
      );
      return rowCount ?? 0;
    };
    await expect.poll(killed, { timeout: 10_000 }).toBe(1);
    await refused;
    await blocker.query('ROLLBACK');
    blocker.release();
    expect(await lent.log.head()).toBe(before);
    const left = await lent.pool.query("SELECT 1 FROM standing WHERE person_id = 'kim'");
    expect(left.rowCount).toBe(0);

    expect(new Set(statuses(await lent.log.append(batch)))).toEqual(new Set(['accepted']));
    expect(new Set(statuses(await lent.log.append(batch)))).toEqual(new Set(['duplicate']));
    expect(await lent.log.head()).toBe(before + 50);
  });

  it('Law 1: says LOG_UNAVAILABLE while Postgres cannot be reached, and goes on by itself', async () => {
    const way = await openWay(lent.url);
    const log = await lent.open({ databaseUrl: way.url });
    expect(statuses(await log.append([sent('ann', { id: 'before', activity_type: 'login' })]))).toEqual(['accepted']);
    await way.cut();
    await expect(log.append([sent('ann', { id: 'during', activity_type: 'login' })])).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      status: 503,
    });
    await way.mend();
    const again = (): Promise<unknown> =>
      log.append([sent('ann', { id: 'during', activity_type: 'login' })]).then(statuses, () => 'unavailable');
    await expect.poll(again, { timeout: 5_000 }).toEqual(['duplicate']);
    await log.close();
    await way.cut();
  });

  it('Law 2: the first sending of an id counts for ever; repetitions are duplicates, other content is a conflict', async () => {
    const two = [lent.log, await lent.open()] as const;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            id: fc.integer({ min: 0, max: 6 }),
            content: fc.integer({ min: 0, max: 1 }),
            writer: fc.constantFrom(0, 1),
            together: fc.boolean(),
            timed: fc.boolean(),
            passed: fc.constantFrom(0, 0, 1, 5_000),
          }),
          { minLength: 1, maxLength: 25 },
        ),
        async (sendings) => {
          run += 1;
          const answers: Answer[] = [];
          const pending: Promise<void>[] = [];
          for (const { id, content, writer, together, timed, passed } of sendings) {
            // What is the same does not depend on when it is received.
            lent.now += passed;
            const said = `${content}${timed}`;
            const raw = {
              id: `law2-${run}-${id}`,
              activity_type: 'view',
              content: `post:${said}`,
              ...(timed ? { occurred_at: timeBefore(1) } : {}),
            };
            const done = two[writer].append([sent('lee', raw)]).then(([result]) => {
              if (result !== undefined) {
                answers.push({ id: raw.id, content: raw.content, result });
              }
            });
            pending.push(done);
            await (together ? undefined : done);
          }
          await Promise.all(pending);
          for (const id of new Set(answers.map((answer) => answer.id))) {
            expectOneFirst(answers.filter((answer) => answer.id === id));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('Law 2: knows a repetition within one batch, in any spelling of the same JSON, with or without a given time', async () => {
    const results = await lent.log.append([
      sent('mo', { id: 'x', activity_type: 'share', content: 'post:1', metadata: { a: 1, b: 2 } }),
      sent('mo', { metadata: { b: 2, a: 1.0 }, content: 'post:1', id: 'x', activity_type: 'share' }),
      sent('mo', { id: 'x', activity_type: 'share', content: 'post:2' }),
    ]);
    expect(statuses(results)).toEqual(['accepted', 'duplicate', 'conflict']);
  });

  it('writes gapless positions in order of commit with several writers at once', async () => {
    const logs = [lent.log, await lent.open(), await lent.open()];
    const seen: number[] = [];
    let reading = true;
    // A reader that asks for what follows must never miss a row that commits late.
    const reader = (async () => {
      let after = await lent.log.head();
      while (reading) {
        const rows = await lent.log.readFoldRows(after, 100);
        seen.push(...rows.map((row) => row.position));
        after = rows.at(-1)?.position ?? after;
      }
    })();
    const before = await lent.log.head();
    await Promise.all(
      logs.flatMap((log, writer) =>
        Array.from({ length: 30 }, (_, index) =>
          log.append(
            Array.from({ length: 1 + (index % 7) }, (_unused, item) =>
              sent('ned', { activity_type: 'view', content: `post:${writer}-${index}-${item}` }),
            ),
          ),
        ),
      ),
    );
    const head = await lent.log.head();
    await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(head);
    reading = false;
    await reader;
    expect(head - before).toBe(3 * [...Array(30).keys()].reduce((sum, index) => sum + 1 + (index % 7), 0));
    expect(seen).toEqual(Array.from({ length: head - before }, (_, index) => before + 1 + index));
  });

  it('answers in the order of the submissions', async () => {
    const results = await lent.log.append(
      ['a', 'b', 'c'].map((id) => sent('ola', { id, activity_type: 'view', content: 'post:1' })),
    );
    expect(results.map(({ uid }) => uid)).toEqual(
      ['a', 'b', 'c'].map((id) => activity('ola', { id, activity_type: 'login' }).uid),
    );
    expect(await lent.log.append([])).toEqual([]);
  });

  it('Law 4: no activity is effective later than it was received; the original time is kept and flagged', async () => {
    const occurredAt = new Date(lent.now + 3_600_000).toISOString();
    const [result] = await lent.log.append([
      sent('pia', { activity_type: 'view', content: 'post:1', occurred_at: occurredAt }),
    ]);
    const position = result?.status === 'accepted' ? result.position : 0;
    const { rows } = await lent.pool.query(
      `SELECT effective_at, recorded_at, from_future, "timestamp" FROM activity_log JOIN content_interaction ON id = position
       WHERE position = $1`,
      [position],
    );
    expect(rows).toEqual([
      {
        effective_at: new Date(lent.now),
        recorded_at: new Date(lent.now),
        from_future: true,
        timestamp: new Date(occurredAt),
      },
    ]);
  });

  it('never writes a row that seems older than the one before, even when the clock was set back', async () => {
    lent.now -= 86_400_000;
    await lent.log.append([sent('quin', { activity_type: 'login' })]);
    lent.now += 86_400_000;
    const { rows } = await lent.pool.query(
      'SELECT count(*) AS wrong FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS back FROM activity_log) AS r WHERE back',
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  });

  it('Law 10: an activity that Postgres refuses does not take others of its batch with it', async () => {
    await lent.pool.query("ALTER TABLE user_activity ADD CONSTRAINT tripwire CHECK (description <> 'poison')");
    // A small batch is sent at once, a large one is decided while it is written.
    for (const size of [9, 1_201]) {
      const middle = Math.floor(size / 2);
      const batch: Submission[] = Array.from({ length: size }, (_, index) =>
        sent('ria', { activity_type: 'user_activity', description: index === middle ? 'poison' : 'fine' }),
      );
      const before = await lent.log.head();
      const results = await lent.log.append(batch);
      const others = results.toSpliced(middle, 1);
      expect(results[middle]).toMatchObject({ status: 'invalid', error: { code: 'INTERNAL' } });
      expect(others.map((result) => 'position' in result && result.position - before)).toEqual(
        others.map((_, index) => index + 1),
      );
      expect(new Set(statuses(others))).toEqual(new Set(['accepted']));
    }
    await lent.pool.query('ALTER TABLE user_activity DROP CONSTRAINT tripwire');
  });

  it('Law 10: an activity over which the deciding itself fails does not take others of its batch with it', async () => {
    const batch = Array.from({ length: 1_200 }, () => sent('rob', { activity_type: 'login' }));
    const last = batch.at(-1) as Submission;
    // Stands for a fault of ours.
    const broken = { ...last };
    Object.defineProperty(broken, 'trusted', {
      get() {
        throw new Error('a fault');
      },
    });
    const results = await lent.log.append([...batch.slice(0, -1), broken]);
    expect(statuses(results).slice(0, -1)).toEqual(Array(1_199).fill('accepted'));
    expect(results.at(-1)).toMatchObject({ status: 'invalid', error: { code: 'INTERNAL' } });
  });

  it('Law 10: a fault of the database is nobody’s invalid activity; nothing is lost, and it may be sent again', async () => {
    const batch = ['f1', 'f2', 'f3'].map((id) => sent('fran', { id, activity_type: 'like', content: `post:${id}` }));
    await lent.pool.query('ALTER TABLE content_interaction RENAME COLUMN scroll_depth_percentage TO lost');
    await expect(lent.log.append(batch)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await lent.pool.query('ALTER TABLE content_interaction RENAME COLUMN lost TO scroll_depth_percentage');
    // A row of a key that the writer did not see, as after a fault of its own.
    await lent.pool.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE unique_violation; END $$;
       CREATE TRIGGER fail BEFORE INSERT ON standing FOR EACH ROW EXECUTE FUNCTION fail()`,
    );
    await expect(lent.log.append(batch)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await lent.pool.query('DROP FUNCTION fail CASCADE');
    expect(statuses(await lent.log.append(batch))).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('Law 10: an activity that cannot be made ready is invalid, and the writer goes on', async () => {
    const fine = sent('gus', { activity_type: 'login' });
    // Stands for a fault of ours: what cannot be read at all.
    const faulty = (): Submission => {
      const { activity: own } = sent('gus', { activity_type: 'login' });
      const broken = new Proxy(own, {
        get(target, key) {
          if (key === 'metadata') {
            throw new Error('a fault');
          }
          return Reflect.get(target, key);
        },
      });
      return { activity: broken, trusted: false };
    };
    expect(statuses(await lent.log.append([faulty(), fine, faulty()]))).toEqual(['invalid', 'accepted', 'invalid']);
    expect(statuses(await lent.log.append([faulty()]))).toEqual(['invalid']);
    expect(statuses(await lent.log.append([sent('gus', { activity_type: 'logout' })]))).toEqual(['accepted']);
  });

  it('Law 10: gives up on a batch in which too much is wrong, without trying for ever', async () => {
    await lent.pool.query("ALTER TABLE user_activity ADD CONSTRAINT tripwire CHECK (description <> 'poison')");
    const poison = Array.from({ length: 400 }, () =>
      sent('hal', { activity_type: 'user_activity', description: 'poison' }),
    );
    await expect(lent.log.append(poison)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await lent.pool.query('ALTER TABLE user_activity DROP CONSTRAINT tripwire');
  });

  it('ends a writer that is frozen in a COPY and holds the lock for too long', async () => {
    const log = await lent.open({ patience: { waitMs: 50, holderMs: 200 } });
    const bystander = await lent.pool.connect();
    await bystander.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
    const frozen = new pg.Client({ connectionString: lent.url, application_name: 'activity-graph writer' });
    frozen.on('error', () => undefined);
    await frozen.connect();
    await frozen.query('BEGIN; SELECT pg_advisory_xact_lock(7074003)');
    // Nobody ever sends the rows.
    const copying = copyIn(frozen, 'COPY user_activity (id) FROM STDIN');
    const ended = expect(copying.done).rejects.toThrow();
    expect(statuses(await log.append([sent('ida', { activity_type: 'login' })]))).toEqual(['accepted']);
    await ended;
    // Nobody else was ended.
    await bystander.query('COMMIT');
    bystander.release();
  });

  it('makes the partitions of a new month while somebody reads the tables', async () => {
    const reader = await lent.pool.connect();
    await reader.query('BEGIN; SELECT count(*) FROM user_activity; SELECT count(*) FROM content_interaction');
    const before = lent.now;
    lent.now = Date.UTC(2031, 4, 1);
    const log = await lent.open();
    lent.now = Date.UTC(2031, 8, 1);
    expect(statuses(await log.append([sent('jan', { activity_type: 'login' })]))).toEqual(['accepted']);
    await reader.query('ROLLBACK');
    reader.release();
    const { rows } = await lent.pool.query(
      "SELECT tableoid::regclass::text AS name FROM user_activity WHERE user_id = 'jan'",
    );
    expect(rows).toEqual([{ name: 'user_activity_2031_09' }]);
    lent.now = before;
  });

  it('refuses with LOG_OVERLOADED what does not fit into memory, and writes what waits', async () => {
    const log = await lent.open();
    const big = Array.from({ length: 26_000 }, () => sent('sam', { activity_type: 'login' }));
    const first = log.append(big);
    const second = log.append(big.map((one) => ({ ...one })));
    await expect(second).rejects.toMatchObject({ code: 'LOG_OVERLOADED', status: 503 });
    expect(new Set(statuses(await first))).toEqual(new Set(['accepted']));
  });

  it('tells listeners of its own appends at once and of those of other processes', async () => {
    const other = await lent.open();
    const own: number[] = [];
    const others: number[] = [];
    const stop = lent.log.listen((position) => own.push(position));
    other.listen((position) => others.push(position));
    await lent.log.append([sent('tom', { activity_type: 'login' })]);
    const head = await lent.log.head();
    expect(own.at(-1)).toBe(head);
    await expect.poll(() => others.at(-1)).toBe(head);
    stop();
    await lent.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'activity-graph listener' AND datname = current_database()",
    );
    await lent.log.append([sent('tom', { activity_type: 'logout' })]);
    await expect.poll(() => others.at(-1), { timeout: 10_000 }).toBe(head + 1);
    expect(own.at(-1)).toBe(head);
  });

  it('knows the newest position of each person', async () => {
    await lent.log.append([sent('uma', { activity_type: 'login' }), sent('vic', { activity_type: 'login' })]);
    const head = await lent.log.head();
    expect(await lent.log.headOf('uma')).toBe(head - 1);
    expect(await lent.log.headOf('vic')).toBe(head);
    expect(await lent.log.headOf('nobody')).toBe(0);
  });

  it('gives nothing of an erased row to the fold', async () => {
    await lent.log.append([sent('wes', { activity_type: 'share', content: 'post:1', occurred_at: timeBefore(1) })]);
    const position = await lent.log.headOf('wes');
    await lent.pool.query(
      'UPDATE activity_log SET actor_id = NULL, fold_salt = NULL, sent_digest = NULL WHERE position = $1',
      [position],
    );
    const row = (await allRows(lent.log)).find((one) => one.position === position);
    expect(row).toMatchObject({ signals: [], changes: [], structure: null });
    const { problems } = await verifyLog(lent.pool);
    expect(problems).toEqual([{ position, what: 'the row was cleared, and nothing in the log says so' }]);
  });
});

interface Answer {
  readonly id: string;
  readonly content: string;
  readonly result: AppendResult;
}

/** Of all answers to one id, one is the first; the others say whether they repeat it. */
function expectOneFirst(own: readonly Answer[]): void {
  const [first, ...others] = own.filter(({ result }) => result.status === 'accepted');
  expect(others).toEqual([]);
  for (const { content, result } of own.filter((answer) => answer !== first)) {
    expect(result).toMatchObject({
      status: content === first?.content ? 'duplicate' : 'conflict',
      position: first?.result.status === 'accepted' ? first.result.position : 0,
    });
  }
}

describe('append, on a connection that began with empty tables', () => {
  const lent = useLog();

  it('finds what it needs by key, so that it does not get slower as they grow', async () => {
    const log = await lent.open();
    for (let index = 0; index < 20; index += 1) {
      const id = `post:planned-${index % 7}`;
      await log.append([sent('kim', { activity_type: index < 7 ? 'create' : 'like', content: id })]);
    }
    // A connection that ends tells what it read.
    await log.close();
    const scans = async () => {
      const { rows } = await lent.pool.query<{ table: string; whole: number; byKey: number }>(
        `SELECT relname AS "table", seq_scan AS whole, idx_scan AS "byKey" FROM pg_stat_user_tables
         WHERE relname IN ('activity_log', 'content', 'standing')`,
      );
      return rows;
    };
    await expect
      .poll(async () => (await scans()).filter(({ byKey }) => byKey > 0), { timeout: 10_000 })
      .toHaveLength(3);
    expect((await scans()).filter(({ whole }) => whole > 0)).toEqual([]);
  });
});
