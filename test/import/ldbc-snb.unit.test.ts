import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImportResult, importLdbcSnb } from '../../src/cli/import.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { isAppError } from '../../src/core/errors.ts';
import { readLdbcSnb } from '../../src/import/ldbc-snb/read.ts';
import { type MemoryPorts, memoryPorts } from './memory-ports.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/ldbc-snb', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = path.join(process.env['ACTIVITY_GRAPH_DATA'] ?? path.join(REPOSITORY, '../shared/data'), 'ldbc-snb');
const NEWEST = 1_262_400_800_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ldbc-snb-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

let copies = 0;

/** A copy of the fixture that a test may spoil. */
async function copyOfFixture(): Promise<string> {
  copies += 1;
  const dir = path.join(folder, String(copies));
  await cp(FIXTURE, dir, { recursive: true });
  return dir;
}

async function addLines(dir: string, file: string, lines: string): Promise<void> {
  const name = path.join(dir, file);
  await writeFile(name, (await readFile(name, 'utf8')) + lines);
}

async function importError(dir: string): Promise<string> {
  const ports = memoryPorts();
  const error: unknown = await importLdbcSnb(ports, { dir }).catch((reason: unknown) => reason);
  expect(ports.submissions).toEqual([]);
  expect(isAppError(error, 'IMPORT_INVALID')).toBe(true);
  return (error as Error).message;
}

/** One line an activity: time since the fixture begins, who, what, to what. */
function retold(ports: MemoryPorts): string[] {
  return ports.submissions.map(({ activity }) => {
    const seconds = ((activity.occurredAt ?? 0) - 1_262_304_000_000) / 1_000;
    const to = activity.object ?? '';
    return `${seconds} ${activity.actor} ${activity.kind.name} ${to}`.trim();
  });
}

describe('the fixture, with its own times', () => {
  const ports = memoryPorts();
  let result: ImportResult;
  beforeAll(async () => {
    result = await importLdbcSnb(ports, { dir: FIXTURE, shiftToNow: false });
  });
  const given = (id: string) => ports.submissions.find(({ activity }) => activity.givenId === id);

  test('becomes these activities, in order of time', () => {
    expect(result.faults).toEqual([]);
    expect(retold(ports)).toMatchInlineSnapshot(`
      [
        "0 7 register",
        "0 7 declare_interest",
        "60 10 register",
        "60 10 declare_interest",
        "70 10 create community:101",
        "120 11 register",
        "3599.999 7 connection_request user:10",
        "3600 10 connection_accept user:7",
        "3600.999 7 connection_request user:11",
        "3601 11 connection_accept user:7",
        "4000 7 create community:100",
        "5000 10 join community:100",
        "5001 11 join community:100",
        "6000 7 create post:1000",
        "6100 10 like post:1000",
        "6200 11 like post:1000",
        "6500 10 create comment:2000",
        "6500 10 comment post:1000",
        "6600 11 create comment:2001",
        "6600 11 reply comment:2000",
        "6700 7 like comment:2000",
        "7000 10 create post:1001",
        "96000 12 register",
        "96000 12 declare_interest",
        "96099.999 7 connection_request user:12",
        "96100 12 connection_accept user:7",
        "96200 12 like post:1000",
        "96300 12 like comment:2000",
        "96400 12 create community:102",
        "96500 7 join community:102",
        "96600 12 create post:1002",
        "96700 7 create comment:2002",
        "96700 7 comment post:1002",
        "96800 12 create comment:2003",
        "96800 12 reply comment:2002",
      ]
    `);
  });

  test('keeps names and emails with the registration, address and browser beside it', () => {
    expect(given('register:7')).toMatchObject({
      trusted: true,
      ipAddress: '192.0.2.7',
      userAgent: 'Firefox',
      activity: { metadata: { name: 'Ann Archer', emails: ['ann@example.org', 'archer@example.com'] } },
    });
    expect(given('register:11')?.activity.metadata).toEqual({ name: 'Çiğdem Öz', emails: [] });
  });

  test('takes the first 80 characters for the title and keeps no text', () => {
    const title = 'Why does the rook belong behind the pawn, and does it matter whose pawn it is? Y…';
    expect(given('create-post:1000')?.activity.describes?.title).toBe(title);
    expect(JSON.stringify(ports.submissions)).not.toContain('Yes, it');
    expect(given('create-post:1001')?.activity.describes?.title).toBe('photo1001.jpg');
  });

  test('describes posts, comments and forums', () => {
    expect(given('create-post:1000')?.activity.describes).toMatchObject({
      community: '100',
      tags: ['chess', 'rook-endings'],
    });
    expect(given('create-comment:2001')?.activity.describes).toMatchObject({
      replyTo: 'comment:2000',
      title: 'Does it?',
    });
    expect(given('create-forum:100')?.activity).toMatchObject({
      actor: '7',
      object: 'community:100',
      describes: { title: 'Group for Rook_endings in Lund', tags: ['chess', 'rook-endings'] },
    });
    expect(given('create-post:1002')?.activity.describes).toMatchObject({ community: '102', tags: ['tea'] });
  });

  test('says what it did', () => {
    expect(result).toMatchObject({
      accepted: ports.submissions.length,
      duplicate: 0,
      conflict: 0,
      invalid: 0,
      shiftMs: 0,
    });
    expect(ports.printed.out).toContain(`${ports.submissions.length} activities imported`);
    expect(ports.printed.out).toContain('the newest of 2010-01-02');
    expect(ports.runs.get(result.source)).toMatchObject({
      shiftMs: 0,
      finishedAt: ports.now,
      activities: result.accepted,
    });
  });
});

