import type { Ranking } from '../../activity/ranking.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import type { Find, Interest } from '../candidate.ts';
import type { Tie } from '../strength.ts';

/** What a source may ask with. Ties and interests arrive while other sources already run. */
export interface SourceRequest {
  readonly tx: GraphTransaction;
  readonly now: number;
  readonly ranking: Ranking;
  readonly excludedTypes: readonly string[];
  /** The person's strongest ties, strongest first. */
  readonly ties: Promise<readonly Tie[]>;
  readonly interests: Promise<readonly Interest[]>;
}

/**
 * A named, bounded supplier of candidates: one question to the graph, whose cost does not grow with the graph. Finds
 * come best first.
 */
export type Source =
  | { readonly name: string; readonly personal: false; find(request: SourceRequest): Promise<readonly Find[]> }
  | {
      readonly name: string;
      /** Asked only when the reader is a known person. */
      readonly personal: true;
      find(request: SourceRequest & { readonly person: string }): Promise<readonly Find[]>;
    };
