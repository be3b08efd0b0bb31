import { decayFactor } from './decay.ts';
import type { Circle } from './fold-row.ts';
import { saturate } from './saturate.ts';

/**
 * Connection strength of one person → another (DESIGN §5): `1 − e^(−x)` with `x = fading · 2^(−Δt/h) + standing`.
 *
 * Fading is a sum of parts, each of which is homogeneous in the weights of fading edges of one half-life: when all of
 * them have halved, so has the part. The stored sum therefore fades exactly as the sum computed anew would.
 * Standing is what holds until somebody takes it back.
 */

/** What ties one person to another, seen from the one. Sums of weights are as of one moment. */
export interface TieParts {
  /** What I did with them, and what they did with me. */
  readonly outgoing: number;
  readonly incoming: number;
  /** `Σ min(my contact with w, their contact with w) / edges of w` over the people w that both deal with. */
  readonly mutualContacts: number;
  /** `Σ min(my engagement, their engagement)` over what both engage with. */
  readonly coEngagement: number;
  /** Adamic–Adar over accepted connections: `Σ 1 / ln(1 + connections of w)` over those w that both have. */
  readonly mutualConnections: number;
  readonly accepted: boolean;
  readonly follows: boolean;
  /** The circle I put them into. */
  readonly circle: Circle | null;
}

/** What each part counts. */
export interface TieConstants {
  /** What I do counts 1; what they do counts less, since it is not my doing. */
  readonly incoming: number;
  /** Of the lesser of both ways: contact that is returned says more. */
  readonly reciprocity: number;
  readonly mutualContacts: number;
  readonly coEngagement: number;
  readonly mutualConnections: number;
  /** Of these the greatest that holds counts. The circles are those of seed 000. */
  readonly standing: Readonly<Record<'accepted' | 'follows' | Circle, number>>;
}

/** Chosen by what predicts whom people write to, see docs/ties.md, as far as that has something to say. */
export const DEFAULT_TIE_CONSTANTS: TieConstants = {
  incoming: 0.5,
  reciprocity: 0.5,
  mutualContacts: 0.05,
  coEngagement: 0.1,
  mutualConnections: 0.1,
  standing: { accepted: 0.4, follows: 0.3, inner: 1, outer: 0.7, universal: 0.4 },
};

/** A tie as it is stored: `fading` as of `asOf` (milliseconds), and what does not fade. */
export interface TieSum {
  readonly fading: number;
  readonly asOf: number;
  readonly standing: number;
}

/** What each part adds to `x`, in the order in which they are added up: five that fade, and two that stand. */
export const TIE_PARTS = [
  'outgoing',
  'incoming',
  'reciprocity',
  'mutual_contacts',
  'co_engagement',
  'relation',
  'mutual_connections',
] as const;
export type TieContributions = Readonly<Record<(typeof TIE_PARTS)[number], number>>;

/** The fading contributions are as of the moment that the parts are of. */
export function contributionsOf(parts: TieParts, constants: TieConstants): TieContributions {
  const outgoing = Math.max(parts.outgoing, 0);
  const incoming = Math.max(parts.incoming, 0);
  const { standing } = constants;
  return {
    outgoing,
    incoming: constants.incoming * incoming,
    reciprocity: constants.reciprocity * Math.min(outgoing, incoming),
    mutual_contacts: constants.mutualContacts * parts.mutualContacts,
    co_engagement: constants.coEngagement * parts.coEngagement,
    relation: Math.max(
      parts.accepted ? standing.accepted : 0,
      parts.follows ? standing.follows : 0,
      parts.circle === null ? 0 : standing[parts.circle],
    ),
    mutual_connections: constants.mutualConnections * parts.mutualConnections,
  };
}

/** The sum of what fades, as of the moment that the parts are of. */
export function fadingOf(parts: TieParts, constants: TieConstants): number {
  const added = contributionsOf(parts, constants);
  return added.outgoing + added.incoming + added.reciprocity + added.mutual_contacts + added.co_engagement;
}

/** The sum of what stands: the strongest relation that holds, and common connections. */
export function standingOf(parts: TieParts, constants: TieConstants): number {
  const { relation, mutual_connections } = contributionsOf(parts, constants);
  return relation + mutual_connections;
}

/** Connection strength in [0, 1). Monotone in every part; without contact it is the floor that standing gives. */
export function connectionStrength(parts: TieParts, constants: TieConstants): number {
  return saturate(fadingOf(parts, constants) + standingOf(parts, constants));
}

/** `x` of a stored tie at `now`; its strength is `saturate(x)`. */
export function tieAt({ fading, asOf, standing }: TieSum, now: number, halfLifeMs: number): number {
  return fading * decayFactor(now - asOf, halfLifeMs) + standing;
}

/**
 * Whether I have to do with them by my own doing or by agreement. That somebody turned to me is no tie of mine, and
 * neither is having things or people in common.
 */
export function isDirect(parts: TieParts): boolean {
  return parts.accepted || parts.follows || parts.circle !== null || parts.outgoing > LEAST_CONTACT;
}

/**
 * Whether both sides want to do with each other: a connection that was accepted, or contact both ways. Only then is
 * what the one engages with shown to the other; visiting or messaging somebody must not open their life to the visitor.
 */
export function isInTouch(parts: Pick<TieParts, 'accepted' | 'outgoing' | 'incoming'>): boolean {
  return parts.accepted || (parts.outgoing > LEAST_CONTACT && parts.incoming > LEAST_CONTACT);
}

/** What of a tie its person may be shown: of those they are not in touch with, what they did themselves. */
export function knownPartsOf<T extends TieParts>(parts: T): T {
  return isInTouch(parts) ? parts : { ...parts, incoming: 0, mutualContacts: 0, coEngagement: 0, mutualConnections: 0 };
}

/** Contact below this has faded to nothing that anybody would call contact. */
const LEAST_CONTACT = 1e-6;