describe('times', () => {
  test('of historic data are moved so that the newest is now, and the output says so', async () => {
    const ports = memoryPorts();
    const { shiftMs } = await importLdbcSnb(ports, { dir: FIXTURE });
    expect(shiftMs).toBe(ports.now - NEWEST);
    expect(ports.submissions.at(-1)?.activity.occurredAt).toBe(ports.now);
    expect(ports.submissions[0]?.activity.occurredAt).toBe(1_262_304_000_000 + shiftMs);
    expect(ports.printed.out).toContain(`moved by +${Math.round(shiftMs / DAY_MS).toLocaleString('en')} days`);
  });

  test('of data of these days are left alone unless asked', async () => {
    const ports = memoryPorts(NEWEST + DAY_MS);
    expect((await importLdbcSnb(ports, { dir: FIXTURE })).shiftMs).toBe(0);
    const asked = memoryPorts(NEWEST + DAY_MS);
    expect((await importLdbcSnb(asked, { dir: FIXTURE, shiftToNow: true })).shiftMs).toBe(DAY_MS);
  });

  test('are moved as the first import decided, wherever the folder lies and whatever the time is', async () => {
    const ports = memoryPorts();
    const first = await importLdbcSnb(ports, { dir: FIXTURE });
    ports.now += 40 * DAY_MS;
    const second = await importLdbcSnb(ports, { dir: await copyOfFixture() });
    expect(second).toMatchObject({
      source: first.source,
      shiftMs: first.shiftMs,
      accepted: 0,
      duplicate: first.accepted,
    });
    expect(ports.printed.out).toContain('as in the first import');
    await expect(importLdbcSnb(ports, { dir: FIXTURE, shiftToNow: false })).rejects.toThrow('leave out --no-shift');
  });

  test('are read as text too, the other way that the format has', async () => {
    const dir = await copyOfFixture();
    await addLines(dir, 'dynamic/person_likes_comment_0_0.csv', '10|2001|2010-01-02T03:00:00.000+0100\n');
    const ports = memoryPorts();
    await importLdbcSnb(ports, { dir, shiftToNow: false });
    const like = ports.submissions.find(({ activity }) => activity.givenId === 'like-comment:10:2001');
    expect(like?.activity.occurredAt).toBe(Date.UTC(2010, 0, 2, 2));
  });
});

describe('an import that was cut off', () => {
  test('is continued by the next run with the same times, nothing lost and nothing doubled', async () => {
    const whole = memoryPorts();
    await importLdbcSnb(whole, { dir: FIXTURE });
    const ports = memoryPorts();
    // The first run has decided on the times when the connection breaks; the second runs a day later.
    ports.failAfter = 0;
    await expect(importLdbcSnb(ports, { dir: FIXTURE })).rejects.toThrow('the connection broke');
    expect([...ports.runs.values()]).toMatchObject([{ finishedAt: null }]);
    ports.failAfter = Number.POSITIVE_INFINITY;
    ports.now += DAY_MS;
    const { shiftMs } = await importLdbcSnb(ports, { dir: FIXTURE });
    expect(shiftMs).toBe(whole.now - NEWEST);
    expect(ports.submissions.map(({ activity }) => activity.sent)).toEqual(
      whole.submissions.map(({ activity }) => activity.sent),
    );
  });
});

