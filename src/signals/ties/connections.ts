import type { Pool } from 'pg';
import type { Circle } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { saturate } from '../../activity/saturate.ts';
import {
  contributionsOf,
  isInTouch,
  knownPartsOf,
  TIE_PARTS,
  type TieContributions,
  type TieParts,
} from '../../activity/tie.ts';
import type { Graph } from '../../graph/graph.ts';
import { readBlocks } from '../../log/read/blocks.ts';
import { readPeople } from '../../log/read/catalogue.ts';
import { TIE_CAPS } from './compute-ties.ts';
import { strongestTies } from './tie-queries.ts';

/** Somebody whom a person is tied to. */
export interface Connection {
  readonly person: {
    readonly id: string;
    /** Of somebody whom they are not in touch with it is the id: visiting somebody must not tell who they are. */
    readonly name: string;
  };
  /** `1 − e^(−Σ parts)`, in [0, 1). */
  readonly strength: number;
  /** What each part adds, as of now. */
  readonly parts: TieContributions;
  /** Whether the other accepted, or was accepted. */
  readonly connected: boolean;
  readonly follows: boolean;
  readonly circle: Circle | null;
  /** Since when they are connected, in milliseconds since the epoch. */
  readonly since: number | null;
}

export interface ConnectionsRequest {
  readonly person: string;
  /** 1 to 200. */
  readonly limit: number;
  readonly now: number;
  /** False when it is the person who asks: of others they learn what others did only if both are in touch. */
  readonly unveiled: boolean;
}

/**
 * Whom a person is tied to by their own doing or by agreement, strongest first. Acts of a moment ago are in it as soon
 * as the ties around them were refreshed; a block counts at once.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
 */
export async function connectionsOf(
  { graph, pool, ranking }: { readonly graph: Graph; readonly pool: Pool; readonly ranking: Ranking },
  { person, limit, now, unveiled }: ConnectionsRequest,
): Promise<readonly Connection[]> {
  const halfLifeMs = ranking.halfLifeMs.INTERACTED;
  const params = { userId: person, now, halfLifeMs, directOnly: true, limit: TIE_CAPS.keep };
  const [rows, blocked] = await Promise.all([graph.run(strongestTies, params), readBlocks(pool, person)]);
  const shown = rows
    .filter((row) => !blocked.has(row.person))
    .map(({ person: id, tie, since, ...relation }) => {
      const parts = partsNow({ ...tie, ...relation }, 2 ** (-(now - tie.asOf) / halfLifeMs));
      const contributions = contributionsOf(unveiled ? parts : knownPartsOf(parts), ranking.ties);
      return {
        id,
        named: unveiled || isInTouch(parts),
        strength: saturate(TIE_PARTS.reduce((sum, part) => sum + contributions[part], 0)),
        parts: contributions,
        connected: relation.accepted,
        follows: relation.follows,
        circle: relation.circle,
        since: relation.accepted ? since : null,
      };
    })
    .sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
  const people = await readPeople(
    pool,
    shown.map(({ id }) => id),
  );
  return shown.map(({ id, named, ...connection }) => {
    const name = named ? people.get(id)?.name : undefined;
    return { person: { id, name: name ?? id }, ...connection };
  });
}

function partsNow(parts: TieParts, left: number): TieParts {
  return {
    ...parts,
    outgoing: parts.outgoing * left,
    incoming: parts.incoming * left,
    mutualContacts: parts.mutualContacts * left,
    coEngagement: parts.coEngagement * left,
  };
}
