import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithmNamed, DEFAULT_ALGORITHM } from '../../src/feed/rank/algorithms.ts';
import { scoreOf } from '../../src/feed/rank/part.ts';
import { arrange, authorFactor, type Scored } from '../../src/feed/rank/slate.ts';

const { slate } = algorithmNamed(DEFAULT_ALGORITHM);
const NO_MIX = new Map<string, number>([['post', 1]]);

const anyItems: fc.Arbitrary<Scored[]> = fc.uniqueArray(
  fc.record({
    content: fc.integer({ min: 1, max: 10_000 }).map((id) => `post:${id}`),
    type: fc.constantFrom('post', 'story', 'question'),
    author: fc.constantFrom(null, 'bo', 'cy', 'di'),
    tags: fc.subarray(['chess', 'go', 'jazz']),
    parts: fc.double({ min: 0, max: 1, noNaN: true }).map((score) => [['engagement', score] as const]),
  }),
  { selector: ({ content }) => content, maxLength: 60 },
);
const anyMix = fc
  .record({ post: fc.double({ min: 0, max: 1, noNaN: true }), story: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map((mix) => new Map(Object.entries(mix)));

function item(id: string, score: number, known: Partial<Scored> = {}): Scored {
  return { content: `post:${id}`, type: 'post', author: null, tags: [], parts: [['engagement', score]], ...known };
}

const ids = (items: readonly Scored[]): string[] => items.map(({ content }) => content.slice('post:'.length));

describe('the slate rules', () => {
  it('lose nothing, double nothing and never empty a feed', () => {
    fc.assert(
      fc.property(anyItems, anyMix, (items, mix) => {
        expect(ids(arrange(items, slate, mix)).sort()).toEqual(ids(items).sort());
      }),
      { numRuns: 150 },
    );
  });

  it('name a rule on every item that is at another rank than its score', () => {
    fc.assert(
      fc.property(anyItems, anyMix, (items, mix) => {
        const arranged = arrange(items, slate, mix);
        const byScore = ids(
          [...items].sort((a, b) => scoreOf(b.parts) - scoreOf(a.parts) || (a.content < b.content ? -1 : 1)),
        );
        for (const [rank, { content, movedBy }] of arranged.entries()) {
          if (byScore[rank] !== content.slice('post:'.length)) {
            expect(movedBy, content).not.toEqual([]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('let no three of one author follow each other while somebody else is left', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const arranged = arrange(items, slate, NO_MIX);
        for (const [rank, { author }] of arranged.entries()) {
          const before = arranged.slice(Math.max(rank - 2, 0), rank);
          if (author !== null && before.length === 2 && before.every((other) => other.author === author)) {
            expect(arranged.slice(rank).every((other) => other.author === author)).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keep .625 and .4375 of the second and third item of one author, as a part of the score', () => {
    expect([0, 1, 2].map((k) => authorFactor(k, slate.author))).toEqual([1, 0.625, 0.4375]);
    const arranged = arrange([item('a', 0.8, { author: 'bo' }), item('b', 0.4, { author: 'bo' })], slate, NO_MIX);
    expect(arranged.map(({ parts }) => parts)).toEqual([
      [['engagement', 0.8]],
      [
        ['engagement', 0.4],
        ['author_diversity', 0.4 * (0.625 - 1)],
      ],
    ]);
  });

  it('put another author before the second item of one, and say so on both', () => {
    const arranged = arrange(
      [item('a', 0.8, { author: 'bo' }), item('b', 0.7, { author: 'bo' }), item('c', 0.6, { author: 'cy' })],
      slate,
      NO_MIX,
    );
    expect(arranged.map(({ content, movedBy }) => [content, movedBy])).toEqual([
      ['post:a', []],
      ['post:c', ['author_diversity']],
      ['post:b', ['author_diversity']],
    ]);
  });

  it('break a run of one tag after two', () => {
    const chess = { tags: ['chess'] };
    const arranged = arrange(
      [item('a', 0.9, chess), item('b', 0.8, chess), item('c', 0.7, chess), item('d', 0.6)],
      slate,
      NO_MIX,
    );
    expect(ids(arranged)).toEqual(['a', 'b', 'd', 'c']);
    expect(arranged.map(({ movedBy }) => movedBy)).toEqual([[], [], ['tag_run'], ['tag_run']]);
  });

  it('hold types near the person’s own mix while anything else is left to show', () => {
    const story = { type: 'story' };
    const mix = new Map([
      ['post', 0.9],
      ['story', 0.1],
    ]);
    const arranged = arrange(
      [item('a', 0.9, story), item('b', 0.8, story), item('c', 0.7), item('d', 0.6)],
      slate,
      mix,
    );
    expect(ids(arranged)).toEqual(['a', 'c', 'd', 'b']);
    expect(arranged.at(-1)?.movedBy).toEqual(['type_mix']);
  });
});
