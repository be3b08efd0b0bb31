import { describe, expect, it } from 'vitest';
import { merge } from '../../src/feed/find/merge.ts';

const finds = (...contents: string[]) => contents.map((content, index) => ({ content, score: 10 - index }));

describe('merging what the sources propose', () => {
  it('takes from each in turn, each content once, with all its sources', () => {
    const merged = merge(
      [
        { name: 'ties', finds: finds('a', 'b', 'c') },
        { name: 'new', finds: finds('c', 'd') },
      ],
      10,
    );
    expect(merged.map(({ content, sources }) => [content, sources])).toEqual([
      ['a', ['ties']],
      ['c', ['ties', 'new']],
      ['b', ['ties']],
      ['d', ['new']],
    ]);
  });

  it('stops at the most, and does not let one source crowd the other out', () => {
    const merged = merge(
      [
        { name: 'ties', finds: finds('a', 'b', 'c', 'd', 'e') },
        { name: 'new', finds: finds('x', 'y') },
      ],
      4,
    );
    expect(merged.map(({ content }) => content)).toEqual(['a', 'x', 'b', 'y']);
  });
});
