import type { FadingEdge, SuppressingFact } from './kinds.ts';
import type { Reference } from './reference.ts';

/**
 * What one row of the log tells the graph. The fold reads this and nothing else, so that folding the same rows again
 * gives the same graph. The writer of the log decides what an activity changed (it holds the lock and sees the
 * standing facts); the fold only applies.
 */
export interface FoldRow {
  /** Gapless, in order of commit, from 1 on. */
  readonly position: number;
  readonly uid: string;
  readonly kind: string;
  /** Fading signals that begin (`sign` 1) or are taken back (`sign` −1). */
  readonly signals: readonly Signal[];
  /** Facts that changed, in order. A fact that lost against a later word is not listed. */
  readonly changes: readonly Change[];
  /** The whole description of content after this activity; null when the activity describes none. */
  readonly structure: Structure | null;
  /** Why this version cannot read the row, which then carries nothing else; absent: it can. */
  readonly unreadable?: string;
}

/**
 * One activity's contribution to fading edges. A signal that is taken back is the very object that began it, with
 * `sign` −1 and the same `at`, so that begin and end cancel whatever has faded in between.
 */
export interface Signal {
  readonly sign: 1 | -1;
  /** `effective_at` in milliseconds since the epoch. */
  readonly at: number;
  readonly kind: string;
  readonly person: string;
  /** The content engaged with. */
  readonly content: Reference | null;
  /** The person acted upon, when the activity names one. */
  readonly target: string | null;
  /** Author of the content as known when the activity was logged. */
  readonly author: string | null;
  /** Tags of the content as known then, or tags that the activity itself carries (a search). Normalised. */
  readonly tags: readonly string[];
  readonly durationSeconds: number | null;
  readonly scrollDepthPercentage: number | null;
}

/** A fact of the graph that does not fade, as it is from this row on. */
export type Change =
  | {
      readonly edge: 'CONNECTED';
      readonly from: string;
      readonly to: string;
      readonly fact: 'connection';
      readonly value: 'requested' | 'accepted' | null;
      readonly since: number;
    }
  | {
      readonly edge: 'CONNECTED';
      readonly from: string;
      readonly to: string;
      readonly fact: 'follow';
      readonly value: true | null;
      readonly since: number;
    }
  | {
      readonly edge: 'CONNECTED';
      readonly from: string;
      readonly to: string;
      readonly fact: 'circle';
      readonly value: Circle | null;
      readonly since: number;
    }
  | {
      readonly edge: 'SUPPRESSED';
      readonly from: string;
      readonly to: Reference;
      readonly reason: SuppressingFact;
      readonly on: boolean;
      readonly at: number;
    }
  | {
      readonly edge: 'MEMBER_OF';
      readonly from: string;
      readonly to: string;
      readonly on: boolean;
      readonly since: number;
    }
  | { readonly edge: 'INTERESTED_IN'; readonly from: string; readonly to: string; readonly declared: boolean }
  | Joining;

/**
 * Two ids are one person from this row on: what fades on the edges of `from` is added to those of `to`, and `from` is
 * no more. Facts are not part of it; the writer lists what becomes of each among the changes before this one.
 */
export interface Joining {
  readonly edge: 'ALIAS';
  readonly from: string;
  readonly to: string;
}

export const CIRCLES = ['inner', 'outer', 'universal'] as const;
export type Circle = (typeof CIRCLES)[number];

export const VISIBILITIES = ['public', 'connections', 'community', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** Content, or a community, as it is described from this row on. Titles are display text and stay in the catalogue. */
export interface Structure {
  readonly object: Reference;
  readonly createdAt: number | null;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly community: string | null;
  readonly replyTo: Reference | null;
  readonly visibility: Visibility;
  readonly deletedAt: number | null;
}

/** A change to one fading edge: `weight` as of `at`. */
export interface EdgeSignal {
  readonly edge: FadingEdge;
  readonly from: string;
  /** A person's id, a content reference or a tag's name, as the edge has it. */
  readonly to: string;
  readonly weight: number;
  readonly at: number;
}
