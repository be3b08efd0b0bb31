import type { NotFoundBy } from './not-found.ts';
import type { FeedItem } from './present.ts';
import type { RuledOut } from './ruled-out.ts';

/**
 * - `SHOWN`: on the first page; `FURTHER_DOWN`: on a later one.
 * - `RULED_OUT`: found, but a rule keeps it out.
 * - `NOT_FOUND`: no source proposed it, or there is nothing that the person may see.
 */
export const EXPLANATION_STATUSES = ['SHOWN', 'FURTHER_DOWN', 'RULED_OUT', 'NOT_FOUND'] as const;
type ExplanationStatus = (typeof EXPLANATION_STATUSES)[number];

/** Why something is where it is in a person's feed, or why it is not there. */
export interface ItemExplanation {
  /** As type:id. */
  readonly content: string;
  readonly title: string | null;
  readonly status: ExplanationStatus;
  /** In one sentence. */
  readonly summary: string;
  readonly algorithm: string;
  /** When the feed that is explained was ranked, ISO 8601 in UTC. */
  readonly ranked_at: string;
  /** The graph had folded the log at least up to here. */
  readonly position: number;
  /** How many items that feed has. */
  readonly ranked: number;
  /** What the person set that acted on this feed. */
  readonly settings: readonly ActingSetting[];
  /** For what is in the feed. */
  readonly item: RankedExplanation | null;
  /** For what a rule keeps out. */
  readonly ruled_out: RuledOut | null;
  /** For what no source proposed: each source that was asked. Empty when there is nothing that the person may see. */
  readonly not_found: readonly NotFoundBy[];
  /** For what no source proposed: where it would stand had one. */
  readonly would_rank: { readonly rank: number; readonly score: number } | null;
}

/** Something that a person set, and what it acts on. */
export interface ActingSetting {
  /** A slider, `network`, or `off:` and a heuristic. */
  readonly name: string;
  /** Of a slider its factor, of the network dial its place; null for what is off. */
  readonly value: number | null;
  readonly says: string;
}

export interface RankedExplanation extends FeedItem {
  /** The signals that the parts were made of, as they were. */
  readonly features: Readonly<Record<string, number>>;
  /** With which probability it came to its place; below 1 where exploration draws. */
  readonly propensity: number;
  /** Edges of the graph between the person and the item. */
  readonly path: readonly PathEdge[];
  /** The person's own activities that made it similar to what they like, what counts most first. */
  readonly because: readonly Because[];
  /** Null when nothing that the person did made it similar to what they like. */
  readonly counterfactual: Counterfactual | null;
}

export interface PathEdge {
  /** A type of edge, as the graph has it. */
  readonly edge: 'TIE' | 'SIMILAR_TO' | 'INTERESTED_IN' | 'ENGAGED' | 'MEMBER_OF';
  /** What it goes through: `user:`, `tag:` or `community:` and an id, or content. */
  readonly through: string;
  readonly name: string;
  readonly says: string;
  /** What the edge is worth where that is known, such as the strength of a tie; else null. */
  readonly value: number | null;
}

export interface Because {
  /** What the person turned to, as type:id. */
  readonly content: string;
  readonly title: string | null;
  /** What they did with it, newest first. */
  readonly activities: readonly { readonly activity_type: string; readonly at: string }[];
  /** What that adds to how similar the item is to what they like; below 0 it speaks against it. */
  readonly similarity: number;
}

/** The stored candidates scored again without one thing that the person did. */
export interface Counterfactual {
  readonly without: { readonly content: string; readonly title: string | null; readonly activity_type: string };
  readonly rank: number;
  readonly score: number;
  /** How many stored candidates were scored again. */
  readonly candidates: number;
  readonly says: string;
}
