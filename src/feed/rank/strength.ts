import type { Circle } from '../../activity/fold-row.ts';

/** How two people stand to each other, seen from one of them. Weights are as of now. */
export interface Contact {
  readonly person: string;
  /** Decayed sum of what I did with them, and of what they did with me. */
  readonly outgoing: number;
  readonly incoming: number;
  readonly accepted: boolean;
  readonly follows: boolean;
  /** The circle I put them into. */
  readonly circle: Circle | null;
}

export interface Tie extends Contact {
  /** In [0, 1). */
  readonly strength: number;
}

/** Contact below this has faded to nothing that anybody would call contact. */
const LEAST_CONTACT = 1e-6;

/**
 * Whether both sides want to do with each other: a connection that was accepted, or contact both ways. Only then is
 * what the one engages with shown to the other; visiting or messaging somebody must not open their life to the visitor.
 */
export function isInTouch(contact: Contact): boolean {
  return contact.accepted || (contact.outgoing > LEAST_CONTACT && contact.incoming > LEAST_CONTACT);
}

/** What a relation that does not fade is worth. The circles are those of seed 000, inner, outer and universal. */
const STANDING = { accepted: 0.4, follows: 0.3, inner: 1, outer: 0.7, universal: 0.4 } as const;
const INCOMING_SHARE = 0.5;
const RECIPROCITY_SHARE = 0.5;

/**
 * Connection strength of me → somebody (DESIGN §5): `1 − e^(−x)` with `x = fading + standing`, in [0, 1).
 *
 * Fading is what I did with them, half of what they did with me, and half of the lesser of the two, since contact
 * both ways says more. Standing is the strongest relation that holds. Monotone in every part; without contact it fades
 * to the floor that standing gives.
 */
export function connectionStrength(contact: Contact): number {
  const outgoing = Math.max(contact.outgoing, 0);
  const incoming = Math.max(contact.incoming, 0);
  const fading = outgoing + INCOMING_SHARE * incoming + RECIPROCITY_SHARE * Math.min(outgoing, incoming);
  return saturate(fading + standingOf(contact));
}

function standingOf(contact: Contact): number {
  return Math.max(
    contact.accepted ? STANDING.accepted : 0,
    contact.follows ? STANDING.follows : 0,
    contact.circle === null ? 0 : STANDING[contact.circle],
  );
}

/**
 * Social proof of content for me (DESIGN §5): `1 − e^(−Σ strength · weight)` over my ties that engaged with it, in
 * [0, 1). `weight` is their engagement with the content as of now.
 */
export function socialProof(supporters: readonly { readonly strength: number; readonly weight: number }[]): number {
  return saturate(supporters.reduce((sum, { strength, weight }) => sum + strength * Math.max(weight, 0), 0));
}

/** Brings a sum that has no upper end into [0, 1): `1 − e^(−x)`; what is not above 0 gives 0. */
export function saturate(x: number): number {
  return x > 0 ? -Math.expm1(-x) : 0;
}
