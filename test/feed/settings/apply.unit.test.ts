import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FLAGS } from '../../../src/activity/personal-weights.ts';
import { sourcesSchema } from '../../../src/feed/find/sources/options.ts';
import { algorithmNamed, DEFAULT_ALGORITHM } from '../../../src/feed/rank/algorithms.ts';
import { FEATURE_NAMES, featuresOf, worthOf } from '../../../src/feed/rank/features.ts';
import { scoreOf } from '../../../src/feed/rank/part.ts';
import { partsOf } from '../../../src/feed/rank/score.ts';
import { arrange, authorFactor } from '../../../src/feed/rank/slate.ts';
import { factorOf, weighed, withoutSwitchedOff } from '../../../src/feed/settings/apply.ts';
import { correctInterests, correctShown, interestsToRead } from '../../../src/feed/settings/interests.ts';
import { HEURISTIC_NAMES, NO_SETTINGS, SLIDERS } from '../../../src/feed/settings/settings.ts';
import { anyCandidate, anyCandidates, anyViewer, NOW } from '../arbitrary.ts';

const algorithm = algorithmNamed(DEFAULT_ALGORITHM);
const at = { now: NOW, halfLifeMs: 1_000 };

describe('sliders', () => {
  it('share all signals out among them, each signal at one of them', () => {
    const multiplied = Object.values(SLIDERS).flatMap(({ multiplies }): readonly string[] => multiplies);
    expect(new Set(multiplied).size).toBe(multiplied.length);
    expect(FEATURE_NAMES.filter((name) => !multiplied.includes(name))).toEqual([]);
  });

  it('multiply each part of theirs, and no other', () => {
    const settings = { weights: { people: 1.5, new: 0 } };
    expect(factorOf('connection', settings)).toBe(1.5);
    expect(factorOf('recency', settings)).toBe(0);
    expect(factorOf('interest', settings)).toBe(1);
    expect(factorOf('constructor', settings)).toBe(1);
  });

  it('Law 5: leave a score the sum of its parts', () => {
    const anyWeights = fc.dictionary(
      fc.constantFrom(...Object.keys(SLIDERS)),
      fc.double({ min: 0, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(anyCandidate, anyViewer, anyWeights, (candidate, reader, weights) => {
        const plain = partsOf(featuresOf(candidate, reader, NOW), algorithm.score, NO_FLAGS);
        const parts = weighed(plain, algorithm, { weights });
        expect(scoreOf(parts)).toBeLessThanOrEqual(1);
        const before = new Map(plain);
        for (const [name, value] of parts.filter(([name]) => name !== 'cap')) {
          expect(value).toBe((before.get(name) ?? 0) * factorOf(name, { weights }));
        }
      }),
    );
  });
});

describe('what is switched off', () => {
  it('is neither looked for nor applied', () => {
    const off = withoutSwitchedOff(algorithm, { off: ['trending', 'author_diversity', 'runs', 'type_mix'] });
    expect(Object.keys(off.sources)).toEqual(Object.keys(algorithm.sources).filter((name) => name !== 'trending'));
    expect(authorFactor(5, off.slate.author)).toBe(1);
    expect(withoutSwitchedOff(algorithm, NO_SETTINGS)).toBe(algorithm);
  });

  it('can be any source but those of feeds about one thing', () => {
    expect(Object.keys(sourcesSchema.shape).filter((name) => !(HEURISTIC_NAMES as string[]).includes(name))).toEqual([
      'tagged',
      'authored',
    ]);
  });

  it('leaves the order to the score alone when all rules of the slate are off', () => {
    const off = withoutSwitchedOff(algorithm, { off: ['author_diversity', 'runs', 'type_mix'] });
    fc.assert(
      fc.property(anyCandidates, anyViewer, (candidates, reader) => {
        const scored = candidates.map((candidate) => ({
          ...candidate,
          parts: partsOf(featuresOf(candidate, reader, NOW), off.score, NO_FLAGS),
        }));
        const scores = arrange(scored, off.slate, reader.typeShares).map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });
});

describe('corrected interests', () => {
  const chess = { tag: 'chess', weight: 0.8, declared: false };
  const jazz = { tag: 'jazz', weight: 0.2, declared: true };

  it('count by their factor: .8 · .5 = .4, and (.5 declared + .2) · 2 = 1.4', () => {
    const settings = { ...NO_SETTINGS, interests: { chess: 0.5, jazz: 2 } };
    const counts = correctInterests([chess, jazz], settings, at).map(worthOf);
    expect(counts).toEqual([1.4, 0.4]);
  });

  it('are gone at 0, and a tag that was turned up from nothing counts as declared: (2 − 1) · .5', () => {
    const settings = { ...NO_SETTINGS, interests: { chess: 0, go: 2 } };
    const corrected = correctInterests([chess, jazz], settings, at);
    expect(corrected.map(({ tag }) => tag)).toEqual(['jazz', 'go']);
    expect(corrected.map(worthOf)).toEqual([0.7, 0.5]);
  });

  it('count no less when more was done, or when they are turned further up', () => {
    const amount = fc.double({ min: 0, max: 5, noNaN: true });
    const turn = fc.double({ min: 0, max: 2, noNaN: true });
    const worth = (known: readonly { weight: number; declared: boolean }[], factor: number): number =>
      correctInterests(
        known.map((interest) => ({ tag: 'go', ...interest })),
        { ...NO_SETTINGS, interests: factor === 1 ? {} : { go: factor } },
        at,
      ).reduce((sum, interest) => sum + worthOf(interest), 0);
    fc.assert(
      fc.property(amount, amount, turn, turn, fc.boolean(), (weight, more, factor, further, declared) => {
        const here = worth([{ weight, declared }], factor);
        expect(here).toBeGreaterThanOrEqual(worth([], factor));
        expect(worth([{ weight: weight + more, declared }], factor)).toBeGreaterThanOrEqual(here);
        expect(worth([{ weight, declared }], Math.max(factor, further))).toBeGreaterThanOrEqual(here);
      }),
    );
    // Turned up with nothing shown, .5; a view, .1 · 2, takes nothing from that.
    expect(worth([{ weight: 0.1, declared: false }], 2)).toBe(0.5);
  });

  it('lose what was forgotten at a reset, faded as they fade; what came since stays', () => {
    // 1 was known at the reset, one half-life ago: .5 of it is left in .8, so .3 came since.
    const settings = { ...NO_SETTINGS, resetAt: NOW - 1_000, forgotten: { chess: 1, jazz: 0.4 } };
    const corrected = correctInterests([chess, jazz], settings, at);
    expect(corrected[1]?.weight).toBeCloseTo(0.3, 12);
    // Nothing came since for jazz; that it was declared stays.
    expect(corrected[0]).toMatchObject({ tag: 'jazz', weight: 0, declared: true });
  });

  it('put what the person said themselves first, then what counts most, so that neither is cut off by the other', () => {
    const weak = Array.from({ length: 60 }, (_, index) => ({ tag: `t${index}`, weight: 1, declared: false }));
    const settings = { ...NO_SETTINGS, interests: { go: 2, t59: 1.5 } };
    const tags = correctInterests([...weak, chess, jazz], settings, at).map(({ tag }) => tag);
    expect(tags.slice(0, 4)).toEqual(['t59', 'jazz', 'go', 't0']);
    expect(interestsToRead(50, { ...settings, forgotten: { a: 1, b: 1 } })).toBe(54);
  });

  it('are shown to their person as they count', () => {
    const lastAt = NOW - 5;
    const seen = [chess, jazz].map((one) => ({ ...one, factor: 1, learned: true, lastAt }));
    const settings = { ...NO_SETTINGS, resetAt: NOW, forgotten: { jazz: 0.2 }, interests: { chess: 0.5, go: 1.5 } };
    // In the order of what they count: .8 · .5 = .4, the .5 of a declaration, and .5 · (1.5 − 1) = .25.
    expect(correctShown(seen, settings, at)).toEqual([
      { tag: 'jazz', weight: 0, declared: true, factor: 1, learned: false, lastAt: null },
      { tag: 'chess', weight: 0.8, declared: false, factor: 0.5, learned: true, lastAt },
      { tag: 'go', weight: 0, declared: false, factor: 1.5, learned: false, lastAt: null },
    ]);
  });

  it('are gone when nothing came since the reset', () => {
    const settings = { ...NO_SETTINGS, resetAt: NOW, forgotten: { chess: 0.8 } };
    expect(correctInterests([chess], settings, at)).toEqual([]);
  });
});
