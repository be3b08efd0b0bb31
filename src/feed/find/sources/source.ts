import type { Ranking } from '../../../activity/ranking.ts';
import type { GraphTransaction } from '../../../graph/graph.ts';
import type { Tie } from '../../rank/strength.ts';
import type { Find, Interest } from '../candidate.ts';
import type { Recent } from '../recent.ts';

interface SourceRequest {
  readonly tx: GraphTransaction;
  readonly now: number;
  readonly excludedTypes: readonly string[];
  /** Newest first. */
  readonly recent: Promise<readonly Recent[]>;
}

export interface PersonalRequest extends SourceRequest {
  readonly person: string;
  readonly ranking: Ranking;
}

/** What is known of the reader. It arrives while other sources already run. */
interface RelatedRequest extends PersonalRequest {
  /** The person's strongest ties, strongest first. */
  readonly ties: Promise<readonly Tie[]>;
  readonly interests: Promise<readonly Interest[]>;
}

/**
 * A named, bounded supplier of candidates, whose cost does not grow with the graph. Finds come best first. `needs` is
 * what its question is asked with: `nothing`, so that one answer serves every reader; `person`, the reader's id; or
 * `relations`, what is known of them, so that it waits for that.
 */
export type Source =
  | { readonly name: string; readonly needs: 'nothing'; find(request: SourceRequest): Promise<readonly Find[]> }
  | { readonly name: string; readonly needs: 'person'; find(request: PersonalRequest): Promise<readonly Find[]> }
  | { readonly name: string; readonly needs: 'relations'; find(request: RelatedRequest): Promise<readonly Find[]> };
