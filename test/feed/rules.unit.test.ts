import { describe, expect, it } from 'vitest';
import type { Hydrated } from '../../src/feed/find/candidate.ts';
import { algorithmNamed, DEFAULT_ALGORITHM } from '../../src/feed/rank/algorithms.ts';
import { applyRules, NO_SUPPRESSIONS, type RuleContext } from '../../src/feed/rules.ts';
import { candidate, NOW } from './arbitrary.ts';

const algorithm = algorithmNamed(DEFAULT_ALGORITHM);
const DAY = 86_400_000;
const context: RuleContext = {
  viewer: 'ann',
  now: NOW,
  suppressions: NO_SUPPRESSIONS,
  seen: new Set(),
  excludedTypes: new Set(algorithm.excludedTypes),
  attachmentTypes: new Set(algorithm.attachmentTypes),
  network: null,
  ties: new Set(['bo']),
};

function reasonAgainst(known: Partial<Hydrated>, also: Partial<RuleContext> = {}): string | undefined {
  const { removed } = applyRules([candidate(known)], algorithm.rules, { ...context, ...also });
  return Object.keys(removed)[0];
}
const suppressing = (what: Partial<RuleContext['suppressions']>): Partial<RuleContext> => ({
  suppressions: { ...NO_SUPPRESSIONS, ...what },
});

describe('the rules of a feed', () => {
  it('keep what nothing speaks against', () => {
    expect(applyRules([candidate()], algorithm.rules, context).kept).toHaveLength(1);
  });

  it('take out what the person may not see, made, engaged with or saw, and name the rule', () => {
    expect(reasonAgainst({ visible: false })).toBe('deleted_or_not_visible');
    expect(reasonAgainst({ author: 'ann' })).toBe('own');
    expect(reasonAgainst({ mine: 0.1 })).toBe('engaged');
    expect(reasonAgainst({}, { seen: new Set(['post:p1']) })).toBe('seen');
  });

  it('take out what the person does not want', () => {
    expect(reasonAgainst({}, suppressing({ content: new Set(['post:p1']) }))).toBe('suppressed');
    expect(reasonAgainst({ author: 'bo' }, suppressing({ people: new Set(['bo']) }))).toBe('suppressed_person');
    expect(reasonAgainst({ tags: ['go', 'chess'] }, suppressing({ tags: new Set(['chess']) }))).toBe('suppressed_tag');
    expect(reasonAgainst({ community: 'c1' }, suppressing({ communities: new Set(['c1']) }))).toBe(
      'suppressed_community',
    );
  });

  it('keep a reported author out for 14 days', () => {
    const reported = (daysAgo: number) => suppressing({ reportedAuthors: new Map([['bo', NOW - daysAgo * DAY]]) });
    expect(reasonAgainst({ author: 'bo' }, reported(13.9))).toBe('reported_author');
    expect(reasonAgainst({ author: 'bo' }, reported(14))).toBeUndefined();
  });

  it('show only ties, or only others, to who turned the dial to that end, and take nothing out between', () => {
    const taken = (author: string | null, network: number | null) => reasonAgainst({ author }, { network });
    expect(['bo', 'flo', null].map((author) => taken(author, 0))).toEqual([undefined, 'network', 'network']);
    expect(['bo', 'flo', null].map((author) => taken(author, 1))).toEqual(['network', undefined, undefined]);
    expect([null, 0.01, 0.99].map((network) => taken('flo', network))).toEqual([undefined, undefined, undefined]);
    expect([null, 0.01, 0.99].map((network) => taken('bo', network))).toEqual([undefined, undefined, undefined]);
  });

  it('bring back what the person was engaged with and took back', () => {
    expect(reasonAgainst({ mine: 2e-17 })).toBeUndefined();
    expect(reasonAgainst({ mine: -2e-17 })).toBeUndefined();
    expect(reasonAgainst({ mine: 1e-8 })).toBe('engaged');
  });

  it('show no comments, and media only if somebody published them', () => {
    expect(reasonAgainst({ type: 'comment' })).toBe('not_an_item');
    expect(reasonAgainst({ type: 'image', described: false })).toBe('not_an_item');
    expect(reasonAgainst({ type: 'image', described: true })).toBeUndefined();
    expect(reasonAgainst({ type: 'recipe', described: false })).toBeUndefined();
  });
});
