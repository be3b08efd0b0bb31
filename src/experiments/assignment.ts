import { createHash } from 'node:crypto';

/** How large a part of the people an algorithm gets, against the shares of the others; above 0. */
export interface AlgorithmShare {
  readonly algorithm: string;
  readonly share: number;
}

/** The algorithm that ranks a person's feed; null is nobody in particular. */
export type AlgorithmFor = (person: string | null) => string;

const BYTES = 6;
const VALUES = 2 ** (8 * BYTES);

/**
 * Assigns people to algorithms for good, without keeping a list: weighted rendezvous hashing (Thaler and Ravishankar
 * 1998; Schindelhauer and Schomaker 2005). Every algorithm draws `u` in (0, 1) for the person from a hash, and the one
 * with the largest `share / −ln u` gets them. The chance of that is its share of all shares.
 *
 * Draws depend on person, algorithm and salt only. When one share grows, nothing but its own value changes, and that
 * upwards: people move into it, and nobody moves between the others. Another salt is another, independent draw.
 *
 * `u` is the first 48 bits of `SHA-256(JSON [salt, person, algorithm])` plus a half, divided by 2⁴⁸.
 * Nobody in particular gets the algorithm with the largest share, of several the first in the list.
 *
 * @throws Error when there is no algorithm to assign.
 */
export function createAssignment(shares: readonly AlgorithmShare[], salt: string): AlgorithmFor {
  const forNobody = largest(shares, ({ share }) => share);
  return (person) =>
    person === null
      ? forNobody
      : largest(shares, ({ algorithm, share }) => share / -Math.log(draw(salt, person, algorithm)));
}

function largest(shares: readonly AlgorithmShare[], rate: (one: AlgorithmShare) => number): string {
  const [first, ...others] = shares.map((one) => ({ algorithm: one.algorithm, value: rate(one) }));
  if (first === undefined) {
    throw new Error('There is no algorithm to assign people to');
  }
  return others.reduce((best, one) => (one.value > best.value ? one : best), first).algorithm;
}

function draw(salt: string, person: string, algorithm: string): number {
  const hash = createHash('sha256')
    .update(JSON.stringify([salt, person, algorithm]))
    .digest();
  return (hash.readUIntBE(0, BYTES) + 0.5) / VALUES;
}
