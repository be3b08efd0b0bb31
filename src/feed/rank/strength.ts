import type { TieParts } from '../../activity/tie.ts';

export { saturate } from '../../activity/saturate.ts';
export { isInTouch } from '../../activity/tie.ts';

/** What the feed looks at of how two people stand to each other, seen from one of them. Weights are as of now. */
export interface Contact extends Pick<TieParts, 'outgoing' | 'incoming' | 'accepted' | 'follows' | 'circle'> {
  readonly person: string;
}

export interface Tie extends Contact {
  /** In [0, 1). */
  readonly strength: number;
  /** Whether what they do openly speaks for content: both are in touch, and they did not opt out of social proof. */
  readonly witness: boolean;
}
