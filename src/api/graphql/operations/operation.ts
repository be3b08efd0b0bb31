import type { ActivityInput } from '../../../activity/activity.ts';

/** Values of an operation's arguments, those that were left out or null not among them. */
export type Values = Readonly<Record<string, unknown>>;
/** An activity in the making, as callers of `POST /activities/` send it. */
export type Draft = Partial<ActivityInput> & { readonly activity_type: string };

/** What the value of an argument is in the activity: a field, a key of its metadata, or the id of content of a type. */
type Gives = { readonly field: keyof ActivityInput } | { readonly metadata: string } | { readonly contentOf: string };

export interface Argument {
  readonly name: string;
  /** Its GraphQL type, as in `ID!`. */
  readonly type: string;
  /** Its description. */
  readonly meaning: string;
  /** Absent: the operation itself reads it. */
  readonly gives?: Gives;
}

/** One of the activities that an operation records, one after the other; the first that fails ends it. */
export interface Step {
  readonly activity: Draft;
  /** It may fail, as when there is nothing to take back. */
  readonly optional?: true;
}

/** A mutation of the schema. The activities it records are all that it does. */
export interface Operation {
  readonly name: string;
  /** Its description: one sentence. */
  readonly meaning: string;
  /** The kind of activity, or the words for one that its arguments choose from. */
  readonly kind: string | { readonly says: string; readonly of: (values: Values) => string };
  readonly arguments: readonly Argument[];
  /** Name of the input type that holds the arguments; absent: they stand side by side. */
  readonly input?: string;
  /** Fields that are the same each time. */
  readonly fixed?: Partial<ActivityInput>;
  /** What the arguments say together. */
  readonly completed?: (draft: Draft, values: Values) => Draft;
  /** All that is recorded; the operation answers with the result of its own activity. Absent: only that. */
  readonly steps?: (own: Draft, values: Values) => readonly Step[];
  /** The operation whose effect this one ends. */
  readonly takesBack?: string;
}

/** The activities that an operation records, in order, its own among them. */
export function stepsOf(operation: Operation, given: Values): { readonly own: Draft; readonly steps: readonly Step[] } {
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
  const drafted = draftOf(operation, values);
  const own = operation.completed?.(drafted, values) ?? drafted;
  return { own, steps: operation.steps?.(own, values) ?? [{ activity: own }] };
}

function draftOf({ kind, fixed, arguments: known }: Operation, values: Values): Draft {
  const fields: Record<string, unknown> = { ...fixed };
  const named: Record<string, unknown> = {};
  for (const { name, gives } of known) {
    const value = values[name];
    if (value === undefined || gives === undefined) {
      continue;
    }
    if ('field' in gives) {
      fields[gives.field] = value;
    } else if ('metadata' in gives) {
      named[gives.metadata] = value;
    } else {
      fields['content_type'] = gives.contentOf;
      fields['content_id'] = value;
    }
  }
  const metadata = { ...(fields['metadata'] as object | undefined), ...named };
  return {
    ...fields,
    activity_type: typeof kind === 'string' ? kind : kind.of(values),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** The operation in the schema definition language, with its input type, if it has one. */
export function definitionOf({ name, meaning, arguments: known, input }: Operation): {
  readonly field: string;
  readonly types: string;
} {
  const described = known.map(({ name: argument, type, meaning: says }) => `${text(says)} ${argument}: ${type}`);
  const field = (inside: string) => `  ${text(meaning)}\n  ${name}(${inside}): TrackResult!`;
  return input === undefined
    ? { field: field(described.join('\n    ')), types: '' }
    : { field: field(`input: ${input}!`), types: `input ${input} {\n  ${described.join('\n  ')}\n}\n` };
}

const text = (words: string): string => JSON.stringify(words);
