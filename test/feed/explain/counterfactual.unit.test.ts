import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/core/clock.ts';
import type { Dislike } from '../../../src/feed/dislikes.ts';
import { rerank } from '../../../src/feed/explain/counterfactual.ts';
import { counterfactualOf } from '../../../src/feed/explain/explain-ranked.ts';
import type { Hydrated } from '../../../src/feed/find/candidate.ts';
import { algorithmNamed } from '../../../src/feed/rank/algorithms.ts';
import { rank } from '../../../src/feed/rank/rank.ts';
import { rankedWith } from '../../../src/feed/rank/ranked-with.ts';
import { withoutSwitchedOff } from '../../../src/feed/settings/apply.ts';
import { NO_SETTINGS } from '../../../src/feed/settings/settings.ts';
import { fromStored, toStored } from '../../../src/feed/stored-feed.ts';
import { anyCandidates, anyViewer, candidate, NOW, viewer } from '../arbitrary.ts';

const SEEDS = ['post:s1', 'post:s2', 'post:s3'];

/** Candidates with what each of three things done adds to how similar they are. */
const withSeeds: fc.Arbitrary<Hydrated[]> = anyCandidates.chain((candidates) =>
  fc
    .array(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...SEEDS), fc.double({ min: -2, max: 2, noNaN: true })), {
        selector: ([seed]) => seed,
      }),
      { minLength: candidates.length, maxLength: candidates.length },
    )
    .map((parts) =>
      candidates.map((candidate, index) => {
        const because = parts[index] ?? [];
        const content = `${candidate.type}:${candidate.content}`;
        return { ...candidate, content, because, similar: because.reduce((sum, [, part]) => sum + part, 0) };
      }),
    ),
);
const anySettings = fc.record({
  weights: fc.dictionary(fc.constantFrom('people', 'similar', 'new'), fc.double({ min: 0, max: 2, noNaN: true })),
});

describe('the counterfactual', () => {
  it.each(['graph_v2', 'activity_enhanced_v1'])(
    'of %s is what a real ranking of the same candidates without the signal gives',
    (name) => {
      const algorithm = algorithmNamed(name);
      fc.assert(
        fc.property(
          withSeeds,
          anyViewer,
          anySettings,
          fc.constantFrom(null, ...SEEDS),
          (candidates, viewer, set, without) => {
            const settings = { ...NO_SETTINGS, ...set };
            const context = { viewer, algorithm, settings, now: NOW, seed: 'a-snapshot' };
            const snapshot = {
              id: 'a-snapshot',
              items: rank(candidates, context),
              rankedWith: rankedWith(context),
            };
            const really = candidates.map((candidate) => ({
              ...candidate,
              similar: candidate.similar - (candidate.because.find(([seed]) => seed === without)?.[1] ?? 0),
            }));
            const expected = rank(really, context).map(({ content, score }, index) => ({
              content,
              score,
              rank: index + 1,
            }));
            expect(rerank(snapshot, without)).toEqual(expected);
          },
        ),
      );
    },
  );

  it('tells of the two places that the same calculation gives, whatever the storing rounded', () => {
    const algorithm = withoutSwitchedOff(algorithmNamed('graph_v2'), {
      off: ['author_diversity', 'runs', 'type_mix', 'exploration'],
    });
    const context = { viewer: viewer(), algorithm, settings: NO_SETTINGS, now: NOW, seed: 'a' };
    const [first, second] = rank(
      [
        candidate({ content: 'post:p1', similar: 0.5, because: [['post:s1', 0.5]] }),
        candidate({ content: 'post:p2', similar: 0.4, because: [['post:s2', 0.4]] }),
      ],
      context,
    );
    if (first === undefined || second === undefined) {
      throw new Error('Two candidates make two items');
    }
    // Stored the other way round, as if a seventh digit had decided.
    const snapshot = { id: 'a', items: [second, first], rankedWith: rankedWith(context) };
    const about = (content: string, seed: string) =>
      counterfactualOf(snapshot, content, [{ content: seed, title: null, activities: [], similarity: 0.5 }]);
    expect(about('post:p2', 'post:s2')?.says).toContain('it would still be 2nd');
    expect(about('post:p1', 'post:s1')?.says).toContain('it would be 2nd instead of 1st');
    expect(about('post:p1', 'post:s1')?.says).toContain('among the 8 things that count most');
  });

  it('keeps what fatigue took, and what is stored is enough for it', () => {
    const algorithm = withoutSwitchedOff(algorithmNamed('graph_v2'), {
      off: ['author_diversity', 'runs', 'type_mix', 'exploration'],
    });
    const dislikes: Dislike[] = [
      { kind: 'hidden', content: null, author: 'bo', tags: ['chess'], community: null, at: NOW - 30 * DAY_MS },
    ];
    fc.assert(
      fc.property(withSeeds, anyViewer, fc.constantFrom(null, ...SEEDS), (candidates, reader, without) => {
        const context = { viewer: { ...reader, dislikes }, algorithm, settings: NO_SETTINGS, now: NOW, seed: 'a' };
        const items = rank(candidates, context);
        const kept = fromStored(JSON.parse(toStored({ items, removed: {}, rankedWith: rankedWith(context) }).text));
        const really = candidates.map((candidate) => ({
          ...candidate,
          similar: candidate.similar - (candidate.because.find(([seed]) => seed === without)?.[1] ?? 0),
        }));
        const expected = new Map(rank(really, context).map(({ content, score }) => [content, score]));
        for (const { content, score } of rerank({ id: 'a', ...kept }, without)) {
          expect(Math.abs(score - (expected.get(content) ?? Number.NaN))).toBeLessThan(1e-9);
        }
      }),
    );
  });
});
