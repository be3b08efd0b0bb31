import type { Signal, Visibility } from '../../activity/fold-row.ts';
import type { Reference } from '../../activity/reference.ts';
import type { FoldPart } from '../chain/fold-part.ts';

/** When something was said and by which activity. */
export interface Stamp {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly uid: string;
  /** Log position of a word whose time is that of its receipt; absent when the sender gave the time. */
  readonly position?: number | undefined;
}

/**
 * Whether `a` is a later word than `b`; anything is later than nothing. Words of the same time count by uid, which does
 * not depend on the order of arrival; those that were given no time count in the order of arrival, as they were meant.
 */
export function isLater(a: Stamp, b: Stamp | null | undefined): boolean {
  if (b === null || b === undefined || a.at !== b.at) {
    return b === null || b === undefined || a.at > b.at;
  }
  if (a.position !== undefined || b.position !== undefined) {
    return (a.position ?? 0) > (b.position ?? 0);
  }
  return a.uid > b.uid;
}

/** The fact that an activity was retracted; its object is the activity's uid. Not a fact of the vocabulary. */
export const RETRACTED = 'retracted';

/** A row of `standing`. */
export interface StandingRow {
  readonly personId: string;
  readonly fact: string;
  readonly object: string;
  readonly holds: boolean;
  /** The kind of activity that had the last word, and when. */
  readonly kind: string;
  readonly word: Stamp;
  readonly value: unknown;
  /** What counts while the fact holds. */
  readonly signal: Signal | null;
}

/** The fields of content that somebody states; each keeps the stamp of its last word. */
export type StatedField = 'author' | 'tags' | 'community' | 'replyTo' | 'title' | 'url' | 'visibility' | 'createdAt';

/** A word on whether content is deleted. */
export interface Verdict extends Stamp {
  readonly deletes?: boolean | undefined;
}

/** A row of `content`. */
export interface ContentRow {
  readonly reference: Reference;
  readonly type: string;
  readonly authorId: string | null;
  readonly tags: readonly string[];
  readonly communityId: string | null;
  readonly replyTo: Reference | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly visibility: Visibility;
  readonly createdAt: number | null;
  readonly deletedAt: number | null;
  readonly words: Readonly<Partial<Record<StatedField, Stamp> & { deleted: Verdict; moderated: Verdict }>>;
}

/** What is known of content or a community that an activity is about without describing it. */
export type KnownObject = Pick<ContentRow, 'authorId' | 'tags' | 'visibility'>;

/** What a person says of themselves, or the product of them; each field and each trait keeps the stamp of its last word. */
export type ProfileField = 'name' | 'emails' | 'timeZone' | 'hideFromSocialProof' | `trait:${string}`;

/** What a row of `users` holds of a profile. */
export interface PersonRow {
  readonly id: string;
  readonly name: string | null;
  readonly emails: readonly string[];
  readonly timeZone: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
  /** All but `hide_from_social_proof` is stated by other ways than activities, and kept as it is. */
  readonly settings: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly words: Readonly<Partial<Record<ProfileField, Stamp>>>;
}

/** An activity whose uid is used: in the log, or earlier in this batch. */
type UsedUid =
  | { readonly position: number; readonly sent: string }
  | { readonly position: number; readonly digest: string | null; readonly salt: string | null };

/** Rows of one table: those that the database has and those that this batch made or changed. */
export interface Rows<Row> {
  readonly byKey: Map<string, Row>;
  readonly stored: Set<string>;
  readonly changed: Set<string>;
}

export function emptyRows<Row>(): Rows<Row> {
  return { byKey: new Map(), stored: new Set(), changed: new Set() };
}

export function putRow<Row>(rows: Rows<Row>, key: string, row: Row): void {
  rows.byKey.set(key, row);
  rows.changed.add(key);
}

/** What must be known to decide a batch. Deciding an activity changes it, so that the next one sees the outcome. */
export interface Known {
  readonly uids: Map<string, UsedUid>;
  readonly standing: Rows<StandingRow>;
  /** Content that the batch describes. */
  readonly content: Rows<ContentRow>;
  /** Other content and communities that it is about. */
  readonly objects: ReadonlyMap<Reference, KnownObject>;
  readonly people: Rows<PersonRow>;
  /** Uids that the batch retracts, and what is known of those activities. */
  readonly retracted: ReadonlySet<string>;
  readonly earlier: Map<string, FoldPart>;
  /** References in the batch to who was erased, or to content of theirs. */
  readonly erased: ReadonlySet<Reference>;
  /** Old ids that the batch names. */
  readonly aliases: ReadonlyMap<string, string>;
  /** An alias of an id of which so much is known that everybody would wait while it is joined to another. */
  readonly tooMuchToJoin?: boolean;
}

/** Ids hold no control characters, so the key of two different facts is never the same. */
export function standingKey(personId: string, fact: string, object: string): string {
  return `${personId}\u0000${fact}\u0000${object}`;
}
