import { coEngagement } from './co-engagement.ts';
import { interests } from './interests.ts';
import { newest } from './newest.ts';
import type { Source } from './source.ts';
import { ties } from './ties.ts';
import { trending } from './trending.ts';

/** Every source by the name that algorithms, explanations and metrics use. */
export const SOURCES = {
  ties,
  co_engagement: coEngagement,
  interests,
  trending,
  new: newest,
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;
