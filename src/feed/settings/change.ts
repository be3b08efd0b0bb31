import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { normalizeTag } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { spell } from './muted.ts';
import { type FeedSettings, HEURISTIC_NAMES, HEURISTICS, MOST_FACTOR, SLIDER_NAMES, SLIDERS } from './settings.ts';

const MOST_WORDS = 200;
const MOST_TAGS = 200;
const MOST_WORD_LENGTH = 100;

const factor = z.number().min(0).max(MOST_FACTOR).nullable();

const tag = z
  .string()
  .refine((value) => normalizeTag(value) !== undefined && !/\p{Cc}/u.test(value), 'must be a tag')
  .transform((value) => normalizeTag(value) ?? '');

const word = z
  .string()
  .max(MOST_WORD_LENGTH)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must not hold control characters')
  .transform(spell)
  .refine((value) => value !== '', 'must not be blank');

/** What a person changes. Sliders and interests change by name, where null means 1; lists are replaced as a whole. */
export const settingsChangeSchema = z
  .strictObject({
    weights: z
      .record(known(SLIDERS, 'slider', SLIDER_NAMES), factor)
      .optional()
      .describe(`Factors from 0 to ${MOST_FACTOR} by slider (${SLIDER_NAMES.join(', ')}); null or 1 as it is.`),
    off: z
      .array(known(HEURISTICS, 'heuristic', HEURISTIC_NAMES))
      .max(HEURISTIC_NAMES.length)
      .optional()
      .describe(`Heuristics to switch off, of ${HEURISTIC_NAMES.join(', ')}; replaces the list.`),
    network: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .optional()
      .describe('0: only people I am tied to … 1: only others; null: as the algorithm has it.'),
    muted_words: z.array(word).max(MOST_WORDS).optional().describe('Not shown when in a title; replaces the list.'),
    muted_tags: z.array(tag).max(MOST_TAGS).optional().describe('Tags not to be shown; replaces the list.'),
    interests: z
      .record(tag, factor)
      .refine((value) => Object.keys(value).length <= MOST_TAGS, `at most ${MOST_TAGS} tags`)
      .optional()
      .describe(`Factors from 0 (never) to ${MOST_FACTOR} on the interest in a tag; null or 1 as it is.`),
    social_proof: z.boolean().optional().describe('False: never named or counted as proof for others.'),
  })
  .meta({ id: 'FeedSettingsChange' });

export type SettingsChange = z.output<typeof settingsChangeSchema>;

/** @throws AppError `SETTINGS_INVALID` naming the field and, for a slider or heuristic, those that exist. */
export function parseSettingsChange(value: unknown): SettingsChange {
  const parsed = settingsChangeSchema.safeParse(value);
  if (!parsed.success) {
    throw new AppError('SETTINGS_INVALID', parsed.error.issues.map(sentence).join('; '));
  }
  return parsed.data;
}

/**
 * The settings after a change, of the next revision.
 *
 * @returns the very same object when nothing is changed by it.
 * @throws AppError `SETTINGS_INVALID` when there would be too many interests.
 */
export function changed(before: FeedSettings, change: SettingsChange): FeedSettings {
  const after: FeedSettings = {
    ...before,
    weights: merged(before.weights, change.weights),
    interests: merged(before.interests, change.interests),
    off: listOf(before.off, change.off),
    network: change.network === undefined ? before.network : change.network,
    mutedWords: listOf(before.mutedWords, change.muted_words),
    mutedTags: listOf(before.mutedTags, change.muted_tags),
    socialProof: change.social_proof ?? before.socialProof,
  };
  if (Object.keys(after.interests).length > MOST_TAGS) {
    throw new AppError('SETTINGS_INVALID', `interests: at most ${MOST_TAGS} tags`);
  }
  return isDeepStrictEqual(before, after) ? before : { ...after, revision: before.revision + 1 };
}

function merged(
  before: Readonly<Record<string, number>>,
  change: Readonly<Record<string, number | null | undefined>> = {},
): Record<string, number> {
  const all = { ...before, ...change };
  const entries = Object.entries(all).filter((entry): entry is [string, number] => entry[1] != null && entry[1] !== 1);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listOf(before: readonly string[], change: readonly string[] | undefined): readonly string[] {
  return change === undefined ? before : [...new Set(change)].sort();
}

function known(names: object, what: string, listed: readonly string[]) {
  return z
    .string()
    .refine((name) => Object.hasOwn(names, name), `there is no such ${what}; those that exist: ${listed.join(', ')}`);
}

function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => String(part).slice(0, 60).toWellFormed()).join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${issue.keys.map((key) => key.slice(0, 60).toWellFormed()).join(', ')}: there is no such setting`;
  }
  if (issue.code === 'invalid_key') {
    return `${path}: ${issue.issues.map(({ message }) => message).join(', ')}`;
  }
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
