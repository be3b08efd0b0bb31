/** The roles that a token can carry. */
export const ROLES = ['user', 'service', 'analyst', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request, as its token says. */
export interface Caller {
  readonly id: string;
  readonly role: Role;
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
