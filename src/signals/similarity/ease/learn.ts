import { invertPositiveDefinite } from './cholesky.ts';

/** Who engaged with what: person p with `items[k]`, by `values[k]`, for k from `starts[p]` up to `starts[p + 1]`. */
export interface Histories {
  readonly people: number;
  readonly contents: number;
  readonly starts: Int32Array;
  readonly items: Int32Array;
  readonly values: Float64Array;
}

/** What an engagement with content i says of others: `weights[k]` of `items[k]`, for k from `starts[i]` up to `starts[i + 1]`. */
export interface LearnedWeights {
  readonly starts: Int32Array;
  readonly items: Int32Array;
  readonly weights: Float64Array;
}

export interface LearnOptions {
  /** Ridge: how much evidence a weight needs. */
  readonly lambda: number;
  /** Weights that are kept of each item: the largest by amount, of either sign. */
  readonly mostNeighbours: number;
  /** On which side to solve; default: the smaller one. */
  readonly side?: 'contents' | 'people';
}

/**
 * EASE^R (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"): the item–item weights B with zero diagonal
 * that best give every history back from itself, `B = I − P·diag(1/diag P)`, `P = (XᵀX + λI)⁻¹`.
 *
 * With fewer people than items the same P comes from the smaller matrix of people, by Woodbury:
 * `P = (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ`. Time grows with the cube of the smaller side, and there with
 * items × engagements besides.
 */
export function learnWeights(histories: Histories, options: LearnOptions): LearnedWeights {
  const { contents, people } = histories;
  const side = options.side ?? (contents <= people ? 'contents' : 'people');
  const rowOf = side === 'contents' ? overContents(histories, options) : overPeople(histories, options);
  const starts = new Int32Array(contents + 1);
  const items: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < contents; i += 1) {
    const row = rowOf(i);
    for (const j of strongest(row, options.mostNeighbours)) {
      items.push(j);
      weights.push(row[j] as number);
    }
    starts[i + 1] = items.length;
  }
  return { starts, items: Int32Array.from(items), weights: Float64Array.from(weights) };
}

/** Gives the row of B of an item; the same array is filled anew at every call. */
type RowOf = (item: number) => Float64Array;

function overContents({ contents: n, ...histories }: Histories, { lambda }: LearnOptions): RowOf {
  const inverse = new Float64Array(n * n);
  addOuterProducts(inverse, n, histories);
  addToDiagonal(inverse, n, lambda);
  invertPositiveDefinite(inverse, n);
  const row = new Float64Array(n);
  return (i) => {
    for (let j = 0; j < n; j += 1) {
      row[j] = -(inverse[i * n + j] as number) / (inverse[j * n + j] as number);
    }
    row[i] = 0;
    return row;
  };
}

/** With A the inverse of the people's matrix and x the columns of X: `B_ij = xᵢᵀA·xⱼ / (1 − xⱼᵀA·xⱼ)`; λ cancels. */
function overPeople(histories: Histories, { lambda }: LearnOptions): RowOf {
  const { people: m, contents: n } = histories;
  const columns = transposed(histories);
  const inverse = new Float64Array(m * m);
  addOuterProducts(inverse, m, columns);
  addToDiagonal(inverse, m, lambda);
  invertPositiveDefinite(inverse, m);

  const turned = new Float64Array(m);
  const turn = (i: number): void => {
    turned.fill(0);
    for (let k = columns.starts[i] as number; k < (columns.starts[i + 1] as number); k += 1) {
      const [from, value] = [(columns.items[k] as number) * m, columns.values[k] as number];
      for (let p = 0; p < m; p += 1) {
        turned[p] = (turned[p] as number) + value * (inverse[from + p] as number);
      }
    }
  };
  const timesColumn = (j: number): number => {
    let sum = 0;
    for (let k = columns.starts[j] as number; k < (columns.starts[j + 1] as number); k += 1) {
      sum += (columns.values[k] as number) * (turned[columns.items[k] as number] as number);
    }
    return sum;
  };
  const left = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    turn(j);
    left[j] = 1 - timesColumn(j);
  }
  const row = new Float64Array(n);
  return (i) => {
    turn(i);
    for (let j = 0; j < n; j += 1) {
      row[j] = timesColumn(j) / (left[j] as number);
    }
    row[i] = 0;
    return row;
  };
}

type Rows = Pick<Histories, 'starts' | 'items' | 'values'>;

/** Adds xᵀx of every row to the lower triangle of the n×n matrix. */
function addOuterProducts(matrix: Float64Array, n: number, { starts, items, values }: Rows): void {
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const [first, end] = [starts[row] as number, starts[row + 1] as number];
    for (let a = first; a < end; a += 1) {
      const [i, value] = [items[a] as number, values[a] as number];
      for (let b = first; b < end; b += 1) {
        const j = items[b] as number;
        if (j <= i) {
          matrix[i * n + j] = (matrix[i * n + j] as number) + value * (values[b] as number);
        }
      }
    }
  }
}

function addToDiagonal(matrix: Float64Array, n: number, value: number): void {
  for (let i = 0; i < n; i += 1) {
    matrix[i * n + i] = (matrix[i * n + i] as number) + value;
  }
}

/** The same engagements by content: row i lists the people of content i. */
function transposed({ contents, starts, items, values }: Histories): Rows {
  const ends = new Int32Array(contents + 1);
  for (const item of items) {
    ends[item + 1] = (ends[item + 1] as number) + 1;
  }
  for (let i = 0; i < contents; i += 1) {
    ends[i + 1] = (ends[i + 1] as number) + (ends[i] as number);
  }
  const next = ends.slice();
  const people = new Int32Array(items.length);
  const turned = new Float64Array(items.length);
  for (let person = 0; person + 1 < starts.length; person += 1) {
    for (let k = starts[person] as number; k < (starts[person + 1] as number); k += 1) {
      const item = items[k] as number;
      const at = next[item] as number;
      next[item] = at + 1;
      people[at] = person;
      turned[at] = values[k] as number;
    }
  }
  return { starts: ends, items: people, values: turned };
}

/** The indexes of the `most` numbers that are largest by amount, largest first; of equals the first; never those that are 0. */
function strongest(row: Float64Array, most: number): number[] {
  const amount = (index: number): number => Math.abs(row[index] as number);
  let picks: number[] = [];
  let floor = 0;
  const cut = (): void => {
    picks = picks.sort((a, b) => amount(b) - amount(a) || a - b).slice(0, most);
    floor = picks.length < most ? 0 : amount(picks.at(-1) ?? 0);
  };
  for (let index = 0; index < row.length; index += 1) {
    if (Math.abs(row[index] as number) > floor) {
      picks.push(index);
      if (picks.length >= 4 * most) {
        cut();
      }
    }
  }
  cut();
  return picks;
}
