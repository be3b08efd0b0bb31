import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyLog } from '../../src/log/chain/verify.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { type Happening, openWorld } from '../support/world.ts';
import { check, eraserOf } from './eraser.ts';
import { searchEverything } from './search-everything.ts';

const lent = useGraph();
const PEOPLE = ['person-ann-01', 'person-bo-02', 'person-cy-03', 'anonymous-04'];
const person = fc.constantFrom(...PEOPLE);
const hoursAgo = fc.integer({ min: 0, max: 400 });
const content = fc.constantFrom('post:1', 'post:2', 'image:3', 'comment:4');
const tags = fc.subarray(['cats', 'chess', 'tea']);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    by: person,
    does: fc.constantFrom(
      'view',
      'like',
      'unlike',
      'save',
      'unsave',
      'share',
      'hide',
      'unhide',
      'upvote',
      'cancel_vote',
    ),
    to: content,
    hoursAgo,
  }),
  fc.record({
    by: person,
    does: fc.constantFrom('create', 'update', 'delete'),
    to: content,
    hoursAgo,
    more: fc.record(
      { hashtags: tags, author: person, reply_to: content, community_id: fc.constant('club') },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    by: person,
    does: fc.constantFrom('message', 'follow', 'unfollow', 'mute', 'connection_request', 'connection_accept', 'alias'),
    with: person,
    hoursAgo,
  }),
  fc.record({
    by: person,
    does: fc.constantFrom('time_spent'),
    to: content,
    hoursAgo,
    more: fc.record({ duration_seconds: fc.integer({ min: 1, max: 300 }) }),
  }),
  fc.record({
    by: person,
    does: fc.constantFrom('join', 'leave'),
    hoursAgo,
    more: fc.constant({ community_id: 'club' }),
  }),
  fc.record({
    by: person,
    does: fc.constantFrom('search', 'declare_interest', 'drop_interest'),
    hoursAgo,
    more: fc.record({ hashtags: fc.subarray(['cats', 'chess', 'tea'], { minLength: 1 }) }),
  }),
);

it('Laws 3 and 9: whoever is erased after whatever was done, the graph is the fold of the log, which verifies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60 }), person, async (lives, erased) => {
      await lent.empty();
      const database = await createDatabase('random-lives');
      const world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
      try {
        for (const one of lives) {
          // What the log refuses, such as a message to oneself, has not happened.
          await world.append(one).catch(() => undefined);
        }
        await world.project();
        expect(await eraserOf(world).erase(erased)).toMatchObject({ status: 'done' });
        await world.project();
        expect((await check(world)).differences).toEqual([]);
        expect((await verifyLog(world.pool)).problems).toEqual([]);
        expect(await searchEverything(world, [erased])).toEqual([]);
        // Those who are left go on, and take back what they gave.
        for (const one of lives) {
          await world.append({ ...one, hoursAgo: 0 }).catch(() => undefined);
        }
        await world.project();
        expect((await check(world)).differences).toEqual([]);
        expect(await searchEverything(world, [erased])).toEqual([]);
      } finally {
        await world.close();
        await dropDatabase(database.name);
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 300_000);
