/**
 * Inverts a symmetric, positive definite matrix in place: A = L·Lᵀ, then L⁻¹, then A⁻¹ = L⁻ᵀ·L⁻¹, n³ multiplications
 * in all. `a` holds the n×n numbers row by row; only its lower triangle is read.
 *
 * All three steps are inner products of stretches of rows, since L⁻¹ is kept transposed in the upper triangle; each
 * stretch that comes from memory is multiplied with four others.
 *
 * @throws RangeError when the matrix is not positive definite.
 */
export function invertPositiveDefinite(a: Float64Array, n: number): void {
  factorise(a, n);
  invertFactor(a, n);
  multiplyInverse(a, n);
}

const ROWS = 4;

/** The inner products of `length` numbers from `y` on with those from `x`, and from one, two and three rows below it. */
function fourProducts(a: Float64Array, n: number, x: number, y: number, length: number, products: Float64Array): void {
  let [p0, p1, p2, p3] = [0, 0, 0, 0];
  const [x1, x2, x3] = [x + n, x + 2 * n, x + 3 * n];
  for (let k = 0; k < length; k += 1) {
    const other = a[y + k] as number;
    p0 += (a[x + k] as number) * other;
    p1 += (a[x1 + k] as number) * other;
    p2 += (a[x2 + k] as number) * other;
    p3 += (a[x3 + k] as number) * other;
  }
  products[0] = p0;
  products[1] = p1;
  products[2] = p2;
  products[3] = p3;
}

function product(a: Float64Array, x: number, y: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k += 1) {
    sum += (a[x + k] as number) * (a[y + k] as number);
  }
  return sum;
}

/** Puts L into the lower triangle, but on the diagonal 1 over what L has there. */
function factorise(a: Float64Array, n: number): void {
  for (let top = 0; top < n; top += ROWS) {
    const whole = top + ROWS <= n;
    if (whole) {
      factoriseLeftOf(a, n, top);
    }
    for (let i = top; i < Math.min(top + ROWS, n); i += 1) {
      factoriseRow(a, n, i, whole ? top : 0);
    }
  }
}

/** The entries of L in four rows from `top` on, left of the square of these rows. */
function factoriseLeftOf(a: Float64Array, n: number, top: number): void {
  const products = new Float64Array(ROWS);
  for (let j = 0; j < top; j += 1) {
    fourProducts(a, n, top * n, j * n, j, products);
    const pivot = a[j * n + j] as number;
    for (let r = 0; r < ROWS; r += 1) {
      const at = (top + r) * n + j;
      a[at] = ((a[at] as number) - (products[r] as number)) * pivot;
    }
  }
}

/** The entries of L in a row, from a column on. */
function factoriseRow(a: Float64Array, n: number, i: number, from: number): void {
  for (let j = from; j < i; j += 1) {
    a[i * n + j] = ((a[i * n + j] as number) - product(a, i * n, j * n, j)) * (a[j * n + j] as number);
  }
  const left = (a[i * n + i] as number) - product(a, i * n, i * n, i);
  if (!(left > 0)) {
    throw new RangeError(`The matrix is not positive definite: row ${i} leaves ${left}`);
  }
  a[i * n + i] = 1 / Math.sqrt(left);
}

/** Puts the transpose of L⁻¹ into the upper triangle; its diagonal is there already. */
function invertFactor(a: Float64Array, n: number): void {
  const products = new Float64Array(ROWS);
  for (let top = 0; top < n; top += ROWS) {
    const bottom = Math.min(top + ROWS, n);
    for (let j = top; j < bottom; j += 1) {
      for (let i = j + 1; i < bottom; i += 1) {
        a[j * n + i] = -product(a, i * n + j, j * n + j, i - j) * (a[i * n + i] as number);
      }
    }
    for (let i = bottom; i < n; i += 1) {
      fourProducts(a, n, top * n + bottom, i * n + bottom, i - bottom, products);
      for (let j = top; j < bottom; j += 1) {
        const head = product(a, i * n + j, j * n + j, bottom - j);
        a[j * n + i] = -(head + (products[j - top] as number)) * (a[i * n + i] as number);
      }
    }
  }
}

/** Multiplies the transpose of L⁻¹, in the upper triangle, with L⁻¹ and puts the result into both triangles. */
function multiplyInverse(a: Float64Array, n: number): void {
  const products = new Float64Array(ROWS);
  for (let top = 0; top < n; top += ROWS) {
    const rows = Math.min(ROWS, n - top);
    for (let i = top; i < top + rows; i += 1) {
      for (let j = i; j < top + rows; j += 1) {
        a[i * n + j] = product(a, i * n + j, j * n + j, n - j);
      }
    }
    for (let j = top + rows; j < n; j += 1) {
      fourProducts(a, n, top * n + j, j * n + j, n - j, products);
      for (let r = 0; r < rows; r += 1) {
        a[(top + r) * n + j] = products[r] as number;
      }
    }
  }
  for (let i = 1; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      a[i * n + j] = a[j * n + i] as number;
    }
  }
}
