import { beforeEach, describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import type { AppendResult, Submission } from '../../src/log/log.ts';
import { MOST_JOINED } from '../../src/log/resolve/resolve-alias.ts';
import { NOW, useLog } from './fixture.ts';

const lent = useLog();
let run = 0;
beforeEach(() => {
  run += 1;
});

/** Ids of this test alone. */
const own = (id: string): string => `${id}${run}`;

function submission(raw: Record<string, unknown>, trusted = true): Submission {
  const activity = parseActivity(
    { occurred_at: new Date(NOW - 1_000).toISOString(), ...raw },
    { subject: 'shop', source: 'shop', trusted },
  );
  return { activity, trusted };
}

async function append(...raws: readonly Record<string, unknown>[]): Promise<readonly AppendResult[]> {
  return await lent.log.append(raws.map((raw) => submission(raw)));
}

const alias = (from: string, to: string) => ({ user_id: own(to), activity_type: 'alias', target_user_id: own(from) });
const does = (who: string, kind: string, more: object = {}) => ({ user_id: own(who), activity_type: kind, ...more });
const post = (id: string) => ({ content: `post:${own(id)}` });

async function rowAt(position: number): Promise<Record<string, unknown>> {
  const { rows } = await lent.pool.query('SELECT * FROM activity_log WHERE position = $1', [position]);
  return rows[0] as Record<string, unknown>;
}

const positionOf = (result: AppendResult | undefined): number =>
  result !== undefined && 'position' in result ? result.position : 0;

async function facts(who: string): Promise<unknown[]> {
  const { rows } = await lent.pool.query(
    'SELECT fact, object FROM standing WHERE person_id = $1 AND holds ORDER BY fact, object',
    [own(who)],
  );
  return rows.map(({ fact, object }) => `${fact} ${object}`);
}

describe('what is said of an old id', () => {
  it('is written as said of the new one: by them, to them, and what they made', async () => {
    const results = await append(
      alias('anon', 'ann'),
      does('anon', 'view', post('p')),
      does('bo', 'follow', { target_user_id: own('anon') }),
      does('cy', 'mute', { content: `user:${own('anon')}` }),
      does('shop', 'create', { ...post('q'), author: own('anon') }),
    );
    const rows = await Promise.all(results.map((result) => rowAt(positionOf(result))));
    expect(rows.map((row) => [row['actor_id'], row['target_id'], row['object'], row['author_id']])).toEqual([
      [own('ann'), own('anon'), `user:${own('anon')}`, null],
      [own('ann'), null, `post:${own('p')}`, null],
      [own('bo'), own('ann'), `user:${own('ann')}`, null],
      [own('cy'), null, `user:${own('ann')}`, null],
      [own('shop'), null, `post:${own('q')}`, own('ann')],
    ]);
    const audit = await lent.pool.query('SELECT 1 FROM content_interaction WHERE user_id = $1', [own('ann')]);
    expect(audit.rowCount).toBe(1);
  });

  it('follows it through further aliases, and an old id is nobody else', async () => {
    await append(alias('a', 'b'), alias('b', 'c'));
    const [seen, other, again, circle] = await append(
      does('a', 'view', post('p')),
      alias('a', 'd'),
      alias('a', 'c'),
      alias('c', 'a'),
    );
    expect((await rowAt(positionOf(seen)))['actor_id']).toBe(own('c'));
    expect(other).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_INVALID' } });
    expect([again, circle]).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
    expect((await rowAt(positionOf(circle)))['changes']).toBeNull();
  });

  it('is refused where people cannot do it to themselves', async () => {
    await append(alias('anon', 'ann'));
    const [result] = await append(does('anon', 'follow', { target_user_id: own('ann') }));
    expect(result).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_INVALID' } });
  });

  it('sent before the alias and again after it is the same activity', async () => {
    const liked = { id: own('like'), ...does('anon', 'like', post('p')) };
    const [first] = await append(liked);
    await append(alias('anon', 'ann'));
    expect(await append(liked)).toEqual([{ ...first, status: 'duplicate' }]);
  });
});

it('only a trusted sender says that two ids are one person', async () => {
  const [result] = await lent.log.append([submission(alias('anon', 'ann'), false)]);
  expect(result).toMatchObject({ status: 'invalid', error: { code: 'FORBIDDEN' } });
  const { rowCount } = await lent.pool.query('SELECT 1 FROM person_alias WHERE old_id = $1', [own('anon')]);
  expect(rowCount).toBe(0);
});

describe('facts of both ids', () => {
  it('are those of the new one; of each the later word stands, and what both liked counts once', async () => {
    const at = (ms: number) => ({ occurred_at: new Date(NOW - ms).toISOString() });
    await append(
      does('anon', 'like', { ...post('p'), ...at(9_000) }),
      does('ann', 'like', { ...post('p'), ...at(8_000) }),
      does('anon', 'save', { ...post('p'), ...at(7_000) }),
      does('ann', 'join', { community_id: own('club'), ...at(9_000) }),
      does('anon', 'leave', { community_id: own('club'), ...at(6_000) }),
      does('bo', 'follow', { target_user_id: own('anon'), ...at(5_000) }),
      does('anon', 'follow', { target_user_id: own('ann'), ...at(5_000) }),
    );
    const [result] = await append(alias('anon', 'ann'));
    expect(await facts('ann')).toEqual([`like post:${own('p')}`, `save post:${own('p')}`]);
    expect(await facts('anon')).toEqual([]);
    expect(await facts('bo')).toEqual([`follow user:${own('ann')}`]);
    const { takes_back, changes } = await rowAt(positionOf(result));
    // The earlier like, and the follow that was of oneself after all.
    expect((takes_back as { kind: string; at: number }[]).map(({ kind, at }) => [kind, NOW - at])).toEqual(
      expect.arrayContaining([
        ['like', 9_000],
        ['follow', 5_000],
      ]),
    );
    expect((changes as { edge: string }[]).at(-1)).toEqual({ edge: 'ALIAS', from: own('anon'), to: own('ann') });
    expect(changes).toContainEqual({
      edge: 'MEMBER_OF',
      from: own('ann'),
      on: false,
      since: NOW - 6_000,
      to: own('club'),
    });
  });

  it('time and scroll of one visit under both ids are one measure of the union', async () => {
    const at = (ms: number) => ({ occurred_at: new Date(NOW - ms).toISOString(), session_id: own('s') });
    const spent = (who: string, seconds: number, ms: number) =>
      does(who, 'time_spent', { ...post('p'), duration_seconds: seconds, ...at(ms) });
    // 30 s up to NOW − 20 s, and 20 s up to NOW − 10 s: ten of them are the same.
    await append(spent('anon', 30, 20_000), spent('ann', 20, 10_000));
    const [result] = await append(alias('anon', 'ann'));
    const { takes_back } = await rowAt(positionOf(result));
    expect(
      (takes_back as { sign: number; durationSeconds: number }[]).map((one) => [one.sign, one.durationSeconds]),
    ).toEqual([
      [1, 30],
      [1, 20],
      [-1, 40],
    ]);
  });

  it('taken back under the new id end what began under the old one', async () => {
    await append(does('anon', 'like', post('p')));
    await append(alias('anon', 'ann'));
    const [result] = await append(does('ann', 'unlike', { ...post('p'), occurred_at: new Date(NOW).toISOString() }));
    const { takes_back } = await rowAt(positionOf(result));
    expect(takes_back).toMatchObject([{ kind: 'like', person: own('ann') }]);
  });

  it('retracts under the new id what the old one did', async () => {
    await append({ id: own('seen'), ...does('anon', 'view', post('p')) });
    await append(alias('anon', 'ann'));
    const [result] = await append(does('ann', 'retract', { activity_id: own('seen') }));
    expect(result).toMatchObject({ status: 'accepted' });
    expect((await rowAt(positionOf(result)))['takes_back']).toMatchObject([{ kind: 'view', person: own('ann') }]);
  });

  it('a connection is that of the new id, whichever of the two comes first in order', async () => {
    for (const [from, to] of [
      ['anon', 'zoe'],
      ['zed', 'abe'],
    ] as const) {
      await append(does('mo', 'connection_request', { target_user_id: own(from) }));
      await append(alias(from, to));
      const [accepted] = await append(does(to, 'connection_accept', { target_user_id: own('mo') }));
      const { changes } = await rowAt(positionOf(accepted));
      expect(changes).toMatchObject([{ value: 'accepted' }, { value: 'accepted' }]);
    }
  });
});

it('what is known of the person is kept, of each field the own word of the new id', async () => {
  const metadata = (name: string | undefined, email: string) => ({ metadata: { name, emails: [email] } });
  await append(
    does('anon', 'profile_update', { metadata: { emails: ['a@example.org'], time_zone: 'Europe/Rome' } }),
    does('ann', 'profile_update', metadata('Ann', 'ann@example.org')),
    alias('anon', 'ann'),
  );
  const { rows } = await lent.pool.query('SELECT name, emails, time_zone FROM users WHERE id = ANY($1)', [
    [own('anon'), own('ann')],
  ]);
  expect(rows).toEqual([{ name: 'Ann', emails: ['ann@example.org'], time_zone: 'Europe/Rome' }]);
});

it('settings of a feed become those of one person, and what others forgot of the old id they forgot of the new one', async () => {
  const sets = (who: string, values: Record<string, unknown>) =>
    lent.pool.query(
      `INSERT INTO feed_settings (user_id, revision, weights, interests, switched_off, network, muted_words, muted_tags,
         reset_at, forgotten, social_proof, updated_at, forgotten_contacts)
       SELECT $1, 3, '{}', '{}', '{}', null, '{}', '{}', reset_at, forgotten, true, now(), forgotten_contacts
       FROM jsonb_to_record($2) AS given (reset_at timestamptz, forgotten jsonb, forgotten_contacts jsonb)`,
      [own(who), JSON.stringify({ forgotten: {}, ...values })],
    );
  const early = { reset_at: '2026-01-01T00:00:00Z', forgotten: { chess: 1, go: 2 }, forgotten_contacts: { bo: 1 } };
  await sets('anon', { ...early, forgotten_contacts: { bo: 1, [own('ann')]: 4 } });
  await sets('ann', { reset_at: '2026-02-01T00:00:00Z', forgotten: { go: 3 }, forgotten_contacts: { bo: 2, cy: 1 } });
  await sets('bo', { forgotten_contacts: { [own('anon')]: 1, [own('ann')]: 2 } });
  await append(alias('anon', 'ann'));
  const { rows } = await lent.pool.query(
    'SELECT user_id, revision, reset_at, forgotten, forgotten_contacts FROM feed_settings WHERE user_id = ANY($1) ORDER BY 1',
    [['anon', 'ann', 'bo'].map(own)],
  );
  expect(rows).toEqual([
    {
      user_id: own('ann'),
      revision: 4,
      reset_at: new Date('2026-02-01T00:00:00Z'),
      forgotten: { chess: 1, go: 5 },
      forgotten_contacts: { bo: 3, cy: 1 },
    },
    { user_id: own('bo'), revision: 3, reset_at: null, forgotten: {}, forgotten_contacts: { [own('ann')]: 3 } },
  ]);
});

it('an old id of which very much is known is refused, and everything stays as it was', async () => {
  await lent.pool.query(
    `INSERT INTO standing (person_id, fact, object, holds, kind, effective_at, uid)
     SELECT $1, 'like', 'post:' || n, true, 'like', now(), gen_random_uuid() FROM generate_series(1, $2::int) AS n`,
    [own('anon'), MOST_JOINED + 1],
  );
  const [refused] = await append(alias('anon', 'ann'));
  expect(refused).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_INVALID' } });
  expect(await facts('ann')).toEqual([]);
  const known = await lent.pool.query('SELECT FROM person_alias WHERE old_id = $1', [own('anon')]);
  expect(known.rowCount).toBe(0);
});

it('an alias among thousands of activities of one call is written in its place', async () => {
  const views = (who: string) => Array.from({ length: 1_200 }, () => does(who, 'view', post('p')));
  const results = await append(...views('anon'), alias('anon', 'ann'), ...views('anon'));
  const positions = results.map(positionOf);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  const { rows } = await lent.pool.query(
    'SELECT actor_id, count(*)::int AS count FROM activity_log WHERE position = ANY($1) GROUP BY 1 ORDER BY 1',
    [positions],
  );
  expect(rows).toEqual([
    { actor_id: own('ann'), count: 1_201 },
    { actor_id: own('anon'), count: 1_200 },
  ]);
});

it('leaves a log that verifies', async () => {
  await append(does('anon', 'like', post('p')), alias('anon', 'ann'), does('anon', 'unlike', post('p')));
  expect((await verifyLog(lent.pool)).problems).toEqual([]);
});
