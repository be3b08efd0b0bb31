import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saturate } from '../../src/activity/saturate.ts';
import {
  connectionStrength,
  DEFAULT_TIE_CONSTANTS,
  fadingOf,
  isDirect,
  isInTouch,
  standingOf,
  type TieParts,
  tieAt,
} from '../../src/activity/tie.ts';

const constants = DEFAULT_TIE_CONSTANTS;
const stranger: TieParts = {
  outgoing: 0,
  incoming: 0,
  mutualContacts: 0,
  coEngagement: 0,
  mutualConnections: 0,
  accepted: false,
  follows: false,
  circle: null,
};
const strength = (own: Partial<TieParts>): number => connectionStrength({ ...stranger, ...own }, constants);

const amount = fc.double({ min: 0, max: 50, noNaN: true });
const anyParts: fc.Arbitrary<TieParts> = fc.record({
  outgoing: amount,
  incoming: amount,
  mutualContacts: amount,
  coEngagement: amount,
  mutualConnections: amount,
  accepted: fc.boolean(),
  follows: fc.boolean(),
  circle: fc.constantFrom(null, 'inner', 'outer', 'universal'),
});
const FADING = ['outgoing', 'incoming', 'mutualContacts', 'coEngagement'] as const;

describe('connection strength', () => {
  it('is what comes out by hand', () => {
    // Bo got two messages (.5 each) of mine, one of which is a half-life old, and sent one now: .75 and .5.
    // Contact: .75 + .5 · .5 + .5 · min(.75, .5) = 1.25. In common: a post that I liked (.3) and Bo viewed (.1): .1.
    // One common acquaintance with 4 contact edges, contact 1 with me and .4 with Bo: .4 / 4 = .1.
    // We are connected (.4), Bo is in my outer circle (.7): the greater counts. One common connection, who has 3:
    // 1 / ln 4 = .7213.
    const parts: TieParts = {
      outgoing: 0.5 / 2 + 0.5,
      incoming: 0.5,
      mutualContacts: 0.1,
      coEngagement: 0.1,
      mutualConnections: 0.7213,
      accepted: true,
      follows: false,
      circle: 'outer',
    };
    expect(fadingOf(parts, constants)).toBeCloseTo(1.25 + 0.05 * 0.1 + 0.1 * 0.1, 12);
    expect(standingOf(parts, constants)).toBeCloseTo(0.7 + 0.1 * 0.7213, 12);
    // 1 − e^(−(1.265 + .77213)) = 1 − e^(−2.03713) = 1 − .13040
    expect(connectionStrength(parts, constants)).toBeCloseTo(0.8696, 4);
  });

  it('is in [0, 1), and 0 for strangers', () => {
    expect(strength({})).toBe(0);
    expect(saturate(1e6)).toBeLessThan(1);
    fc.assert(
      fc.property(anyParts, (parts) => {
        const one = connectionStrength(parts, constants);
        expect(one >= 0 && one < 1).toBe(true);
      }),
    );
  });

  it('grows with every part', () => {
    const numbers = [...FADING, 'mutualConnections'] as const;
    fc.assert(
      fc.property(anyParts, amount, (parts, more) => {
        const before = connectionStrength(parts, constants);
        const grown: TieParts[] = [
          ...numbers.map((part) => ({ ...parts, [part]: parts[part] + more })),
          { ...parts, accepted: true },
          { ...parts, follows: true },
          { ...parts, circle: 'inner' },
        ];
        expect(grown.every((one) => connectionStrength(one, constants) >= before)).toBe(true);
      }),
    );
  });

  it('grows strictly with every part while it is far from 1', () => {
    const numbers = [...FADING, 'mutualConnections'] as const;
    expect(numbers.filter((part) => strength({ [part]: 0.5 }) <= 0)).toEqual([]);
    expect(strength({ circle: 'inner' })).toBeGreaterThan(strength({ circle: 'outer' }));
    expect(strength({ circle: 'outer' })).toBeGreaterThan(strength({ circle: 'universal' }));
    expect(strength({ outgoing: 1, incoming: 1 })).toBeGreaterThan(saturate(1.5));
  });

  it('counts what I do more than what is done to me', () => {
    expect(strength({ outgoing: 1 })).toBeGreaterThan(strength({ incoming: 1 }));
  });

  it('Law 4: fades exactly, since the fading parts are homogeneous in the weights', () => {
    const halfLifeMs = 1_000;
    fc.assert(
      fc.property(anyParts, fc.integer({ min: 0, max: 20_000 }), (parts, elapsedMs) => {
        const left = 2 ** (-elapsedMs / halfLifeMs);
        const faded = { ...parts, ...Object.fromEntries(FADING.map((part) => [part, parts[part] * left])) };
        const stored = { fading: fadingOf(parts, constants), asOf: 5, standing: standingOf(parts, constants) };
        const due = fadingOf(faded, constants) + standingOf(faded, constants);
        expect(tieAt(stored, 5 + elapsedMs, halfLifeMs)).toBeCloseTo(due, 9);
      }),
    );
  });

  it('fades without contact to the floor that standing gives: 1 − e^(−1) for the inner circle', () => {
    const stored = { fading: 3, asOf: 0, standing: standingOf({ ...stranger, circle: 'inner' }, constants) };
    expect(saturate(tieAt(stored, 1e9, 1_000))).toBeCloseTo(1 - Math.exp(-1), 12);
  });
});

describe('a tie', () => {
  it('is direct by what I did or what we agreed on, and not by what came in or is common', () => {
    expect(isDirect({ ...stranger, incoming: 5, mutualContacts: 5, coEngagement: 5, mutualConnections: 5 })).toBe(
      false,
    );
    expect(isDirect({ ...stranger, outgoing: 0.1 })).toBe(true);
    expect(isDirect({ ...stranger, follows: true })).toBe(true);
  });

  it('is one of people in touch when both sides had a part in it', () => {
    expect(isInTouch({ ...stranger, outgoing: 1 })).toBe(false);
    expect(isInTouch({ ...stranger, incoming: 1 })).toBe(false);
    expect(isInTouch({ ...stranger, outgoing: 0.1, incoming: 0.1 })).toBe(true);
    expect(isInTouch({ ...stranger, accepted: true })).toBe(true);
  });
});