describe('Law 10: bad lines are named with file and line, and do not stop the rest', () => {
  test.each([
    ['too few fields', 'dynamic/post_0_0.csv', '1009||1262310000000\n', 'has 3 fields, the header 8'],
    [
      'an id that is no number',
      'dynamic/person_likes_post_0_0.csv',
      'x|1000|1262310100000\n',
      '"x" is not a whole number',
    ],
    ['a time that is none', 'dynamic/person_likes_post_0_0.csv', '7|1000|yesterday\n', '"yesterday" is not a time'],
    ['a post of nobody', 'dynamic/post_0_0.csv', '1009||1262310000000|||en|Hi|2\n', 'no file says who the creator is'],
    [
      'a comment on nothing',
      'dynamic/comment_0_0.csv',
      '2009|1262310500000|||Hi|2\n',
      'no file says who the creator is',
    ],
    ['a friend of themselves', 'dynamic/person_knows_person_0_0.csv', '7|7|1262307600000\n', 'somebody else'],
    [
      'an unknown tag',
      'update_streams/updateStream_0_0_forum.csv',
      '1|0|4|109|T|1262400400000|12|99\n',
      'left out: 99',
    ],
    ['an unknown event', 'update_streams/updateStream_0_0_forum.csv', '1|0|9|1|2|3\n', 'no type of event'],
    [
      'an event too long',
      'update_streams/updateStream_0_0_forum.csv',
      '1|0|2|7|1000|1262400400000|x\n',
      'has 7 fields',
    ],
    ['no event at all', 'update_streams/updateStream_0_0_forum.csv', 'nonsense\n', 'no type of event'],
  ])('%s', async (_, file, line, message) => {
    const dir = await copyOfFixture();
    const lines = (await readFile(path.join(dir, file), 'utf8')).trimEnd().split('\n').length;
    await addLines(dir, file, line);
    const good = memoryPorts();
    const { accepted } = await importLdbcSnb(good, { dir: FIXTURE, shiftToNow: false });
    const ports = memoryPorts();
    const result = await importLdbcSnb(ports, { dir, shiftToNow: false, silent: true });
    expect(result.faults[0]).toMatchObject({ file, line: lines + 1, message: expect.stringContaining(message) });
    expect(result.accepted).toBeGreaterThanOrEqual(accepted);
    expect(ports.printed.err).toContain(`${file}:${lines + 1}: `);
    expect(ports.printed.out).toContain('complaint');
  });

  test('links of rows that are nowhere are counted', async () => {
    const dir = await copyOfFixture();
    await addLines(dir, 'dynamic/post_hasTag_tag_0_0.csv', '5555|1\n5556|1\n');
    const { faults } = await readLdbcSnb(dir);
    expect(faults).toEqual([
      {
        file: 'dynamic/post_hasTag_tag_0_0.csv',
        line: null,
        message: expect.stringContaining('2 rows that are in no file'),
      },
    ]);
  });

  test('of many only the first are shown, and --json lists all', async () => {
    const dir = await copyOfFixture();
    await addLines(dir, 'dynamic/person_likes_post_0_0.csv', 'x|1|2\n'.repeat(30));
    const shown = memoryPorts();
    await importLdbcSnb(shown, { dir });
    expect(shown.printed.err).toContain('… and 10 lines more');
    const json = memoryPorts();
    await importLdbcSnb(json, { dir, json: true });
    expect(json.printed.err).toBe('');
    expect((JSON.parse(json.printed.out) as ImportResult).faults).toHaveLength(30);
  });

  test('other content under an id that was imported is a conflict that is named', async () => {
    const ports = memoryPorts();
    await importLdbcSnb(ports, { dir: FIXTURE });
    const dir = await copyOfFixture();
    const file = path.join(dir, 'dynamic/forum_0_0.csv');
    await writeFile(file, (await readFile(file, 'utf8')).replace('in Lund', 'in Umeå'));
    const result = await importLdbcSnb(ports, { dir });
    expect(result).toMatchObject({ accepted: 0, conflict: 1 });
    expect(result.faults[0]).toMatchObject({ file: 'dynamic/forum_0_0.csv', line: 2 });
  });
});

