/** What a person set for their own feed. */
export interface FeedSettings {
  /** 0: never set. Grows with each change; a ranked feed is kept under the revision that it was ranked with. */
  readonly revision: number;
  /** Factor by slider, 0 to 2; a slider that is not there stands at 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** Heuristics that are switched off. */
  readonly off: readonly string[];
  /**
   * 0: only what people I am tied to made, 1: only what others made, between them what each counts; null: as the
   * algorithm has it. Feeds about one thing are not touched by it.
   */
  readonly network: number | null;
  /** In lower case; what has one of them in its title is not shown. */
  readonly mutedWords: readonly string[];
  readonly mutedTags: readonly string[];
  /** Factor on my interest in a tag, 0 (never) to 2. */
  readonly interests: Readonly<Record<string, number>>;
  /** What I did before this time no longer personalises, in milliseconds; connections stay. */
  readonly resetAt: number | null;
  /** What my interest in each tag was worth at `resetAt`: so much of it does not count any more. */
  readonly forgotten: Readonly<Record<string, number>>;
  /** False: I am never named or counted as social proof for others. */
  readonly socialProof: boolean;
}

export const NO_SETTINGS: FeedSettings = {
  revision: 0,
  weights: {},
  off: [],
  network: null,
  mutedWords: [],
  mutedTags: [],
  interests: {},
  resetAt: null,
  forgotten: {},
  socialProof: true,
};

/** Sliders and interests go from 0 (counts nothing) over 1 (as it is) to this (counts double). */
export const MOST_FACTOR = 2;

interface Slider {
  /** What is turned up or down, in words. */
  readonly meaning: string;
  /** The parts of a score that it multiplies, in whatever algorithm has them. */
  readonly multiplies: readonly string[];
}

/** The sliders, in human words. A part of a score belongs to one slider at most. */
export const SLIDERS = {
  people: {
    meaning: 'What people you are tied to made and liked',
    multiplies: ['connection', 'interaction', 'visits', 'proof', 'social', 'social_signals', 'catch_up'],
  },
  similar: {
    meaning: 'What is similar to what you turn to, and what people with a taste like yours turn to',
    multiplies: ['preference', 'similar', 'similar_people'],
  },
  interests: { meaning: 'What is about your interests', multiplies: ['interest', 'community'] },
  types: {
    meaning: 'The types of content that you usually turn to',
    multiplies: ['content_type', 'media', 'media_boost', 'creator', 'creator_boost'],
  },
  popular: {
    meaning: 'What many people turn to, ever or just now',
    multiplies: ['engagement', 'popularity', 'trending'],
  },
  new: { meaning: 'What was made lately', multiplies: ['recency', 'temporal', 'new_author'] },
  explore: { meaning: 'Types of content that you have not seen lately', multiplies: ['diversity'] },
} as const satisfies Record<string, Slider>;

export type SliderName = keyof typeof SLIDERS;
export const SLIDER_NAMES = Object.keys(SLIDERS) as [SliderName, ...SliderName[]];

/** Everything that a person may switch off: sources of candidates, rules of the slate, and proof by others. */
export const HEURISTICS = {
  ties: 'Looks for what people you are tied to made and engaged with',
  similar_content: 'Looks for what is similar to what you engaged with',
  similar_people: 'Looks for what people with a taste like yours engaged with',
  communities: 'Looks for what was posted in your communities',
  interests: 'Looks for what is about your interests',
  trending: 'Looks for what more people than usual turn to now',
  new_authors: 'Looks for what people made who have made little yet',
  catch_up: 'Looks for what friends made who rarely post',
  popular: 'Looks for what everybody is most engaged with',
  new: 'Looks for what was made last',
  author_diversity: 'Lowers the second and further items of one author',
  runs: 'Keeps items of one author, and items with one tag, apart',
  type_mix: 'Keeps the types of content near your own mix',
  exploration: 'Now and then gives a place to something by a draw',
  social_proof: 'Counts and names people you are in touch with who liked an item',
} as const satisfies Record<string, string>;

export type HeuristicName = keyof typeof HEURISTICS;
export const HEURISTIC_NAMES = Object.keys(HEURISTICS) as [HeuristicName, ...HeuristicName[]];
