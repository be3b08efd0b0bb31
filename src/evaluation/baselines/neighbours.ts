/** Something alike, and how much. */
export interface Neighbour {
  readonly index: number;
  readonly score: number;
}

/** A few in common are little evidence: so much is added to the product of the two sizes. */
const SHRINKAGE = 10;

/**
 * The `most` nearest of one row by cosine, where `rows[i]` lists the columns of row i and `columns[j]` the rows of column
 * j: `common / (√|a|·√|b| + 10)`.
 */
export function nearest(
  row: number,
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  most: number,
): readonly Neighbour[] {
  const common = new Map<number, number>();
  for (const column of rows[row] ?? []) {
    for (const other of columns[column] ?? []) {
      common.set(other, (common.get(other) ?? 0) + 1);
    }
  }
  common.delete(row);
  const size = Math.sqrt(rows[row]?.length ?? 0);
  return [...common]
    .map(([index, count]) => ({ index, score: count / (size * Math.sqrt(rows[index]?.length ?? 0) + SHRINKAGE) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most);
}
