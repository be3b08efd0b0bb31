import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/clock.ts';
import { createProfiles, type Profiles } from '../../../src/signals/profile/profiles.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let profiles: Profiles;

beforeEach(async () => {
  database = await createDatabase('profiles');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  profiles = createProfiles({ ...world, ranking: DEFAULT_RANKING });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const now = () => world.clock.now();
const stored = async () => (await world.pool.query('SELECT person_id FROM behaviour_profile ORDER BY 1')).rows;
const like = (by: string, id: string, hoursAgo = 1): Happening => ({ by, does: 'like', to: `post:${id}`, hoursAgo });

describe('profiles', () => {
  it('are computed of all others where that of somebody can never be', async () => {
    await world.happens(like('ann', 'p1'), like('bo', 'p1'), like('cy', 'p1'));
    const skipped: string[] = [];
    const sparing = createProfiles({
      ...world,
      ranking: DEFAULT_RANKING,
      resetAtOf: async (person) => {
        if (person === 'bo') {
          throw new Error('too much');
        }
        return null;
      },
      onSkipped: (id) => void skipped.push(id),
    });
    expect(await sparing.refresh({ now: now() })).toMatchObject({ profiles: 2, skipped: 1 });
    expect(skipped).toEqual(['bo']);
    expect(await stored()).toEqual([{ person_id: 'ann' }, { person_id: 'cy' }]);
    expect(await sparing.refresh({ now: now() })).toMatchObject({ profiles: 0, skipped: 0 });
  });
});

describe('the profile of a person', () => {
  it('tells what they did, from every audit table, in their time zone', async () => {
    // It is noon UTC in the world, which is 13:00 in Berlin.
    await world.happens(
      { by: 'ann', does: 'profile_update', hoursAgo: 48, more: { metadata: { time_zone: 'Europe/Berlin' } } },
      like('ann', 'p1', 2),
      { by: 'ann', does: 'comment', to: 'post:p1', hoursAgo: 2, more: { duration_seconds: 120 } },
      { by: 'ann', does: 'view', to: 'story:s1', hoursAgo: 2, more: { scroll_depth_percentage: 50 } },
      { by: 'ann', does: 'media_view', to: 'image:i1', hoursAgo: 1 },
      { by: 'ann', does: 'message', with: 'di', hoursAgo: 1 },
      { by: 'ann', does: 'session_start', hoursAgo: 2, more: { session_id: 'x' } },
      { by: 'ann', does: 'session_end', hoursAgo: 1, more: { session_id: 'x' } },
      like('bo', 'p1'),
    );
    const profile = await profiles.freshProfile('ann', now());
    expect(profile).toMatchObject({ timeZone: 'Europe/Berlin', computedAt: now(), since: now() - 30 * DAY_MS });
    expect(profile.activities).toBe(8);
    expect(profile.contentTypes).toEqual({
      post: { interactions: 2, engagement: (0.3 + 0.7) / 2, dwellSeconds: 120, scrollPercentage: null },
      story: { interactions: 1, engagement: 0.2, dwellSeconds: null, scrollPercentage: 50 },
    });
    expect(profile.typePreference['post']).toBeCloseTo((1 + 0.4) / (1.2 + 2), 12);
    expect(profile.media).toMatchObject({ interactions: 1, types: { image: 1 } });
    expect(profile.media.visualShare).toBeCloseTo(0.1 / 1.3, 12);
    expect(profile.peakHours).toEqual([11, 12, 13]);
    expect(profile.sessions).toEqual({ count: 1, meanSeconds: 3_600, medianSeconds: 3_600 });
    expect(profile.consistency).toBeCloseTo(2 / 7, 12);
  });

  it('has forgotten what happened 30 days ago, whenever it was received, and what was retracted', async () => {
    await world.happens(
      like('ann', 'old', 30 * 24 + 1),
      like('ann', 'new', 29 * 24),
      { by: 'ann', does: 'share', to: 'post:slip', more: { id: '0f0e0d0c-0000-4000-8000-000000000001' } },
      { by: 'ann', does: 'retract', more: { activity_id: '0f0e0d0c-0000-4000-8000-000000000001' } },
    );
    const { contentTypes, interactions } = await profiles.freshProfile('ann', now());
    expect(contentTypes['post']).toMatchObject({ interactions: 1 });
    expect(interactions).toEqual({ like: 1 });
  });

  it('tells how others take what they make, each fan once, and who of those they turn to turns back', async () => {
    const others = ['bo', 'cy', 'di', 'ed', 'flo'];
    await world.happens(
      { by: 'ann', does: 'create', to: 'post:a1', hoursAgo: 40 },
      { by: 'ann', does: 'create', to: 'post:a2', hoursAgo: 30 },
      { by: 'ann', does: 'create', to: 'comment:k1', hoursAgo: 30, more: { reply_to: 'post:x' } },
      like('bo', 'a1', 5),
      { by: 'bo', does: 'unlike', to: 'post:a1', hoursAgo: 4 },
      like('bo', 'a1', 3), // .3, once
      { by: 'cy', does: 'view', to: 'post:a2', hoursAgo: 3, more: { duration_seconds: 600 } }, // .1 + 5 · .1
      // Strangers, so that there are five: .1 each
      ...['x', 'y', 'z'].map((by): Happening => ({ by, does: 'view', to: 'post:a1' })),
      // A visit of 90 seconds, told by heartbeats of which two overlap and one came twice: 1.5 · .1
      ...[60, 60, 30].map(
        (secondsAgo): Happening => ({
          by: 'cy',
          does: 'time_spent',
          to: 'post:a1',
          hoursAgo: secondsAgo / 3_600,
          more: { duration_seconds: 60 },
        }),
      ),
      like('ann', 'a2'), // her own
      like('cy', 'k1'), // not something she made for others to see
      ...others.map((person): Happening => ({ by: 'ann', does: 'message', with: person, hoursAgo: 2 })),
      { by: 'di', does: 'message', with: 'ann', hoursAgo: 1 },
    );
    const { quality } = await profiles.freshProfile('ann', now());
    expect(quality.creationsPerWeek).toBeCloseTo(2 / (30 / 7), 12);
    expect(quality.engagementPerCreation).toBeCloseTo((0.3 + 0.6 + 0.3 + 0.15) / 2, 12);
    // Bo and Cy by what they did with hers, Di by her message.
    expect(quality.reciprocity).toBe(3 / 5);
  });

  it('is computed once an hour at most when it is asked for, and again after that', async () => {
    await world.happens(like('ann', 'p1'));
    await profiles.freshProfile('ann', now());
    await world.happens(like('ann', 'p2', 0));
    expect((await profiles.freshProfile('ann', now() + HOUR_MS)).activities).toBe(1);
    expect((await profiles.freshProfile('ann', now() + HOUR_MS + 1)).activities).toBe(2);
  });

  it('is not kept of somebody who did nothing', async () => {
    expect(await profiles.freshProfile('nobody', now())).toMatchObject({ activities: 0, otherTypes: 0.2 });
    expect(await stored()).toEqual([]);
  });
});

describe('for a feed, the profile', () => {
  it('is neutral until it was computed, and then what was stored, for 30 days', async () => {
    await world.happens(like('ann', 'p1'));
    expect(await profiles.profileOf('ann', now())).toMatchObject({ activities: 0, typePreference: {} });
    await profiles.refresh({ now: now() });
    expect(await profiles.profileOf('ann', now())).toMatchObject({ activities: 1, interactions: { like: 1 } });
    expect(await profiles.profileOf('ann', now() + 29 * DAY_MS)).toMatchObject({ activities: 1 });
    expect(await profiles.profileOf('ann', now() + 30 * DAY_MS)).toMatchObject({ activities: 0 });
  });

  it('is neutral after the person had everything forgotten, until it is computed from what came after', async () => {
    await world.happens(like('ann', 'p1', 3), { by: 'ann', does: 'view', to: 'post:p2', hoursAgo: 1 });
    await profiles.refresh({ now: now() });
    const resetAt = now() - 2 * HOUR_MS;
    expect(await profiles.profileOf('ann', now(), resetAt)).toMatchObject({ activities: 0 });
    const after = createProfiles({ ...world, ranking: DEFAULT_RANKING, resetAtOf: async () => resetAt });
    expect(await after.freshProfile('ann', now())).toMatchObject({ since: resetAt, interactions: { view: 1 } });
    expect(await after.profileOf('ann', now(), resetAt)).toMatchObject({ activities: 1 });
  });
});

describe('the refresh of profiles', () => {
  it('computes those of all who did something since the last one, and of nobody else', async () => {
    await world.happens(like('ann', 'p1'), like('bo', 'p1'), like('ann', 'p2'));
    expect(await profiles.refresh({ now: now() })).toEqual({ profiles: 2, skipped: 0, deleted: 0 });
    await world.happens(like('cy', 'p1'));
    expect(await profiles.refresh({ now: now() + 1 })).toEqual({ profiles: 1, skipped: 0, deleted: 0 });
    expect(await stored()).toEqual([{ person_id: 'ann' }, { person_id: 'bo' }, { person_id: 'cy' }]);
  });

  it('leaves what was received since it began to the next one, which would not be in its profiles', async () => {
    await world.happens(like('ann', 'p1'));
    const began = now();
    world.clock.advance(60_000);
    await world.happens(like('ann', 'p2', 0));
    expect(await profiles.refresh({ now: began })).toMatchObject({ profiles: 1 });
    expect((await profiles.profileOf('ann', now())).activities).toBe(1);
    expect(await profiles.refresh({ now: now() })).toMatchObject({ profiles: 1 });
    expect((await profiles.profileOf('ann', now())).activities).toBe(2);
  });

  it('goes on where it was cut off', async () => {
    await world.happens(...['ann', 'bo', 'cy', 'di'].map((by) => like(by, 'p1')));
    const cut = profiles.refresh({
      now: now(),
      stretch: 2,
      onProgress: () => Promise.reject(new Error('The process is stopping')),
    });
    await expect(cut).rejects.toThrow('stopping');
    expect(await stored()).toHaveLength(2);
    expect(await profiles.refresh({ now: now() + 1 })).toMatchObject({ profiles: 2 });
    expect(await stored()).toHaveLength(4);
  });

  it('deletes what tells of nothing any more', async () => {
    await world.happens(like('ann', 'p1'));
    await profiles.refresh({ now: now() });
    expect(await profiles.refresh({ now: now() + 30 * DAY_MS + 1 })).toEqual({ profiles: 0, skipped: 0, deleted: 1 });
  });
});
