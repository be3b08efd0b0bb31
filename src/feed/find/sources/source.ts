import type { Pool } from 'pg';
import type { Ranking } from '../../../activity/ranking.ts';
import type { GraphTransaction } from '../../../graph/graph.ts';
import type { Anchor } from '../../anchor.ts';
import type { Find } from '../candidate.ts';
import type { Reader } from '../reader.ts';
import type { Recent } from '../recent.ts';
import type { Similar } from '../similar.ts';
import type { OptionsOf, SourceName } from './options.ts';

/** What every source is asked with. */
export interface CommonRequest {
  readonly graph: GraphTransaction;
  readonly now: number;
  readonly ranking: Ranking;
  readonly excludedTypes: readonly string[];
  /** Newest first. */
  readonly recent: Promise<readonly Recent[]>;
}

export interface PersonalRequest extends CommonRequest {
  readonly reader: Reader;
  readonly pool: Pool;
  /** All that is linked to the reader's taste. */
  readonly similar: Promise<Similar>;
  /** What the feed is about; undefined when it is about everything. */
  readonly anchor: Anchor | undefined;
  /** What the engagement of others loses a millisecond, as the algorithm counts it; 0 when it does not fade. */
  readonly fadePerMs: { readonly alike: number; readonly proof: number };
}

/**
 * A named, bounded supplier of candidates, whose cost does not grow with the graph: the options that its algorithm
 * gives bound it. Finds come best first. The answer of a common source serves every reader.
 */
export interface CommonSource<S extends SourceName> {
  find(request: CommonRequest, options: OptionsOf<S>): Promise<readonly Find[]>;
}

/** A source that is asked for one reader. */
export interface PersonalSource<S extends SourceName> {
  find(request: PersonalRequest, options: OptionsOf<S>): Promise<readonly Find[]>;
}
