import { beforeEach, describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import type { Submission } from '../../src/log/log.ts';
import { NOW, useLog } from './fixture.ts';

const lent = useLog();
let run = 0;
beforeEach(() => {
  run += 1;
});

/** Ids of this test alone. */
const own = (id: string): string => `${id}-${run}`;
const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1_000).toISOString();

function submission(by: string, raw: Record<string, unknown>, trusted: boolean): Submission {
  const activity = parseActivity(raw, { subject: own(by), source: `subject:${own(by)}`, trusted });
  return { activity, trusted };
}

/** What somebody does, by a door that says no more than it must; what it adds to the signals that count. */
async function does(
  by: string,
  kind: string,
  { trusted = false, ...more }: Record<string, unknown> & { trusted?: boolean } = {},
): Promise<Record<string, number>> {
  const [result] = await lent.log.append([submission(by, { activity_type: kind, ...more }, trusted)]);
  if (result === undefined || !('position' in result)) {
    throw new Error(JSON.stringify(result));
  }
  const { rows } = await lent.pool.query(
    'SELECT kind, actor_id, counts, takes_back FROM activity_log WHERE position = $1',
    [result.position],
  );
  const [{ actor_id, counts, takes_back }] = rows;
  const change: Record<string, number> = counts ? { [`${kind} of ${actor_id}`]: 1 } : {};
  for (const signal of takes_back ?? []) {
    const name = `${signal.kind} of ${signal.person}`;
    change[name] = (change[name] ?? 0) - signal.sign;
  }
  return change;
}

const comment = () => ({ content: `comment:${own('k')}` });
const commenting = () => ({ content: `post:${own('p')}`, metadata: { comment_uid: own('k') } });

async function annComments(): Promise<void> {
  await does('ann', 'create', { ...comment(), reply_to: `post:${own('p')}`, occurred_at: at(60) });
  expect(await does('ann', 'comment', { ...commenting(), occurred_at: at(60) })).toEqual({
    [`comment of ${own('ann')}`]: 1,
  });
}
/** Everything that her comment had brought. */
const ended = () => ({ [`create of ${own('ann')}`]: -1, [`comment of ${own('ann')}`]: -1 });

describe('Laws 3 and 4: what commenting brought ends with the comment, exactly once', () => {
  it.each([
    ['its author', 'ann', false],
    ['a moderator', 'mo', true],
  ] as const)('when %s deletes it', async (_who, by, trusted) => {
    await annComments();
    expect(await does(by, 'delete', { ...comment(), trusted })).toEqual(ended());
    expect(await does('ann', 'delete', comment())).toEqual({});
  });

  it('when another service than the one that recorded it deletes it for its author', async () => {
    await annComments();
    const forAnn = { user_id: own('ann'), trusted: true };
    expect(await does('shop', 'delete', { ...comment(), ...forAnn })).toEqual(ended());
  });

  it('when it was retracted before, and when it is retracted after', async () => {
    await does('ann', 'create', { ...comment(), occurred_at: at(60) });
    await does('ann', 'comment', { id: 'c1', ...commenting(), occurred_at: at(60) });
    expect(await does('ann', 'retract', { activity_id: 'c1' })).toEqual({ [`comment of ${own('ann')}`]: -1 });
    expect(await does('mo', 'delete', { ...comment(), trusted: true })).toEqual({ [`create of ${own('ann')}`]: -1 });
    run += 1;
    await does('ann', 'create', { ...comment(), occurred_at: at(60) });
    await does('ann', 'comment', { id: 'c1', ...commenting(), occurred_at: at(60) });
    expect(await does('mo', 'delete', { ...comment(), trusted: true })).toEqual(ended());
    expect(await does('ann', 'retract', { activity_id: 'c1' })).toEqual({});
  });

  it('when the commenting arrives after the deletion that came later', async () => {
    await does('ann', 'create', { ...comment(), occurred_at: at(60) });
    await does('ann', 'delete', { ...comment(), occurred_at: at(30) });
    expect(await does('ann', 'comment', { ...commenting(), occurred_at: at(59) })).toEqual({});
    expect(await does('ann', 'comment', { ...commenting(), occurred_at: at(10) })).toEqual({
      [`comment of ${own('ann')}`]: 1,
    });
  });

  it('when the same comment was recorded by two doors, it counted once', async () => {
    await annComments();
    expect(await does('ann', 'comment', { id: 'again', ...commenting(), occurred_at: at(50) })).toEqual({
      [`comment of ${own('ann')}`]: 0,
    });
    expect(await does('mo', 'delete', { ...comment(), trusted: true })).toEqual(ended());
  });

  it('when its author is one person with another id by then', async () => {
    await annComments();
    await does('shop', 'alias', { user_id: own('anna'), target_user_id: own('ann'), trusted: true });
    expect(await does('mo', 'delete', { ...comment(), trusted: true })).toEqual({
      [`create of ${own('anna')}`]: -1,
      [`comment of ${own('anna')}`]: -1,
    });
  });

  it('and not when somebody else claims that the comment is theirs', async () => {
    await annComments();
    expect(await does('mal', 'comment', commenting())).toEqual({ [`comment of ${own('mal')}`]: 1 });
    expect(await does('ann', 'delete', comment())).toEqual(ended());
  });
});

it('a post that a moderator deletes takes the signal of its making with it', async () => {
  const post = { content: `post:${own('p')}` };
  await does('ann', 'create', { ...post, occurred_at: at(60) });
  expect(await does('mo', 'delete', { ...post, trusted: true })).toEqual({ [`create of ${own('ann')}`]: -1 });
});
