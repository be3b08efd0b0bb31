import type { Ranking } from '../../activity/ranking.ts';
import { SECOND_MS } from '../../core/clock.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import type { Find } from './candidate.ts';
import { type Recent, readRecent } from './recent.ts';
import type { SourceName } from './sources/options.ts';
import { commonOptions, findForEverybody } from './sources/registry.ts';

/** What the graph proposes to every reader alike. */
export interface ForEverybody {
  /** Newest first. */
  readonly recent: readonly Recent[];
  /** Of those sources that need nothing to ask with. */
  readonly finds: ReadonlyMap<SourceName, readonly Find[]>;
}

export interface EverybodyRequest {
  readonly algorithm: Algorithm;
  readonly now: number;
  /** The answer must have been read from a graph that had this position. */
  readonly needed: number;
}

interface EverybodyPorts {
  readonly graph: Graph;
  readonly ranking: Ranking;
  readonly projectionPosition: () => number;
  readonly observe: (name: string, durationMs: number) => void;
}

/**
 * What trends and what is new is the same for all readers, so it is read once for all who come within this time. What
 * a reader did since the last reading does not matter here: their own work and what they engaged with is not for them,
 * whoever proposes it.
 */
const KEEP_MS = 2 * SECOND_MS;

interface Kept {
  readonly at: number;
  readonly position: number;
  readonly answer: Promise<ForEverybody>;
}

/** Reads what is the same for everybody, at most once in a while and never twice at the same time. */
export function createEverybody(ports: EverybodyPorts): (request: EverybodyRequest) => Promise<ForEverybody> {
  const kept = new Map<string, Kept>();
  return (request) => {
    const { algorithm, now, needed } = request;
    const asked = JSON.stringify([commonOptions(algorithm), algorithm.excludedTypes]);
    const known = kept.get(asked);
    if (known !== undefined && Math.abs(now - known.at) <= KEEP_MS && known.position >= needed) {
      return known.answer;
    }
    // The position is taken before the graph is read, so that it claims no more than the graph had.
    const position = ports.projectionPosition();
    forget(kept, now);
    const reading: Kept = { at: now, position, answer: readForEverybody(ports, request) };
    kept.set(asked, reading);
    reading.answer.catch(() => {
      if (kept.get(asked) === reading) {
        kept.delete(asked);
      }
    });
    return reading.answer;
  };
}

function forget(kept: Map<string, Kept>, now: number): void {
  for (const [asked, { at }] of kept) {
    if (Math.abs(now - at) > KEEP_MS) {
      kept.delete(asked);
    }
  }
}

async function readForEverybody(
  { graph, ranking, observe }: EverybodyPorts,
  { algorithm, now }: EverybodyRequest,
): Promise<ForEverybody> {
  const { excludedTypes } = algorithm;
  const recent = readRecent(graph, { now, excludedTypes });
  const finds = findForEverybody(algorithm, { graph, now, ranking, excludedTypes, recent }, observe);
  const [all, read] = await Promise.all([finds, recent]);
  return { recent: read, finds: new Map(all) };
}
