import { describe, expect, it } from 'vitest';
import { readOwnActs, readRefusals } from '../../src/log/read/own-words.ts';
import { sent, useLog } from './fixture.ts';

describe('what a person said and did', () => {
  const lent = useLog();
  const kinds = async (person: string, content: string) =>
    (await readOwnActs(lent.pool, person, [content])).get(content)?.map(({ kind }) => kind);

  it('is told newest first, without what they took back and without the taking back', async () => {
    await lent.log.append([
      sent('ann', { activity_type: 'view', content: 'post:o1' }),
      sent('ann', { activity_type: 'like', content: 'post:o1' }),
      sent('ann', { activity_type: 'save', content: 'post:o1' }),
      sent('bo', { activity_type: 'share', content: 'post:o1' }),
    ]);
    await lent.log.append([sent('ann', { activity_type: 'unlike', content: 'post:o1' })]);
    expect(await kinds('ann', 'post:o1')).toEqual(['save', 'view']);
    expect(await kinds('bo', 'post:o1')).toEqual(['share']);
    expect(await kinds('ann', 'post:o2')).toBeUndefined();
    await lent.log.append([sent('ann', { activity_type: 'like', content: 'post:o1' })]);
    expect(await kinds('ann', 'post:o1')).toEqual(['like', 'save', 'view']);
  });

  it('holds against things until it is taken back', async () => {
    await lent.log.append([
      sent('ann', { activity_type: 'hide', content: 'post:o3' }),
      sent('ann', { activity_type: 'mute', target_user_id: 'bo' }),
      sent('cy', { activity_type: 'hide', content: 'post:o3' }),
    ]);
    const refusals = async () =>
      (await readRefusals(lent.pool, 'ann', ['post:o3', 'user:bo', 'tag:x'])).map(
        ({ fact, object }) => `${fact} ${object}`,
      );
    expect((await refusals()).sort()).toEqual(['hide post:o3', 'mute user:bo']);
    await lent.log.append([sent('ann', { activity_type: 'unhide', content: 'post:o3' })]);
    expect(await refusals()).toEqual(['mute user:bo']);
  });
});
