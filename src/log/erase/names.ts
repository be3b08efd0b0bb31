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

/** From this length on an id is looked for within other words too: it is nobody else's. */
const DISTINCTIVE_LENGTH = 8;

/** An id that can be looked for within other words, such as `profile:7f0c…` or a link. A short one like `7` cannot. */
export function isDistinctive(person: string): boolean {
  return person.length >= DISTINCTIVE_LENGTH;
}

/** The references that are a person's by their very form. */
export function ownReferences(person: string): Reference[] {
  return [referenceTo('user', person), referenceTo('profile', person)];
}

export function isPerson({ person }: ErasedNames, text: string): boolean {
  return text === person || (isDistinctive(person) && text.includes(person));
}

export function isTheirs({ person, contents }: ErasedNames, reference: Reference): boolean {
  return (
    contents.has(reference) ||
    ownReferences(person).includes(reference) ||
    (isDistinctive(person) && reference.includes(person))
  );
}
