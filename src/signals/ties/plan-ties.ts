import { fadingOf, isDirect, standingOf, type TieConstants, type TieParts, tieAt } from '../../activity/tie.ts';
import type { Between, StoredTie } from './tie-queries.ts';

export interface PlannedTie {
  readonly from: string;
  readonly to: string;
  readonly tie: StoredTie;
}

/** What must be written and deleted so that the ties of one person are what they should be. */
export interface TiePlan {
  readonly write: readonly PlannedTie[];
  readonly delete: readonly { readonly from: string; readonly to: string }[];
}

export interface PlanSettings {
  readonly now: number;
  readonly halfLifeMs: number;
  readonly constants: TieConstants;
  /** Most ties of one person. */
  readonly keep: number;
  /** Most of those that rest on what two people have in common alone. */
  readonly keepIndirect: number;
}

/** A tie of which less than this is left is none. */
const LEAST_TIE = 1e-9;
/** Two readings of one sum differ by no more than this, by rounding. */
const RELATIVE_TOLERANCE = 1e-10;

/**
 * The ties of a person as they should be, held against those that are stored: the strongest are kept, direct ones
 * before all others.
 */
export function planTies(person: string, rows: readonly Between[], settings: PlanSettings): TiePlan {
  const ties = rows
    .flatMap((row) => {
      const tie = row.blocked ? undefined : tieOf({ ...row, ...row.relation }, settings);
      return tie === undefined ? [] : [{ to: row.person, tie }];
    })
    .sort((a, b) => compareTies(a, b, settings));
  const direct = ties.filter(({ tie }) => tie.direct).length;
  const most = Math.min(settings.keep, direct + settings.keepIndirect);
  const kept = new Map(ties.slice(0, most).map(({ to, tie }) => [to, tie]));
  const plans = rows.map((row) => change(person, row.person, kept.get(row.person), row.stored, settings));
  return { write: plans.flatMap((plan) => plan.write), delete: plans.flatMap((plan) => plan.delete) };
}

/**
 * The same ties from the other side. What two people have in common is the same for both, so that a change at one of
 * them needs no reading of the other. Others get a tie to the person only if the person's own list has them, or if
 * they turned to the person themselves; a full run gives the rest.
 */
export function planTiesBack(person: string, rows: readonly Between[], own: TiePlan, settings: PlanSettings): TiePlan {
  const written = new Set(own.write.map(({ to }) => to));
  const deleted = new Set(own.delete.map(({ to }) => to));
  const plans = rows.map((row) => {
    const { outgoing: incoming, incoming: outgoing } = row;
    const parts = { ...row, outgoing, incoming, ...row.relationBack };
    const listed = written.has(row.person) || (row.stored !== null && !deleted.has(row.person));
    const wanted = !row.blocked && (row.storedBack !== null || listed || isDirect(parts));
    return change(row.person, person, wanted ? tieOf(parts, settings) : undefined, row.storedBack, settings);
  });
  return { write: plans.flatMap((plan) => plan.write), delete: plans.flatMap((plan) => plan.delete) };
}

/** Undefined when nothing ties them. */
function tieOf(parts: TieParts, { now, constants }: PlanSettings): StoredTie | undefined {
  const fading = fadingOf(parts, constants);
  const standing = standingOf(parts, constants);
  return fading + standing < LEAST_TIE
    ? undefined
    : {
        fading,
        asOf: now,
        standing,
        direct: isDirect(parts),
        outgoing: parts.outgoing,
        incoming: parts.incoming,
        mutualContacts: parts.mutualContacts,
        coEngagement: parts.coEngagement,
        mutualConnections: parts.mutualConnections,
      };
}

interface Kept {
  readonly to: string;
  readonly tie: StoredTie;
}

function compareTies(a: Kept, b: Kept, { now, halfLifeMs }: PlanSettings): number {
  return (
    Number(b.tie.direct) - Number(a.tie.direct) ||
    tieAt(b.tie, now, halfLifeMs) - tieAt(a.tie, now, halfLifeMs) ||
    (a.to < b.to ? -1 : 1)
  );
}

const NOTHING: TiePlan = { write: [], delete: [] };

/** Nothing, where what is stored has faded to just what is due. */
function change(
  from: string,
  to: string,
  due: StoredTie | undefined,
  stored: StoredTie | null,
  settings: PlanSettings,
): TiePlan {
  if (due === undefined) {
    return stored === null ? NOTHING : { write: [], delete: [{ from, to }] };
  }
  return stored !== null && isSame(due, stored, settings) ? NOTHING : { write: [{ from, to, tie: due }], delete: [] };
}

const FADING_PARTS = ['fading', 'outgoing', 'incoming', 'mutualContacts', 'coEngagement'] as const;

function isSame(due: StoredTie, stored: StoredTie, { now, halfLifeMs }: PlanSettings): boolean {
  const left = tieAt({ fading: 1, asOf: stored.asOf, standing: 0 }, now, halfLifeMs);
  return (
    FADING_PARTS.every((part) => isClose(due[part], stored[part] * left)) &&
    isClose(due.standing, stored.standing) &&
    isClose(due.mutualConnections, stored.mutualConnections) &&
    due.direct === stored.direct
  );
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b)) + Number.MIN_VALUE;
}
