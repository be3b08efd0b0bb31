/** The roles that a token can carry. */
export const ROLES = ['user', 'service', 'analyst', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request, as its token says. */
export interface Caller {
  /** The person: the id that the token's subject stands for now. */
  readonly id: string;
  readonly role: Role;
  /** The subject as the token has it, in whose name ids of activities are given. Absent: the same. */
  readonly subject?: string;
  /** Whether the person was erased; their token may hold for a while. */
  readonly erased?: boolean;
  /** Until when the token is taken, in milliseconds since the epoch; undefined: for ever, as a write key. */
  readonly expiresAt?: number;
}

/** Who an id stands for. */
export interface PersonNow {
  /** The id that they have now. */
  readonly id: string;
  readonly erased: boolean;
}

const ACTS_FOR_OTHERS: ReadonlySet<Role> = new Set<Role>(['service', 'admin']);
const READS_OTHERS: ReadonlySet<Role> = new Set<Role>(['service', 'analyst', 'admin']);

/** May send activities of other people, and say who made what. */
export function mayActForOthers(caller: Caller): boolean {
  return ACTS_FOR_OTHERS.has(caller.role);
}

/** May read the activities, statistics and feeds of other people. */
export function mayReadOthers(caller: Caller): boolean {
  return READS_OTHERS.has(caller.role);
}
