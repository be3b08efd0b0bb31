import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWeights, bringForward, decayFactor, type FadingWeight, weightAt } from '../../src/activity/decay.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS } from '../../src/core/clock.ts';

const T0 = Date.UTC(2026, 0, 1);
const halfLife = 7 * DAY_MS;
const time = fc.integer({ min: 0, max: 60 * DAY_MS }).map((ms) => T0 + ms);
const signal = fc.record({ weight: fc.double({ min: -2, max: 2, noNaN: true }), asOf: time });
const signals = fc.array(signal, { minLength: 1, maxLength: 30 });
const NOW = T0 + 61 * DAY_MS;

/** The law itself: Σ sᵢ · 2^(−(now − tᵢ)/halfLife). */
function sum(all: readonly FadingWeight[], now: number): number {
  return all.reduce((total, { weight, asOf }) => total + weight * 2 ** (-(now - asOf) / halfLife), 0);
}

const added = (all: readonly FadingWeight[]): FadingWeight =>
  all.reduce((total, each) => addWeights(total, each, halfLife), { weight: 0, asOf: 0 });

/** Rounding of sums of up to thirty terms of up to 2. */
const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;

describe('Law 4: exact decay', () => {
  it('whatever the order of arrival', () => {
    fc.assert(
      fc.property(signals, fc.infiniteStream(fc.nat()), (all, order) => {
        const drawn = order[Symbol.iterator]();
        const shuffled = all
          .map((each) => ({ each, key: Number(drawn.next().value) }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        return close(weightAt(added(shuffled), NOW, halfLife), sum(all, NOW));
      }),
    );
  });

  it('whatever the batches', () => {
    fc.assert(
      fc.property(signals, signals, signals, (a, b, c) => {
        const apart = addWeights(added(a), addWeights(added(b), added(c), halfLife), halfLife);
        return close(weightAt(apart, NOW, halfLife), sum([...a, ...b, ...c], NOW));
      }),
    );
  });

  it('however often it is brought forward between signals', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(signal, fc.option(time)), { minLength: 1, maxLength: 30 }), (steps) => {
        let edge: FadingWeight = { weight: 0, asOf: 0 };
        for (const [each, forward] of steps) {
          edge = addWeights(edge, each, halfLife);
          if (forward !== null && forward > edge.asOf) {
            edge = bringForward(edge, forward, halfLife);
          }
        }
        const expected = sum(
          steps.map(([each]) => each),
          NOW,
        );
        return close(weightAt(edge, NOW, halfLife), expected);
      }),
    );
  });

  it('a signal and the same taken back leave nothing', () => {
    fc.assert(
      fc.property(signals, signal, (all, begun) => {
        const back = { weight: -begun.weight, asOf: begun.asOf };
        return close(weightAt(added([begun, ...all, back]), NOW, halfLife), sum(all, NOW));
      }),
    );
  });

  it('halves in a half-life, and by the seed’s e^(−0.1) in a day of the default one', () => {
    expect(decayFactor(halfLife, halfLife)).toBe(0.5);
    expect(decayFactor(DAY_MS, DEFAULT_RANKING.halfLifeMs.ENGAGED)).toBeCloseTo(Math.exp(-0.1), 14);
    expect(decayFactor(30 * DAY_MS, DEFAULT_RANKING.halfLifeMs.INTERESTED_IN)).toBe(0.5);
  });
});
