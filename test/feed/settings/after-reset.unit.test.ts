import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { afterReset } from '../../../src/feed/find/after-reset.ts';
import { NOBODY } from '../../../src/feed/find/reader.ts';
import { NO_HABITS } from '../../../src/feed/habits.ts';
import { viewerOf } from '../../../src/feed/viewer.ts';
import { NOW } from '../arbitrary.ts';

const contact = (person: string, known: { outgoing?: number; accepted?: boolean } = {}) => ({
  person,
  outgoing: 0,
  incoming: 1,
  mutualContacts: 0.5,
  coEngagement: 2,
  mutualConnections: 3,
  accepted: false,
  follows: false,
  circle: null,
  ...known,
});

describe('ties and people alike after a reset', () => {
  it('count what was done since, to the last digit where it is known and by its share where it is not', () => {
    const found = {
      contacts: [contact('bo', { outgoing: 1.5 }), contact('cy', { outgoing: 0.5, accepted: true })],
      alike: [{ person: 'ed', score: 0.8 }],
    };
    const after = afterReset(found, {
      engagement: 0.25,
      forgotten: new Map([
        ['bo', 1],
        ['cy', 0.5],
      ]),
    });
    // Of a contact of 1.5 + .5 = 2 in all, 1.5 − 1 = .5 came since: a quarter of what contacts in common came from.
    expect(after.contacts).toEqual([
      { ...contact('bo', { outgoing: 0.5 }), mutualContacts: 0.125, coEngagement: 0.5 },
      { ...contact('cy', { outgoing: 0, accepted: true }), mutualContacts: 0.125, coEngagement: 0.5 },
    ]);
    expect(after.alike).toEqual([{ person: 'ed', score: 0.2 }]);
  });

  it('are none where nothing is left but what was done before', () => {
    const found = { contacts: [contact('bo', { outgoing: 1 })], alike: [{ person: 'ed', score: 1 }] };
    expect(afterReset(found, { engagement: 0, forgotten: new Map([['bo', 1]]) })).toEqual({ contacts: [], alike: [] });
  });

  it('are never more than they were before', () => {
    const amount = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(amount, amount, fc.double({ min: 0, max: 1, noNaN: true }), (outgoing, forgotten, engagement) => {
        const before = contact('bo', { outgoing, accepted: true });
        const [after] = afterReset(
          { contacts: [before], alike: [] },
          { engagement, forgotten: new Map([['bo', forgotten]]) },
        ).contacts;
        for (const part of ['outgoing', 'mutualContacts', 'coEngagement'] as const) {
          expect(after?.[part]).toBeLessThanOrEqual(before[part]);
        }
      }),
    );
  });
});

describe('visits and things seen after a reset', () => {
  const HOUR = 3_600_000;
  const known = {
    reader: NOBODY,
    acts: {
      seen: new Map([
        ['story:new', NOW - HOUR],
        ['post:old', NOW - 3 * HOUR],
      ]),
      visits: [
        { person: 'bo', at: NOW },
        { person: 'bo', at: NOW - 3 * HOUR },
        { person: 'cy', at: NOW - 3 * HOUR },
      ],
    },
    dislikes: [],
    habits: NO_HABITS,
  };

  it('count from then on; what was seen is not shown again all the same', () => {
    const viewer = viewerOf('ann', { ...known, resetAt: NOW - 2 * HOUR }, NOW, DEFAULT_RANKING);
    expect([...viewer.visits]).toEqual([['bo', 1]]);
    expect([...viewer.seenTypeShares]).toEqual([['story', 1]]);
    expect([...viewer.seen]).toEqual(['story:new', 'post:old']);
  });

  it('all count for who never reset', () => {
    const viewer = viewerOf('ann', { ...known, resetAt: null }, NOW, DEFAULT_RANKING);
    expect([...viewer.visits.keys()]).toEqual(['bo', 'cy']);
    expect([...viewer.seenTypeShares]).toEqual([
      ['story', 0.5],
      ['post', 0.5],
    ]);
  });
});
