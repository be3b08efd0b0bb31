import type { Ranking } from '../../activity/ranking.ts';
import { type Act, engagingIn } from './act.ts';
import { engagementIn, sharesBy } from './content-preference.ts';

/** What a person does with pictures, films, sounds and files. */
export interface MediaPreference {
  readonly interactions: number;
  /** Share of each type of media among them. */
  readonly types: Readonly<Record<string, number>>;
  /** Of all engagement with content and media: the part that went to something to look at. */
  readonly visualShare: number;
}

const VISUAL_TYPES: ReadonlySet<string> = new Set(['image', 'video', 'gif', 'thumbnail', 'media', 'comment_media']);

/** Something to look at: pictures and films, and content that is said to have some with it. */
export function isVisual({ type, hasMedia }: Act): boolean {
  return hasMedia || VISUAL_TYPES.has(type ?? '');
}

/** Seed 000, 4.3: preference for visual content as against text, from interactions with media and content. */
export function mediaPreference(acts: readonly Act[], ranking: Ranking): MediaPreference {
  const media = engagingIn(acts, 'media_interaction');
  const all = [...media, ...engagingIn(acts, 'content_interaction')];
  const total = engagementIn(all, ranking);
  return {
    interactions: media.length,
    types: sharesBy(media, ({ type }) => type ?? ''),
    visualShare: total === 0 ? 0 : engagementIn(all.filter(isVisual), ranking) / total,
  };
}
