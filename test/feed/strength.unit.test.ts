import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contact, connectionStrength, socialProof } from '../../src/feed/rank/strength.ts';

const stranger: Contact = { person: 'bo', outgoing: 0, incoming: 0, accepted: false, follows: false, circle: null };
const anyContact: fc.Arbitrary<Contact> = fc.record({
  person: fc.constant('bo'),
  outgoing: fc.double({ min: 0, max: 20, noNaN: true }),
  incoming: fc.double({ min: 0, max: 20, noNaN: true }),
  accepted: fc.boolean(),
  follows: fc.boolean(),
  circle: fc.constantFrom(null, 'inner', 'outer', 'universal'),
});

describe('connection strength', () => {
  it('is in [0, 1], and 0 for strangers', () => {
    expect(connectionStrength(stranger)).toBe(0);
    fc.assert(
      fc.property(anyContact, (contact) => {
        expect(connectionStrength(contact)).toBeGreaterThanOrEqual(0);
        expect(connectionStrength(contact)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('grows with every part', () => {
    fc.assert(
      fc.property(anyContact, fc.double({ min: 0, max: 5, noNaN: true }), (contact, more) => {
        const before = connectionStrength(contact);
        const grown: Contact[] = [
          { ...contact, outgoing: contact.outgoing + more },
          { ...contact, incoming: contact.incoming + more },
          { ...contact, accepted: true },
          { ...contact, follows: true },
          { ...contact, circle: 'inner' },
        ];
        for (const one of grown) {
          expect(connectionStrength(one)).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('counts what I do more than what is done to me', () => {
    const mine = connectionStrength({ ...stranger, outgoing: 1 });
    const theirs = connectionStrength({ ...stranger, incoming: 1 });
    expect(mine).toBeGreaterThan(theirs);
  });

  it('fades to the floor of the circle: 1 − e^(−1) for the inner one', () => {
    expect(connectionStrength({ ...stranger, circle: 'inner', accepted: true })).toBeCloseTo(1 - Math.exp(-1), 12);
  });
});

describe('social proof', () => {
  it('is 1 − e^(−Σ strength · weight)', () => {
    const supporters = [
      { strength: 0.5, weight: 0.3 },
      { strength: 0.2, weight: 1 },
    ];
    expect(socialProof(supporters)).toBeCloseTo(1 - Math.exp(-0.35), 12);
    expect(socialProof([])).toBe(0);
  });
});
