import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FLAGS, personalWeights } from '../../src/activity/personal-weights.ts';
import { NO_HABITS } from '../../src/feed/habits.ts';
import { algorithmNamed, DEFAULT_ALGORITHM } from '../../src/feed/rank/algorithms.ts';
import { featuresOf } from '../../src/feed/rank/features.ts';
import { type Part, scoreOf } from '../../src/feed/rank/part.ts';
import { partsOf } from '../../src/feed/rank/score.ts';
import type { SeedScore } from '../../src/feed/rank/seed-score.ts';
import { arrange } from '../../src/feed/rank/slate.ts';
import { rhythmOf } from '../../src/signals/profile/rhythm.ts';
import { act } from '../signals/profile/acts.ts';
import { anyCandidate, anyCandidates, anyViewer, candidate, NOW, viewer } from './arbitrary.ts';

const { score, slate } = algorithmNamed(DEFAULT_ALGORITHM);
const seed = score as SeedScore;
const DAY = 86_400_000;

describe('Law 5: explained to the last digit', () => {
  it('makes every score of a feed exactly the sum of its parts from left to right, before and after JSON', () => {
    fc.assert(
      fc.property(anyCandidates, anyViewer, (candidates, reader) => {
        const scored = candidates.map((one) => ({
          ...one,
          parts: partsOf(featuresOf(one, reader, NOW), score, NO_FLAGS),
        }));
        for (const item of arrange(scored, slate, reader.typeShares)) {
          const shown = JSON.parse(JSON.stringify({ score: item.score, parts: Object.fromEntries(item.parts) }));
          const sum = Object.values<number>(shown.parts).reduce((total, part) => total + part, 0);
          expect(shown.score).toBe(sum);
          expect(item.score).toBe(sum);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lists the parts of every item in the same order', () => {
    fc.assert(
      fc.property(anyCandidate, anyViewer, (one, reader) => {
        const names = partsOf(featuresOf(one, reader, NOW), score, NO_FLAGS).map(([name]) => name);
        expect(names).toEqual([
          'connection',
          'interest',
          'interaction',
          'content_type',
          'trending',
          'recency',
          'diversity',
          'engagement',
          'social',
          'temporal',
          'preference',
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('cuts a score above 1 down to exactly 1 by a negative part', () => {
    fc.assert(
      fc.property(anyCandidate, anyViewer, fc.double({ min: 1, max: 1e3, noNaN: true }), (one, reader, factor) => {
        const large = { base: factor, engagement: factor, social: factor, temporal: factor, preference: factor };
        const parts = partsOf(featuresOf(one, reader, NOW), { ...seed, shares: large }, NO_FLAGS);
        const cap = parts.find(([name]) => name === 'cap');
        expect(scoreOf(parts)).toBeLessThanOrEqual(1);
        if (cap !== undefined) {
          expect(cap[1]).toBeLessThan(0);
          expect(scoreOf(parts)).toBe(1);
          expect(parts.at(-1)).toBe(cap);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the score of activity_enhanced_v1', () => {
  it('is what seed 000 says, computed by hand', () => {
    const reader = viewer({
      ties: new Map([
        [
          'bo',
          {
            person: 'bo',
            strength: 0.5,
            outgoing: Math.LN2,
            incoming: 0,
            accepted: true,
            follows: false,
            circle: null,
          },
        ],
      ]),
      interests: new Map([['chess', { tag: 'chess', weight: Math.LN2, declared: false }]]),
      typeShares: new Map([
        ['post', 0.6],
        ['story', 0.4],
      ]),
      seenTypeShares: new Map([['post', 0.75]]),
      visits: new Map([['bo', 2 * Math.LN2]]),
    });
    const one = candidate({
      author: 'bo',
      tags: ['chess', 'go'],
      madeAt: NOW - 10 * DAY,
      engagement: 5 * Math.LN2,
      alikeScore: 0.5 * Math.LN2,
      trend: { people: 5, since: NOW, burst: 10 * Math.LN2 },
      supporters: [{ person: 'cy', strength: 0.5, weight: 2 * Math.LN2 }],
    });
    const parts = Object.fromEntries(partsOf(featuresOf(one, reader, NOW), score, NO_FLAGS));
    // Weights add up to 3.6; every saturated signal is at its half.
    const unit = 0.4 / 3.6;
    const byHand: Record<string, number> = {
      connection: unit * 0.7 * 0.5,
      interest: unit * 0.6 * 0.5,
      interaction: unit * 0.8 * 0.5,
      content_type: unit * 0.5 * 0.6,
      trending: unit * 0.6 * 0.5,
      recency: unit * 0.1 * Math.exp(-1),
      diversity: unit * 0.3 * 0.25,
      engagement: 0.25 * 0.5,
      social: 0.15 * (0.3 * 0.5 + 0.4 * 0.5 + 0.3 * 0.5),
      temporal: 0,
      preference: 0.1 * 0.5,
    };
    for (const [name, value] of Object.entries(byHand)) {
      expect(parts[name], name).toBeCloseTo(value, 12);
    }
    expect(scoreOf(Object.entries(parts) as Part[])).toBeCloseTo(0.445754, 6);
  });

  it('joins personal weights to the mean for those whom they are for, computed by hand', () => {
    const signals = {
      ...featuresOf(candidate({ madeAt: null }), viewer(), NOW),
      connection: 0.5,
      media: 1,
      creator: 10 * Math.LN2,
    };
    const partsFor = (known: Partial<typeof NO_FLAGS>) =>
      Object.fromEntries(partsOf(signals, score, { ...NO_FLAGS, ...known }));
    // Social is .4 · .5 = .2: no visits and no proof. Weights add up to 3.6 for everybody.
    expect(partsFor({})['connection']).toBeCloseTo((0.4 * 0.7 * 0.5) / 3.6, 12);
    expect(partsFor({})['social_signals']).toBeUndefined();
    const social = partsFor({ highlySocial: true });
    // connection .7 + .1 and social_signals .3: they add up to 4.
    expect(social['connection']).toBeCloseTo((0.4 * 0.8 * 0.5) / 4, 12);
    expect(social['social_signals']).toBeCloseTo((0.4 * 0.3 * 0.2) / 4, 12);
    expect(social['social']).toBeCloseTo(0.15 * 0.2, 12);
    expect(partsFor({ visual: true })['media_boost']).toBeCloseTo((0.4 * 0.2 * 1) / 3.8, 12);
    // Ten works · ln 2 are half of what there is to get.
    expect(partsFor({ creator: true })['creator_boost']).toBeCloseTo((0.4 * 0.15 * 0.5) / 3.75, 12);
  });

  it('counts what is fresh in the hours in which the person is there, computed by hand', () => {
    const hourlyShare = Array.from({ length: 24 }, (_, hour) =>
      hour === 20 ? 6 / 24 : hour === 8 ? 3 / 24 : 15 / 24 / 22,
    );
    const at = (hour: number) => viewer({ habits: { ...NO_HABITS, hourlyShare, hour } });
    const fresh = candidate({ madeAt: NOW - 10 * DAY });
    // Ten days old: e^(−1). At the peak all of it; at 8 (3/24 − 1/24) / (6/24 − 1/24) = .4 of it; at night nothing.
    expect(featuresOf(fresh, at(20), NOW).temporal).toBeCloseTo(Math.exp(-1), 12);
    expect(featuresOf(fresh, at(8), NOW).temporal).toBeCloseTo(0.4 * Math.exp(-1), 12);
    expect(featuresOf(fresh, at(3), NOW).temporal).toBe(0);
    expect(featuresOf(fresh, viewer(), NOW).temporal).toBe(0);
  });

  it('takes the hours of a person from what they did, computed by hand', () => {
    const hour = (of: number) => act('like', { at: Date.UTC(2026, 0, 14, of) });
    const { hourlyShare } = rhythmOf([...Array(5).fill(hour(20)), hour(8), hour(8)], 'UTC', NOW);
    // One more for each of 24 hours: 6/31 at 20, 3/31 at 8, 1/31 else. (3/31 − 1/24) / (6/31 − 1/24) = 41/113.
    const temporalAt = (now: number) => {
      const signals = featuresOf(candidate(), viewer({ habits: { ...NO_HABITS, hourlyShare, hour: now } }), NOW);
      return Object.fromEntries(partsOf(signals, score, NO_FLAGS))['temporal'];
    };
    expect(temporalAt(20)).toBeCloseTo(0.1, 12);
    expect(temporalAt(8)).toBeCloseTo((0.1 * 41) / 113, 12);
    expect(temporalAt(3)).toBe(0);
  });

  it('prefers what is similar to what one likes and what people alike turn to, computed by hand', () => {
    const preferenceOf = (similar: number, alikeScore: number) =>
      Object.fromEntries(partsOf(featuresOf(candidate({ similar, alikeScore }), viewer(), NOW), score, NO_FLAGS))[
        'preference'
      ];
    // The scale is .5: .25 · ln 2 + .25 · ln 2 reach one half of .1, and ln 2 three quarters.
    expect(preferenceOf(0.25 * Math.LN2, 0.25 * Math.LN2)).toBeCloseTo(0.1 * 0.5, 12);
    expect(preferenceOf(Math.LN2, 0)).toBeCloseTo(0.1 * 0.75, 12);
    // What is unlike is not preferred; it takes nothing from what people alike say.
    expect(preferenceOf(-1, 0.5 * Math.LN2)).toBeCloseTo(0.1 * 0.5, 12);
    expect(preferenceOf(-1, 0)).toBe(0);
  });

  it('has the weights and the personal weights of seed 000, 3.1 and 4.4, as the profile tells them', () => {
    const { weights, personal } = seed;
    const told = personalWeights({ highlySocial: true, visual: true, creator: true });
    expect(told).toEqual({
      connection_score: weights.connection + personal.highlySocial.connection,
      interest_relevance: weights.interest,
      interaction_score: weights.interaction,
      content_type_preference: weights.content_type,
      trending_hashtag: weights.trending,
      time_decay_factor: weights.recency,
      diversity_factor: weights.diversity,
      social_signals: personal.highlySocial.social_signals,
      media_content_boost: personal.visual.media_boost,
      creator_content_boost: personal.creator.creator_boost,
    });
  });

  it('takes the share of a type from the profile, and from the graph where there is none', () => {
    const graph = viewer({ typeShares: new Map([['post', 0.9]]) });
    const profiled = viewer({
      typeShares: new Map([['post', 0.9]]),
      habits: { ...NO_HABITS, typePreference: { post: 0.5 }, otherTypes: 0.1 },
    });
    expect(featuresOf(candidate(), graph, NOW).content_type).toBe(0.9);
    expect(featuresOf(candidate({ type: 'story' }), graph, NOW).content_type).toBe(0.2);
    expect(featuresOf(candidate(), profiled, NOW).content_type).toBe(0.5);
    expect(featuresOf(candidate({ type: 'story' }), profiled, NOW).content_type).toBe(0.1);
  });

  it('lets no signal add more than its share of the score', () => {
    const unit = seed.shares.base / Object.values(seed.weights).reduce((sum, weight) => sum + weight, 0);
    const most: Record<string, number> = {
      ...Object.fromEntries(Object.entries(seed.weights).map(([name, weight]) => [name, unit * weight])),
      ...seed.shares,
    };
    fc.assert(
      fc.property(anyCandidate, anyViewer, (one, reader) => {
        for (const [name, value] of partsOf(featuresOf(one, reader, NOW), score, NO_FLAGS)) {
          expect(value, name).toBeGreaterThanOrEqual(0);
          expect(value, name).toBeLessThanOrEqual((most[name] ?? 0) + 1e-12);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('does not count a faded or taken back interest against content', () => {
    const reader = viewer({ interests: new Map([['chess', { tag: 'chess', weight: -1e-17, declared: false }]]) });
    expect(featuresOf(candidate({ tags: ['chess'] }), reader, NOW).interest).toBe(0);
  });

  it('takes content of unknown age for old', () => {
    expect(featuresOf(candidate({ madeAt: null }), viewer(), NOW).recency).toBe(0);
  });
});

describe('a linear score', () => {
  it('is the weighted sum of transformed signals, in the order of the file, computed by hand', () => {
    const signals = {
      ...featuresOf(candidate(), viewer(), NOW),
      popularity: 6,
      trending: 3,
      similar_people: -2,
      proof: 4,
    };
    const parts = partsOf(
      signals,
      {
        form: 'linear',
        terms: {
          popularity: { weight: 0.5, transform: 'log', scale: 2 },
          similar_people: { weight: 2, transform: 'saturate', scale: 1 },
          trending: { weight: 0.1, transform: 'linear', scale: 2 },
          proof: { weight: -1, transform: 'saturate', scale: 4 },
        },
      },
      NO_FLAGS,
    );
    // ln(1 + 6/2) = 1.386294…; 1 − e^(−2) = .864665, mirrored at 0; 3/2; 1 − e^(−1) = .632121.
    expect(parts.map(([name]) => name)).toEqual(['popularity', 'similar_people', 'trending', 'proof']);
    const byHand = [0.5 * 1.386294361, 2 * -0.864664717, 0.1 * 1.5, -1 * 0.632120559];
    for (const [index, [, value]] of parts.entries()) {
      expect(value).toBeCloseTo(byHand[index] ?? Number.NaN, 8);
    }
    expect(scoreOf(parts)).toBeCloseTo(-1.518302812, 7);
  });
});
