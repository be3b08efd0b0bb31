import { SECOND_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { refuseWhileRebuilding } from './find/rebuilding.ts';

const WAIT_MS = 5 * SECOND_MS;

interface WaitPorts {
  readonly graph: Graph;
  /** True as soon as the graph has the position; false when it has not within the time. */
  readonly waitFor: (position: number, timeoutMs: number) => Promise<boolean>;
  /** Newest position of a person's own activities; 0 if there is none. */
  readonly headOf: (person: string) => Promise<number>;
  /** How far the graph is, as this process knows. */
  readonly projectionPosition: () => number;
  /** How long to wait, in milliseconds. */
  readonly waitMs?: number;
}

/**
 * Law 8: waits until the graph has what the person did last, and the position asked for.
 *
 * @returns the person's own newest position, which the graph now has.
 */
export async function waitForGraph(ports: WaitPorts, viewer: string | null, afterPosition: number): Promise<number> {
  const head = viewer === null ? 0 : await ports.headOf(viewer);
  const needed = Math.max(head, afterPosition);
  if (ports.projectionPosition() >= needed) {
    return head;
  }
  const waitMs = ports.waitMs ?? WAIT_MS;
  await refuseWhileRebuilding(ports.graph);
  if (!(await ports.waitFor(needed, waitMs))) {
    await refuseWhileRebuilding(ports.graph);
    throw new AppError(
      'GRAPH_BEHIND',
      `The graph is at position ${ports.projectionPosition()} and has not reached ${needed} within ${waitMs / SECOND_MS} s`,
    );
  }
  return head;
}
