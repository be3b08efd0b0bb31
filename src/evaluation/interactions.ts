import { readFile } from 'node:fs/promises';
import { MAX_ID_LENGTH } from '../activity/reference.ts';
import { AppError } from '../core/errors.ts';

/** Somebody took something: the only kind of event that an evaluation knows. */
export interface Interaction {
  readonly person: string;
  readonly item: string;
  /** In seconds of the data's own clock; 0 throughout when the data have no times. */
  readonly at: number;
  /** More than nothing; 1 when the file does not say. */
  readonly weight: number;
}

export type Friendship = readonly [string, string];

/** What is wrong in a file, at most so many lines of it. */
const SHOWN_FAULTS = 10;
/** Postgres and Neo4j keep times to the year 9999; differences beyond that are no seconds. */
const LATEST_SECONDS = 253_402_300_799;

/**
 * Reads `person item timestamp [weight]`, a line each, separated by tabs. A weight of 0 or less says that nothing was
 * taken, so that the line is no event.
 *
 * @throws AppError `EVALUATION_INVALID` naming lines and what is wrong with them.
 */
export async function readInteractions(file: string): Promise<readonly Interaction[]> {
  return readLines(file, interactionOf).then((found) => found.filter(({ weight }) => weight > 0));
}

/** Reads `person person`, a line each, separated by a tab. @throws AppError `EVALUATION_INVALID` */
export async function readFriendships(file: string): Promise<readonly Friendship[]> {
  return readLines(file, friendshipOf);
}

async function readLines<T>(file: string, parse: (fields: readonly string[]) => T | string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('EVALUATION_INVALID', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const faults: string[] = [];
  const values: T[] = [];
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') {
      continue;
    }
    const value = parse(line.split('\t'));
    if (typeof value === 'string') {
      faults.push(`${file}:${index + 1}: ${value}`);
    } else {
      values.push(value);
    }
  }
  if (faults.length > 0) {
    const more = faults.length > SHOWN_FAULTS ? `\n… and ${faults.length - SHOWN_FAULTS} more` : '';
    throw new AppError('EVALUATION_INVALID', `${faults.slice(0, SHOWN_FAULTS).join('\n')}${more}`);
  }
  return values;
}

function interactionOf(fields: readonly string[]): Interaction | string {
  const [person = '', item = '', time = '', weight = '1'] = fields;
  if (fields.length < 3 || fields.length > 4) {
    return `has ${fields.length} of the fields person, item, timestamp and (optional) weight, separated by tabs`;
  }
  const at = Number(time);
  if (time.trim() === '' || !Number.isFinite(at) || at < 0 || at > LATEST_SECONDS) {
    return `timestamp ${JSON.stringify(time)} is no time in seconds since 1970`;
  }
  const size = Number(weight);
  if (weight.trim() === '' || !Number.isFinite(size)) {
    return `weight ${JSON.stringify(weight)} is no number`;
  }
  return idFault('person', person) ?? idFault('item', item) ?? { person, item, at, weight: size };
}

function friendshipOf(fields: readonly string[]): Friendship | string {
  const [one = '', other = ''] = fields;
  if (fields.length !== 2) {
    return `has ${fields.length} of the two fields person and person, separated by a tab`;
  }
  return idFault('person', one) ?? idFault('person', other) ?? [one, other];
}

function idFault(name: string, id: string): string | undefined {
  const proper =
    id !== '' && id.length <= MAX_ID_LENGTH && id.trim() === id && !/\p{Cc}/u.test(id) && id.isWellFormed();
  return proper ? undefined : `${name} ${JSON.stringify(id)} is no id of 1 to ${MAX_ID_LENGTH} characters`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What each person took, in the order of the file. */
export function historiesOf(interactions: readonly Interaction[]): Map<string, Set<string>> {
  const histories = new Map<string, Set<string>>();
  for (const { person, item } of interactions) {
    const items = histories.get(person) ?? new Set();
    items.add(item);
    histories.set(person, items);
  }
  return histories;
}
