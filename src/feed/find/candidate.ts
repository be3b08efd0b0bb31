import type { Dislike } from '../dislikes.ts';
import type { Habits } from '../habits.ts';
import type { Contact } from '../rank/strength.ts';

/** One piece of content that one source proposes. */
export interface Find {
  readonly content: string;
  /** Orders the finds of this source; not comparable between sources. */
  readonly score: number;
  readonly trend?: Trend;
}

/** How much more people than usual turned to something lately. */
interface Trend {
  /** Distinct people. */
  readonly people: number;
  /** When the first of them did, milliseconds. */
  readonly since: number;
  readonly burst: number;
}

/** One piece of content with all sources that proposed it, in the order of the algorithm's sources. */
export interface Candidate {
  readonly content: string;
  readonly sources: readonly string[];
  readonly trend: Trend | null;
  /** How overdue a friend who rarely posts is; 0 when `catch_up` did not find it. */
  readonly catchUp: number;
}

/** How much a person is interested in a tag now. */
export interface Interest {
  readonly tag: string;
  readonly weight: number;
  readonly declared: boolean;
  /** What the person turned it up or down by; 1 when it is not there. */
  readonly factor?: number;
}

/** What is known of the person who reads, as of now. Nobody in particular: everything is empty. */
export interface Viewer {
  readonly id: string | null;
  readonly ties: ReadonlyMap<string, Contact & { readonly strength: number }>;
  readonly interests: ReadonlyMap<string, Interest>;
  readonly communities: ReadonlySet<string>;
  /** Share of each content type in the person's engagement; the shares add up to 1. */
  readonly typeShares: ReadonlyMap<string, number>;
  /** Content that the person saw, by an impression, a view or a vote against it. */
  readonly seen: ReadonlySet<string>;
  /** What the person did not want, the newest first. */
  readonly dislikes: readonly Dislike[];
  readonly habits: Habits;
  /** Share of each content type in the last things seen. */
  readonly seenTypeShares: ReadonlyMap<string, number>;
  /** Decayed number of visits to each person's profile. */
  readonly visits: ReadonlyMap<string, number>;
}

/** A tie of the viewer that engaged with a piece of content. */
export interface Supporter {
  readonly person: string;
  readonly strength: number;
  /** As the algorithm lets it fade. */
  readonly weight: number;
}

/** What an activity of the viewer adds to how similar a candidate is to what they like, with its sign. */
export type Because = readonly [content: string, part: number];

/** A candidate with everything that rules, score and explanation need. Pure functions take it from here. */
export interface Hydrated extends Candidate {
  readonly type: string;
  readonly title: string | null;
  readonly author: string | null;
  /** How many works the author has; 0 when nobody is known to have made it. */
  readonly authorWorks: number;
  readonly tags: readonly string[];
  readonly community: string | null;
  /** When it was made; when that is unknown, when it was first seen here; null when neither is known. Milliseconds. */
  readonly madeAt: number | null;
  /** True when `madeAt` is what the catalogue says. */
  readonly madeAtKnown: boolean;
  /** Everybody's engagement as of now. */
  readonly engagement: number;
  /** The viewer's own engagement, as it was when it happened. */
  readonly mine: number;
  readonly supporters: readonly Supporter[];
  /** How similar it is to what the viewer and those in touch with them engaged with, signed. */
  readonly similar: number;
  /** What of the viewer's own that comes from, the largest first. */
  readonly because: readonly Because[];
  /** How similar it is to content that the viewer did not want, by that content. */
  readonly dislikedLikeness: ReadonlyMap<string, number>;
  /** Likeness-weighted engagement of people alike, and how many of them that are. */
  readonly alikeScore: number;
  readonly alike: number;
  /** True when the catalogue describes it. */
  readonly described: boolean;
  readonly visible: boolean;
}
