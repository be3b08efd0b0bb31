import { describe, expect, it } from 'vitest';
import { isClearGain, standardErrorOf } from '../../src/evaluation/tune/clear-gain.ts';

describe('a clear gain', () => {
  it('is more than two standard errors: differences .1, .3 have the mean .2, the deviation √.02, the error .1', () => {
    expect(standardErrorOf([0.2, 0.2], [0.3, 0.5])).toBeCloseTo(0.1, 12);
    expect(standardErrorOf([0.2, 0.2], [0.3, 0.3])).toBeCloseTo(0, 12);
    expect(standardErrorOf([0.2], [0.9])).toBe(Number.POSITIVE_INFINITY);
    expect(isClearGain({ before: 0.2, after: 0.41, standardError: 0.1 })).toBe(true);
    expect(isClearGain({ before: 0.2, after: 0.39, standardError: 0.1 })).toBe(false);
  });

  it('is a hundredth at least', () => {
    expect(isClearGain({ before: 0.5, after: 0.506, standardError: 0.001 })).toBe(true);
    expect(isClearGain({ before: 0.5, after: 0.504, standardError: 0.001 })).toBe(false);
    expect(isClearGain({ before: 0.5, after: 0.5, standardError: 0 })).toBe(false);
  });
});
