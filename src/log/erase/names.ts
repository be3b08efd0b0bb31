import { createHmac } from 'node:crypto';
import type { Activity } from '../../activity/activity.ts';
import { type Reference, referenceTo } from '../../activity/reference.ts';

/** What is erased, while it is: afterwards only keyed digests of it are left. */
export interface ErasedNames {
  readonly person: string;
  /** The person's content. */
  readonly contents: ReadonlySet<Reference>;
}

/**
 * The digest under which a reference to an erased person or their content is kept: HMAC-SHA-256, in hex. Without the
 * key, which is not in the database, nobody can try whether somebody was erased.
 */
export function digestOf(key: string, reference: Reference): string {
  return createHmac('sha256', key).update(reference).digest('hex');
}

/** SQL for whether somebody is not erased, by the digest in hex that they would be known by. */
export function notErasedSql(digest: string): string {
  return `NOT EXISTS (SELECT FROM erased_name WHERE digest = decode(${digest}, 'hex'))`;
}

/** Tells a key that was changed from the one the digests were made with. */
export function keyCheckOf(key: string): string {
  return digestOf(key, 'erasure key');
}

/** Everybody and everything that an activity names as actor, target, author, object or what it answers. */
export function referencesIn({ actor, target, object, describes }: Activity): Reference[] {
  const people = [actor, target, describes?.author].filter((person) => person !== null && person !== undefined);
  const things = [object, describes?.replyTo].filter((thing) => thing !== null && thing !== undefined);
  return [...people.map((person) => referenceTo('user', person)), ...things];
}

/** From this length on an id is looked for within references and texts too, as a word of its own. */
const DISTINCTIVE_LENGTH = 8;

/** An id that can be looked for within longer ones, such as a link. A short one like `7` cannot: it may be any number. */
export function isDistinctive(person: string): boolean {
  return person.length >= DISTINCTIVE_LENGTH;
}

/**
 * A pattern that finds a word where it stands by itself, for JavaScript and Postgres alike: `ann-1` is in `links/ann-1`
 * and not in `ann-10`, which is somebody else's.
 */
export function wholeWord(word: string): string {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\/-]/gu, '\\$&');
  return `(?<![A-Za-z0-9_.@-])${escaped}(?![A-Za-z0-9_@-]|\\.[A-Za-z0-9])`;
}

/** The references that are a person's by their very form. */
export function ownReferences(person: string): Reference[] {
  return [referenceTo('user', person), referenceTo('profile', person)];
}

export function isPerson({ person }: ErasedNames, text: string): boolean {
  return text === person;
}

export function isTheirs({ person, contents }: ErasedNames, reference: Reference): boolean {
  return (
    contents.has(reference) ||
    ownReferences(person).includes(reference) ||
    (isDistinctive(person) && new RegExp(wholeWord(person)).test(reference))
  );
}
