import { describe, expect, it } from 'vitest';
import { expectedPeople } from '../../../src/signals/trending/tags.ts';

describe('how many people a tag is expected to have now', () => {
  const all = { people: 100, observed: 50, ever: 1_100 };

  it('is its share of those who came before, of those who come now', () => {
    // 200 of the 1,000 who came before turned to it: a fifth of the 50 of now.
    expect(expectedPeople({ people: 20, observed: 12, ever: 220 }, all)).toBe(10);
  });

  it('is nothing for a tag that nobody turned to before, and for every tag on the first day', () => {
    expect(expectedPeople({ people: 20, observed: 12, ever: 20 }, all)).toBe(0);
    expect(expectedPeople({ people: 20, observed: 12, ever: 20 }, { people: 100, observed: 50, ever: 100 })).toBe(0);
  });

  it('is never more than all there are, whatever the counts', () => {
    // Fewer people have an interest now than turned to something: interests fade away, and were taken back.
    expect(expectedPeople({ people: 1, observed: 1, ever: 500 }, { people: 10, observed: 8, ever: 20 })).toBe(8);
    expect(expectedPeople({ people: 9, observed: 1, ever: 2 }, all)).toBe(0);
  });
});
