/** Random numbers that are the same for the same seed on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T;
  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number;
}

/** The generator sfc32 (C. Doty-Humphrey, PractRand), seeded by one number and warmed up. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 16; round += 1) {
    next();
  }
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? raiseEmpty(),
    exponential: (mean) => -Math.log(1 - next()) * mean,
  };
}

function raiseEmpty(): never {
  throw new RangeError('Cannot pick from an empty list');
}

/** A sampler of indexes in proportion to their weights, in logarithmic time. */
export function createSampler(weights: readonly number[], random: Random): () => number {
  const sums: number[] = [];
  let total = 0;
  for (const weight of weights) {
    total += weight;
    sums.push(total);
  }
  return () => {
    const wanted = random.next() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? total) > wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  };
}

/** Weights of ranks 1…n after Zipf: `1/rank^exponent`. */
export function zipfWeights(length: number, exponent: number): number[] {
  return Array.from({ length }, (_, index) => (index + 1) ** -exponent);
}
