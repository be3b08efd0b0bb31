import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HABITS } from '../../src/feed/habits.ts';
import { algorithmNamed } from '../../src/feed/rank/algorithms.ts';
import { rank } from '../../src/feed/rank/rank.ts';
import { rankedWith } from '../../src/feed/rank/ranked-with.ts';
import { withoutSwitchedOff } from '../../src/feed/settings/apply.ts';
import { NO_SETTINGS, SLIDERS } from '../../src/feed/settings/settings.ts';
import type { SnapshotItem } from '../../src/feed/snapshot.ts';
import { fromStored, MOST_BECAUSE, toStored, walkable } from '../../src/feed/stored-feed.ts';
import { anyCandidates, anyViewer, candidate, NOW, viewer } from './arbitrary.ts';

const anyAlgorithm = fc.constantFrom('activity_enhanced_v1', 'graph_v2').map((name) => algorithmNamed(name));
const anySettings = fc.record({
  weights: fc.dictionary(fc.constantFrom(...Object.keys(SLIDERS)), fc.double({ min: 0, max: 2, noNaN: true })),
  network: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const anyDislikes = fc.array(
  fc.record({
    kind: fc.constantFrom('reported' as const, 'hidden' as const, 'wanted_less' as const),
    content: fc.constant(null),
    author: fc.constantFrom(null, 'bo', 'cy'),
    tags: fc.subarray(['chess', 'jazz']),
    community: fc.constant(null),
    at: fc.integer({ min: NOW - 200 * 86_400_000, max: NOW }),
  }),
  { maxLength: 4 },
);

describe('Law 5: a ranked feed', () => {
  it('has scores that are exactly the sum of their parts, whatever the person set and did not want, also as it is kept', () => {
    fc.assert(
      fc.property(
        anyCandidates,
        anyViewer,
        anyAlgorithm,
        anySettings,
        anyDislikes,
        fc.uuid(),
        (candidates, reader, algorithm, set, dislikes, seed) => {
          const viewer = { ...reader, dislikes };
          const settings = { ...NO_SETTINGS, ...set };
          const context = { viewer, algorithm, settings, now: NOW, seed };
          const items = rank(candidates, context);
          const written = toStored({ items, removed: {}, rankedWith: rankedWith(context) });
          const stored = JSON.parse(written.text);
          const kept = fromStored(stored);
          // What pages walk, of one's own making or read again, is what is kept.
          expect(written.items.slice()).toEqual(kept.items);
          expect(walkable(stored).slice(2, 5)).toEqual(kept.items.slice(2, 5));
          const signals = (all: readonly SnapshotItem[]) =>
            all.map(({ features, because }) => [
              Object.entries(features).map(([name, value]) => [name, value + 0]),
              because.slice(0, MOST_BECAUSE),
            ]);
          expect(signals(kept.items)).toEqual(signals(items));
          for (const item of [...items, ...kept.items]) {
            expect(item.score).toBe(item.parts.reduce((sum, [, value]) => sum + value, 0));
            expect(new Set(item.parts.map(([name]) => name)).size).toBe(item.parts.length);
          }
          expect(kept.items.map(({ content, score }) => [content, score])).toEqual(
            items.map(({ content, score }) => [content, score === 0 ? 0 : score]),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has ties before all others near the one end of the dial, also where a tie has a score below 0', () => {
    const algorithm = withoutSwitchedOff(algorithmNamed('graph_v2'), { off: ['author_diversity', 'runs', 'type_mix'] });
    const bo = { person: 'bo', strength: 0.2, outgoing: 0, incoming: 0, accepted: true, follows: false, circle: null };
    const reader = viewer({ ties: new Map([['bo', bo]]) });
    const found = [
      candidate({ content: 'post:tie', author: 'bo', similar: -2 }),
      candidate({ content: 'post:worst', author: 'flo', similar: -3 }),
      ...Array.from({ length: 20 }, (_, index) => candidate({ content: `post:${index}`, author: 'flo', similar: 1 })),
    ];
    const first = (network: number | null) =>
      rank(found, {
        viewer: reader,
        algorithm: { ...algorithm, exploration: { share: 0.4, from: 1 } },
        settings: { ...NO_SETTINGS, network },
        now: NOW,
        seed: 'a',
      })[0];
    expect(first(null)?.author).toBe('flo');
    expect(first(0.001)).toMatchObject({ content: 'post:tie', movedBy: [] });
    expect(first(0.001)?.score).toBeLessThan(0);
  });

  it('has every candidate once: neither slate nor exploration nor any dial empties it', () => {
    fc.assert(
      fc.property(anyCandidates, anyViewer, anyAlgorithm, anySettings, (candidates, viewer, algorithm, set) => {
        const eager = { ...algorithm, exploration: { share: 0.5, from: 1 } };
        const context = { viewer, algorithm: eager, settings: { ...NO_SETTINGS, ...set }, now: NOW, seed: 'a' };
        const ranked = rank(candidates, context).map(({ content }) => content);
        expect(ranked.sort()).toEqual(candidates.map(({ content }) => content).sort());
      }),
      { numRuns: 50 },
    );
  });
});

it('ranks content of a type that every object inherits a value for, for somebody with a profile', () => {
  const reader = { ...viewer(), habits: { ...NO_HABITS, typePreference: { post: 0.5 }, otherTypes: 0.2 } };
  const candidates = [candidate({ content: 'constructor:1', type: 'constructor' }), candidate({ content: 'post:2' })];
  for (const name of ['activity_enhanced_v1', 'graph_v2']) {
    const context = { viewer: reader, algorithm: algorithmNamed(name), settings: NO_SETTINGS, now: NOW, seed: 'x' };
    for (const { parts } of rank(candidates, context)) {
      expect(parts.filter(([, value]) => !Number.isFinite(value))).toEqual([]);
    }
  }
});