describe('a folder', () => {
  test.each(['dynamic/person_0_0.csv', 'dynamic/post_0_0.csv', 'dynamic/post_hasCreator_person_0_0.csv'])(
    'without %s is refused by name, with the format that is expected',
    async (file) => {
      const dir = await copyOfFixture();
      await rm(path.join(dir, file));
      const message = await importError(dir);
      expect(message).toContain(`has no ${file}`);
      expect(message).toContain('LDBC SNB Interactive v1');
    },
  );

  test('that is not there is refused', async () => {
    expect(await importError(path.join(folder, 'nowhere'))).toContain('has no dynamic/person_0_0.csv');
  });

  test('with a file that lacks a column is refused', async () => {
    const dir = await copyOfFixture();
    const file = path.join(dir, 'dynamic/person_knows_person_0_0.csv');
    await writeFile(file, 'Person1Id|Person2Id|creationDate\n');
    expect(await importError(dir)).toContain('Person.id, Person.id, creationDate are needed');
  });

  test('with an empty file is refused', async () => {
    const dir = await copyOfFixture();
    await writeFile(path.join(dir, 'dynamic/forum_0_0.csv'), '');
    expect(await importError(dir)).toContain('dynamic/forum_0_0.csv is empty');
  });

  test('may lack everything else; missing names of tags are said', async () => {
    const dir = await copyOfFixture();
    for (const name of ['update_streams', 'static']) {
      await rm(path.join(dir, name), { recursive: true });
    }
    for (const name of [
      'person_knows_person',
      'forum',
      'forum_hasModerator_person',
      'forum_hasTag_tag',
      'comment_hasTag_tag',
    ]) {
      await rm(path.join(dir, `dynamic/${name}_0_0.csv`));
    }
    const { faults, activities } = await readLdbcSnb(dir);
    expect(faults).toEqual([expect.objectContaining({ file: 'static/tag_0_0.csv' })]);
    expect(activities.some(({ input }) => (input.hashtags ?? []).length > 0)).toBe(false);
    expect(activities.some(({ input }) => input.content === 'comment:2001')).toBe(true);
  });

  test('may have its tables in several files and its streams at the top', async () => {
    const dir = await copyOfFixture();
    const file = path.join(dir, 'dynamic/person_likes_post_0_0.csv');
    await writeFile(file, 'Person.id|Post.id|creationDate\n10|1000|1262310100000\n');
    await writeFile(file.replace('_0_0', '_1_0'), 'Person.id|Post.id|creationDate\n11|1000|1262310200000\n');
    await rename(
      path.join(dir, 'update_streams/updateStream_0_0_forum.csv'),
      path.join(dir, 'updateStream_0_0_forum.csv'),
    );
    const inputs = (data: Awaited<ReturnType<typeof readLdbcSnb>>) => data.activities.map(({ input }) => input);
    expect(inputs(await readLdbcSnb(dir))).toEqual(inputs(await readLdbcSnb(FIXTURE)));
  });
});

describe('the sample of the benchmark', () => {
  const missing = !existsSync(SAMPLE);
  const note = missing ? ` (skipped: ${SAMPLE} is not there; ACTIVITY_GRAPH_DATA names the folder that holds it)` : '';

  test.skipIf(missing)(`is read to the last line, and a second time adds nothing${note}`, async () => {
    const ports = memoryPorts();
    const result = await importLdbcSnb(ports, { dir: SAMPLE });
    expect(result.faults).toEqual([]);
    const counts: Record<string, number> = {};
    for (const { activity } of ports.submissions) {
      const what = activity.kind.name === 'create' ? `create ${activity.object?.split(':')[0]}` : activity.kind.name;
      counts[what] = (counts[what] ?? 0) + 1;
    }
    // Lines of the tables and events of the streams, counted by hand.
    expect(counts).toEqual({
      register: 222 + 28,
      declare_interest: 222 + 28,
      connection_request: 825 + 189,
      connection_accept: 825 + 189,
      'create community': 805 + 155,
      join: 3_584 + 2_507,
      'create post': 5_924 + 1_271,
      'create comment': 2_218 + 1_296,
      comment: 1_109 + 624,
      reply: 1_109 + 672,
      like: 759 + 624 + 818 + 656,
    });
    expect(ports.batchSizes.every((size) => size <= 1_000)).toBe(true);
    const times = ports.submissions.map(({ activity }) => activity.occurredAt ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(ports.now);
    const again = await importLdbcSnb(ports, { dir: SAMPLE });
    expect(again).toMatchObject({ accepted: 0, duplicate: result.accepted, conflict: 0, position: result.accepted });
  });
});
