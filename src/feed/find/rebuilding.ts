import { AppError } from '../../core/errors.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import { readProjection } from '../../graph/projection/projection.ts';

/** @throws AppError `GRAPH_REBUILDING` while the graph is only a part of what the log folds to. */
export async function refuseWhileRebuilding(graph: GraphTransaction): Promise<void> {
  const { rebuilding } = await readProjection(graph);
  checkWhole({ rebuilding });
}

/** For who has read it already. @throws AppError `GRAPH_REBUILDING` */
export function checkWhole({ rebuilding }: { readonly rebuilding: boolean }): void {
  if (rebuilding) {
    throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt; feeds come back when it is whole');
  }
}
