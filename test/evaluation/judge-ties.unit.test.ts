import { describe, expect, it } from 'vitest';
import { tieBaselines } from '../../src/evaluation/ties/baselines.ts';
import { judge } from '../../src/evaluation/ties/judge-ties.ts';
import { type Message, splitMessages } from '../../src/evaluation/ties/messages.ts';

const messages = (text: string): Message[] =>
  text.split(' ').map((pair, at) => ({ from: pair[0] ?? '', to: pair[1] ?? '', at }));
const scores = (entries: Record<string, number>) => () => new Map(Object.entries(entries));

describe('the judge of ties', () => {
  // a wrote before and after; known are a to f, so five are ranked. Afterwards a writes to b and c.
  const split = { train: messages('ab bc cd de ef'), test: messages('ab ac xa ax') };

  it('counts how often somebody written to stands above somebody who was not', () => {
    // Order: b d c e f. Of 2 × 3 pairs, b is above 3 and c above 2.
    const found = judge(split, scores({ b: 5, d: 4, c: 3, e: 2, f: 1 }));
    expect(found).toMatchObject({ people: 1, pairs: 2, precisionAt10: 0.2 });
    expect(found.auc).toBeCloseTo(5 / 6, 12);
  });

  it('gives those that are not told apart what they would get on average', () => {
    expect(judge(split, scores({})).auc).toBeCloseTo(0.5, 12);
    // b first, then c and d alike, then e and f: b wins 3, c wins 2 and half of d.
    expect(judge(split, scores({ b: 5, c: 4, d: 4 })).auc).toBeCloseTo(5.5 / 6, 12);
  });

  it('takes of a tie at the tenth place its share', () => {
    const many = { train: messages('ab ac ad ae af ag ah ai aj ak al am'), test: messages('ab') };
    // Twelve are alike, ten are taken: each is among them with 10/12.
    expect(judge(many, scores({})).precisionAt10).toBeCloseTo(1 / 12, 12);
  });
});

describe('what ties are held against', () => {
  const methods = tieBaselines(messages('ab ab cb bd'));
  const of = (method: string, person: string) => Object.fromEntries(methods[method]?.(person) ?? []);

  it('is counts and times of messages, one way and both', () => {
    expect(of('messages sent', 'a')).toEqual({ b: 2 });
    expect(of('messages sent', 'd')).toEqual({});
    expect(of('messages both ways', 'd')).toEqual({ b: 1 });
    expect(of('last message sent', 'a')).toEqual({ b: 1 });
    expect(of('last message either way', 'b')).toEqual({ a: 1, c: 2, d: 3 });
  });

  it('is Adamic–Adar: a and c share b, who has three neighbours', () => {
    expect(of('Adamic–Adar', 'a')['c']).toBeCloseTo(1 / Math.log(3), 12);
    expect(of('Adamic–Adar', 'a')['b']).toBeUndefined();
  });
});

it('messages are split by time or by number', () => {
  const five = [0, 1, 2, 3, 100].map((at) => ({ from: 'a', to: 'b', at }));
  expect(splitMessages(five, 0.8, 'time').test.map(({ at }) => at)).toEqual([100]);
  expect(splitMessages(five, 0.4, 'count').train.map(({ at }) => at)).toEqual([0, 1]);
});
