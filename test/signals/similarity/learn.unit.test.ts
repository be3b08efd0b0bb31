import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invertPositiveDefinite } from '../../../src/signals/similarity/ease/cholesky.ts';
import { type Histories, type LearnedWeights, learnWeights } from '../../../src/signals/similarity/ease/learn.ts';

type Matrix = number[][];

function historiesOf(matrix: Matrix, contents: number): Histories {
  const rows = matrix.map((row) => row.flatMap((value, item) => (value === 0 ? [] : [{ item, value }])));
  const starts = [0];
  for (const row of rows) {
    starts.push((starts.at(-1) ?? 0) + row.length);
  }
  return {
    people: matrix.length,
    contents,
    starts: Int32Array.from(starts),
    items: Int32Array.from(rows.flat().map(({ item }) => item)),
    values: Float64Array.from(rows.flat().map(({ value }) => value)),
  };
}

/** Gauss and Jordan, with nothing clever. */
function inverseOf(matrix: Matrix): Matrix {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k += 1) {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k] ?? 0) > Math.abs(best[k] ?? 0) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(
      k,
      0,
      pivot.map((value) => value / (pivot[k] ?? 0)),
    );
    for (const row of rows.filter((_, i) => i !== k)) {
      const factor = row[k] ?? 0;
      rows[k]?.forEach((value, j) => {
        row[j] = (row[j] ?? 0) - factor * value;
      });
    }
  }
  return rows.map((row) => row.slice(n));
}

/** Equation 8 of the paper, on dense matrices. */
function naiveWeights(x: Matrix, contents: number, lambda: number): Matrix {
  const numbers = [...Array(contents).keys()];
  const gram = numbers.map((i) =>
    numbers.map((j) => x.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), i === j ? lambda : 0)),
  );
  const p = inverseOf(gram);
  return numbers.map((i) => numbers.map((j) => (i === j ? 0 : -(p[i]?.[j] ?? 0) / (p[j]?.[j] ?? 0))));
}

function dense({ starts, items, weights }: LearnedWeights, contents: number): Matrix {
  return [...Array(contents).keys()].map((i) => {
    const row = Array<number>(contents).fill(0);
    for (let k = starts[i] ?? 0; k < (starts[i + 1] ?? 0); k += 1) {
      row[items[k] ?? 0] = weights[k] ?? 0;
    }
    return row;
  });
}

function expectClose(found: Matrix, wanted: Matrix): void {
  found.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(wanted[i]?.[j] ?? Number.NaN, 9);
    });
  });
}

const CONTENTS = 9;
const randomMatrix = fc.array(
  fc.array(fc.constantFrom(0, 0, 0, 1, 0.5), { minLength: CONTENTS, maxLength: CONTENTS }),
  { minLength: 1, maxLength: 14 },
);

describe('learned weights', () => {
  it('are those worked out by hand for two things that one of two people likes both of', () => {
    // X = [[1, 1], [1, 0]], λ = 1: XᵀX + I = [[3, 1], [1, 2]], its inverse [[2, −1], [−1, 3]] / 5.
    const learned = learnWeights(
      historiesOf(
        [
          [1, 1],
          [1, 0],
        ],
        2,
      ),
      { lambda: 1, mostNeighbours: 5 },
    );
    // B₀₁ = −P₀₁ / P₁₁ = 1/3 and B₁₀ = −P₁₀ / P₀₀ = 1/2.
    expectClose(dense(learned, 2), [
      [0, 1 / 3],
      [1 / 2, 0],
    ]);
  });

  it.each(['contents', 'people'] as const)('are those of the dense equation, solved over %s', (side) => {
    fc.assert(
      fc.property(randomMatrix, fc.constantFrom(0.5, 3, 50), (matrix, lambda) => {
        const learned = learnWeights(historiesOf(matrix, CONTENTS), { lambda, mostNeighbours: CONTENTS, side });
        expectClose(dense(learned, CONTENTS), naiveWeights(matrix, CONTENTS, lambda));
      }),
    );
  });

  it.each(['contents', 'people'] as const)('are cut by amount and keep their sign, solved over %s', (side) => {
    fc.assert(
      fc.property(randomMatrix, fc.integer({ min: 1, max: 3 }), (matrix, most) => {
        const all = naiveWeights(matrix, CONTENTS, 2);
        const learned = learnWeights(historiesOf(matrix, CONTENTS), { lambda: 2, mostNeighbours: most, side });
        const kept = dense(learned, CONTENTS);
        kept.forEach((row, i) => {
          const amounts = (list: readonly number[]) =>
            list
              .map(Math.abs)
              .filter((amount) => amount > 1e-12)
              .sort((a, b) => b - a)
              .slice(0, most);
          const wanted = amounts(all[i] ?? []);
          expect(amounts(row)).toHaveLength(wanted.length);
          expectClose([amounts(row)], [wanted]);
        });
      }),
    );
  });

  it('say against each other what people choose between', () => {
    // Who likes 0 likes either 1 or 2.
    const matrix = [...Array(6).keys()].map((person) => [1, person % 2, 1 - (person % 2)]);
    const learned = dense(learnWeights(historiesOf(matrix, 3), { lambda: 1, mostNeighbours: 2 }), 3);
    expect(learned[1]?.[2]).toBeLessThan(0);
    expect(learned[1]?.[0]).toBeGreaterThan(0);
  });
});

describe('the inverse', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 13, 64, 101])('of a random matrix of %i rows times the matrix is one', (n) => {
    const random = fc.sample(fc.double({ min: -1, max: 1, noNaN: true }), { numRuns: n * n, seed: n });
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return (random[i * n + j] ?? 0) + (random[j * n + i] ?? 0) + (i === j ? 2 * n : 0);
    });
    const inverse = matrix.slice();
    invertPositiveDefinite(inverse, n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        let sum = 0;
        for (let k = 0; k < n; k += 1) {
          sum += (matrix[i * n + k] ?? 0) * (inverse[k * n + j] ?? 0);
        }
        expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-9);
      }
    }
  });

  it('is refused for a matrix that has none', () => {
    expect(() => invertPositiveDefinite(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError);
  });
});
