import { describe, expect, it } from 'vitest';
import { type Evidence, explain } from '../../src/feed/explain/explain.ts';
import { NOW } from './arbitrary.ts';

const HOUR = 3_600_000;
const nothing: Evidence = {
  relation: null,
  supporters: [],
  connected: [],
  alike: 0,
  trend: null,
  interests: [],
  madeAt: null,
};
const names: Record<string, string> = { bo: 'Bo', cy: 'Cy', di: 'Di', ed: 'Ed' };
const faces = (hidden: readonly string[] = []) => ({
  nameOf: (person: string) => names[person] ?? person,
  maySupport: (person: string) => !hidden.includes(person),
  holds: () => true,
});
const reasonsOf = (known: Partial<Evidence>, sources: readonly string[] = []) =>
  explain({ content: 'post:p1', author: 'bo', sources, evidence: { ...nothing, ...known } }, faces(), NOW).reasons;

describe('the reasons of an item', () => {
  it('say how the reader stands to its author', () => {
    expect(reasonsOf({ relation: 'connected' })).toEqual(['Bo, whom you are connected with, made this']);
    expect(reasonsOf({ relation: 'inner' })).toEqual(['Bo, of your inner circle, made this']);
  });

  it('name two people who liked it and count the others', () => {
    expect(reasonsOf({ supporters: ['cy'] })).toEqual(['Cy, whom you are in touch with, liked this']);
    expect(reasonsOf({ supporters: ['cy', 'di'] })).toEqual([
      'Cy and Di, both of whom you are in touch with, liked this',
    ]);
    expect(reasonsOf({ supporters: ['cy', 'di', 'ed'] })).toEqual([
      'Cy, Di and 1 other, all of whom you are in touch with, liked this',
    ]);
  });

  it('count hours so that the sentence is true when it is read', () => {
    expect(reasonsOf({ trend: { people: 12, since: NOW - 3.2 * HOUR } })).toEqual([
      'Trending: 12 people in the last 4 hours',
    ]);
  });

  it('call new what is new, and the newest what merely is the newest', () => {
    expect(reasonsOf({ madeAt: NOW - HOUR / 2 }, ['new'])).toEqual(['New in the last hour']);
    expect(reasonsOf({ madeAt: NOW - 5 * HOUR })).toEqual(['New in the last day']);
    expect(reasonsOf({ madeAt: NOW - 500 * HOUR }, ['new'])).toEqual(['Among the newest here']);
  });

  it('speak of common taste and of interests', () => {
    expect(reasonsOf({ alike: 2, interests: ['chess', 'go'] })).toEqual([
      '2 people who engaged with what you engaged with engaged with this too',
      'About #chess and #go, which you are interested in',
    ]);
  });

  it('are never missing', () => {
    expect(reasonsOf({})).toHaveLength(1);
  });
});

describe('the faces of social proof', () => {
  it('are at most ten, and the others are counted', () => {
    const supporters = Array.from({ length: 13 }, (_, index) => `p${index}`);
    const { proof } = explain(
      { content: 'post:p1', author: null, sources: [], evidence: { ...nothing, supporters } },
      faces(),
      NOW,
    );
    expect(proof.people).toHaveLength(10);
    expect(proof.others).toBe(3);
  });

  it('leave out who does not want to be one, in the count and in the sentence too', () => {
    const evidence = { ...nothing, supporters: ['cy', 'di'] };
    const { proof, reasons } = explain({ content: 'post:p1', author: null, sources: [], evidence }, faces(['cy']), NOW);
    expect(proof).toEqual({ people: [{ id: 'di', name: 'Di' }], others: 0 });
    expect(reasons).toEqual(['Di, whom you are in touch with, liked this']);
  });
});
