import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { rankComments } from '../../../src/feed/comments/rank-comments.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const HALF_LIFE = DEFAULT_RANKING.halfLifeMs.ENGAGED;
const comment = (content: string, own = {}) => ({
  content,
  createdAt: NOW,
  engagement: 0,
  mediaEngagement: 0,
  ...own,
});
const ranked = (...comments: ReturnType<typeof comment>[]) => rankComments(comments, NOW, DEFAULT_RANKING);

describe('the rank of a comment', () => {
  it('is engagement, engagement with its media, and a view for being new that fades', () => {
    const [first, second] = ranked(
      comment('comment:old', { createdAt: NOW - HALF_LIFE, engagement: 0.3 }),
      comment('comment:pictures', { mediaEngagement: 0.4 }),
    );
    expect(first).toMatchObject({ content: 'comment:pictures', parts: { engagement: 0, media: 0.4, recency: 0.1 } });
    expect(first?.score).toBe(0.4 + 0.1);
    expect(second?.parts).toEqual({ engagement: 0.3, media: 0, recency: expect.closeTo(0.05, 9) });
  });

  it('is the newer of equals, then by name; what was taken back counts as nothing', () => {
    const found = ranked(
      comment('comment:b', { createdAt: null, engagement: -1e-17 }),
      comment('comment:a', { createdAt: null }),
      comment('comment:c'),
    );
    expect(found.map(({ content }) => content)).toEqual(['comment:c', 'comment:a', 'comment:b']);
  });

  it('Law 5: is a score that is the sum of its parts', () => {
    const signals = fc.record({
      engagement: fc.double({ min: 0, max: 1e6, noNaN: true }),
      mediaEngagement: fc.double({ min: 0, max: 1e6, noNaN: true }),
      age: fc.nat(1e10),
    });
    fc.assert(
      fc.property(fc.array(signals), (all) => {
        const found = ranked(
          ...all.map(({ age, ...own }, index) => comment(`comment:${index}`, { ...own, createdAt: NOW - age })),
        );
        for (const { score, parts } of found) {
          expect(score).toBe(Object.values(parts).reduce((sum, part) => sum + part, 0));
        }
        expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
      }),
    );
  });
});
