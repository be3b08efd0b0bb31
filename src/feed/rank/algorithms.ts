import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { SourceName } from '../find/sources/registry.ts';
import type { RuleName } from '../rules.ts';
import type { BaseWeights, Shares } from './score.ts';
import type { SlateRules } from './slate.ts';

/** A version of the feed, as data: what it looks for, what it leaves out, how it weighs and how it mixes. */
export interface Algorithm {
  readonly name: string;
  readonly sources: readonly SourceName[];
  readonly rules: readonly RuleName[];
  /** Seed 000's WEIGHTS, inside `base`. */
  readonly base: BaseWeights;
  /** Seed 000's shares of the whole score. */
  readonly shares: Shares;
  readonly slate: SlateRules;
  /** Types that are read inside other content, or are gestures, and so are no feed items of their own. */
  readonly excludedTypes: readonly string[];
  /** Types that are feed items only if somebody published them as such: without a description they are attachments. */
  readonly attachmentTypes: readonly string[];
}

/** The score of seed 000, as far as its signals exist. */
const ACTIVITY_ENHANCED_V1: Algorithm = {
  name: 'activity_enhanced_v1',
  sources: ['ties', 'co_engagement', 'interests', 'trending', 'new'],
  rules: [
    'deleted_or_not_visible',
    'own',
    'suppressed',
    'suppressed_person',
    'suppressed_tag',
    'suppressed_community',
    'reported_author',
    'not_an_item',
    'engaged',
    'seen',
  ],
  base: {
    connection: 0.7,
    interest: 0.6,
    interaction: 0.8,
    content_type: 0.5,
    trending: 0.6,
    recency: 0.1,
    diversity: 0.3,
  },
  shares: { base: 0.4, engagement: 0.25, social: 0.15, temporal: 0.1, preference: 0.1 },
  slate: {
    author: { base: 0.5, floor: 0.25 },
    longestRun: 2,
    typeMix: { tolerance: 1.5, defaultShare: 0.2 },
  },
  excludedTypes: ['comment', 'answer', 'comment_media', 'thumbnail', 'vibe'],
  attachmentTypes: ['image', 'video', 'audio', 'document', 'gif', 'media'],
};

const ALGORITHMS: readonly Algorithm[] = [ACTIVITY_ENHANCED_V1];

export const DEFAULT_ALGORITHM = ACTIVITY_ENHANCED_V1.name;

/** @throws AppError `ALGORITHM_UNKNOWN` naming those that exist. */
export function algorithmNamed(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm.name === name);
  if (found === undefined) {
    const known = ALGORITHMS.map((algorithm) => algorithm.name).join(', ');
    throw new AppError('ALGORITHM_UNKNOWN', `There is no feed algorithm of this name; those that exist: ${known}`);
  }
  return found;
}

/** Names everything that a ranking depends on beside the data: two snapshots of one revision were ranked alike. */
export function settingsRevision(algorithm: Algorithm, foldFingerprint: string): string {
  return createHash('sha256').update(JSON.stringify(algorithm)).update(foldFingerprint).digest('hex').slice(0, 16);
}
