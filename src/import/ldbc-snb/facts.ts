import { AppError } from '../../core/errors.ts';

/** What the data set tells, whichever of its files a fact stands in. Ids and times are the source's own. */
export type Fact = Person | Friendship | Forum | Membership | Message | Like;

export interface Person {
  readonly fact: 'person';
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly ip: string;
  readonly browser: string;
  readonly emails: readonly string[];
  /** Names of tags. */
  readonly interests: readonly string[];
}

export interface Friendship {
  readonly fact: 'friendship';
  readonly people: readonly [string, string];
  readonly at: number;
}

export interface Forum {
  readonly fact: 'forum';
  readonly id: string;
  readonly title: string;
  readonly at: number;
  readonly moderator: string;
  readonly tags: readonly string[];
}

export interface Membership {
  readonly fact: 'membership';
  readonly forum: string;
  readonly person: string;
  readonly at: number;
}

/** A post, or a comment on the message that it replies to. */
export interface Message {
  readonly fact: 'message';
  readonly type: MessageType;
  readonly id: string;
  readonly at: number;
  readonly ip: string;
  readonly browser: string;
  readonly text: string;
  readonly author: string;
  readonly forum: string | undefined;
  readonly replyTo: { readonly type: MessageType; readonly id: string } | undefined;
  readonly tags: readonly string[];
}

export type MessageType = 'post' | 'comment';

export interface Like {
  readonly fact: 'like';
  readonly type: MessageType;
  readonly person: string;
  readonly message: string;
  readonly at: number;
}

/** @throws AppError `IMPORT_INVALID` when the text is no id of this format. */
export function idIn(text: string | undefined, what: string): string {
  if (text === undefined || !/^\d{1,19}$/.test(text)) {
    throw new AppError('IMPORT_INVALID', `${what}: "${(text ?? '').slice(0, 40)}" is not a whole number`);
  }
  return text;
}

/**
 * A time of this format: milliseconds since the epoch, or `2010-01-31T12:00:00.000+0000`, as its writer was set.
 *
 * @throws AppError `IMPORT_INVALID` when it is neither, or lies outside the years 1970 to 9999.
 */
export function timeIn(text: string | undefined): number {
  const given = text ?? '';
  const time = /^\d{1,15}$/.test(given) ? Number(given) : Date.parse(given.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (!(time >= 0 && time < Date.UTC(10_000, 0, 1))) {
    throw new AppError('IMPORT_INVALID', `creationDate: "${given.slice(0, 40)}" is not a time`);
  }
  return time;
}

/** The parts of a field that holds several values. */
export function listIn(text: string | undefined): string[] {
  return (text ?? '').split(';').filter((part) => part !== '');
}
