import type { FoldRow, Joining } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { type Folded, foldRows } from './fold.ts';

/** Rows that fold to one change of the graph, up to one that makes two ids one person, or to the end of the batch. */
export interface Stretch {
  readonly folded: Folded;
  /** What is done after that change. */
  readonly joining: Joining | undefined;
}

/**
 * Folds rows as `foldRows` does, cut behind each row that joins two people: what came before it belongs to two of them,
 * what comes after to one.
 *
 * @throws UnfoldableError on a row that cannot be folded.
 */
export function foldStretches(rows: readonly FoldRow[], ranking: Ranking): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  rows.forEach((row, index) => {
    const joining = row.changes.find((change) => change.edge === 'ALIAS');
    if (joining !== undefined || index === rows.length - 1) {
      stretches.push({ folded: foldRows(rows.slice(from, index + 1), ranking), joining });
      from = index + 1;
    }
  });
  return stretches;
}
