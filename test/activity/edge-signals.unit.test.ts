import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeSignals } from '../../src/activity/edge-signals.ts';
import { KINDS } from '../../src/activity/kinds.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { signal, T0 } from '../graph/rows.ts';

const of = (own: Parameters<typeof signal>[0]) => edgeSignals(signal(own), DEFAULT_RANKING);

describe('a signal on content', () => {
  it('goes in full to content and author, and in equal shares to its tags', () => {
    const edges = of({ kind: 'share', tags: ['cats', 'tea'] });
    expect(edges).toEqual([
      { edge: 'ENGAGED', from: 'ann', to: 'post:p1', weight: 0.7, at: T0 },
      { edge: 'INTERACTED', from: 'ann', to: 'bo', weight: 0.7, at: T0 },
      { edge: 'INTERESTED_IN', from: 'ann', to: 'cats', weight: 0.35, at: T0 },
      { edge: 'INTERESTED_IN', from: 'ann', to: 'tea', weight: 0.35, at: T0 },
    ]);
  });

  it('of one’s own makes no tie to oneself', () => {
    expect(of({ author: 'ann' }).map(({ edge }) => edge)).not.toContain('INTERACTED');
  });

  it('with a target goes to that person and not to the author', () => {
    expect(of({ target: 'cy' }).filter(({ edge }) => edge === 'INTERACTED')).toMatchObject([{ to: 'cy' }]);
  });

  it('that makes a community engages with no content', () => {
    const edges = of({ kind: 'create', content: 'community:chess', author: null });
    expect(edges.map(({ edge }) => edge)).toEqual(['INTERESTED_IN']);
  });

  it('taken back is the exact opposite, whatever it was', () => {
    const kind = fc.constantFrom(...KINDS.map((each) => each.name));
    const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(kind, tags, fc.option(fc.nat({ max: 900 })), (name, drawn, durationSeconds) => {
        const own = { kind: name, tags: drawn, durationSeconds };
        const opposite = of({ ...own, sign: -1 }).map((edge) => ({ ...edge, weight: -edge.weight }));
        expect(opposite).toEqual(of(own));
      }),
    );
  });

  it('of a kind that nobody knows is refused', () => {
    expect(() => of({ kind: 'teleport' })).toThrow('teleport');
  });
});
