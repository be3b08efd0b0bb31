import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ANCHOR_KINDS } from '../anchor.ts';
import { fatigueSchema } from '../dislikes.ts';
import { historySchema } from '../find/history.ts';
import { similaritySchema } from '../find/similar.ts';
import { sourcesSchema } from '../find/sources/options.ts';
import { RULE_NAMES } from '../rules.ts';
import type { FeedSettings } from '../settings/settings.ts';
import { scoreSchema } from './score.ts';

/** How items are mixed after they were scored. Nothing is ever lost by it. */
const slateSchema = z.strictObject({
  /** The k-th item of an author (from 0) keeps `(1 − floor) · base^k + floor` of its score. */
  author: z.strictObject({ base: z.number().min(0).max(1), floor: z.number().min(0).max(1) }),
  /** So many items of one author, or with one tag, may follow each other; null: any number. */
  longestRun: z.int().min(1).nullable(),
  /** A type may have its share in the person's own mix times `tolerance` of the items so far; null: any share. */
  typeMix: z.strictObject({ tolerance: z.number().positive(), defaultShare: z.number().min(0).max(1) }).nullable(),
});
export type SlateRules = z.output<typeof slateSchema>;

/** What others' engagement is worth after this many days: half; null: as much as on its day. */
const halfLifeDays = z.number().positive().nullable();

/** A version of the feed, as data: what it looks for, what it leaves out, how it weighs and how it mixes. */
export const algorithmSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be small letters, digits and underscores'),
  description: z.string().min(1),
  /** For feeds about something: about what. */
  anchor: z.enum(ANCHOR_KINDS).optional(),
  /** Where candidates come from, and how many of each. */
  sources: sourcesSchema.refine((sources) => Object.keys(sources).length > 0, 'must name a source'),
  /** Candidates that are hydrated and ranked; more would cost time and be seen by nobody. */
  candidates: z.int().min(1).max(500),
  history: historySchema,
  similarity: similaritySchema,
  /** People who do what the reader does: by which model, and how many. */
  alike: z.strictObject({ model: z.string().min(1), people: z.int().min(1).max(50), halfLifeDays }),
  /** Social proof: how many of the strongest ties in touch are asked. */
  proof: z.strictObject({ people: z.int().min(1).max(50), halfLifeDays }),
  rules: z.array(z.enum(RULE_NAMES)),
  score: scoreSchema,
  /** Between 0, only people that the reader is tied to, and 1, only others; null or .5: no difference. */
  network: z.number().min(0).max(1).nullable(),
  /** A share of the places from `from` on goes to a draw among the other candidates. */
  exploration: z.strictObject({ share: z.number().min(0).max(0.49), from: z.int().min(1) }),
  fatigue: fatigueSchema,
  slate: slateSchema,
  /** Types that are read inside other content, or are gestures, and so are no feed items of their own. */
  excludedTypes: z.array(z.string()),
  /** Types that are feed items only if somebody published them as such: without a description they are attachments. */
  attachmentTypes: z.array(z.string()),
});
export type Algorithm = z.output<typeof algorithmSchema>;

/**
 * Names everything that a ranking depends on beside the data and what the feed is about: two snapshots of one revision
 * and one scope were ranked alike.
 */
export function settingsRevision(
  algorithm: Algorithm,
  foldFingerprint: string,
  settings: Pick<FeedSettings, 'revision'>,
): string {
  return createHash('sha256')
    .update(JSON.stringify([algorithm, settings.revision]))
    .update(foldFingerprint)
    .digest('hex')
    .slice(0, 16);
}
