import os from 'node:os';

/** One line of the benchmark's table. */
export interface Measurement {
  readonly name: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** What it is compared with, measured in the same run; empty when there is nothing to compare with. */
  readonly yardstick: string;
  /** Measured against yardstick; above 1 is better than it. */
  readonly ratio: number | null;
  readonly aim: string;
  readonly met: boolean | null;
}

/** Takes one line of the table, as soon as it was measured. */
export type Report = (measurement: Measurement) => void;

/** Whom a measurement that takes long tells how it goes. */
export interface Telling {
  readonly progress: (line: string) => void;
  readonly report: Report;
}

/** The machine, as far as it matters for reading the numbers. */
export function machine(): string {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${memory} GiB, Node ${process.versions.node}, ${os.type()} ${os.arch()}`;
}

export function renderTable(measurements: readonly Measurement[]): string {
  const header = ['what', 'measured', 'yardstick, same run', 'ratio', 'aim', 'met'];
  return [rowOf(header), rowOf(header.map(() => '---')), ...measurements.map(renderRow)].join('\n');
}

/** A line of the table. */
export function renderRow({ name, measured, yardstick, ratio, aim, met }: Measurement): string {
  return rowOf([name, measured, yardstick, ratio?.toFixed(2) ?? '', aim, met === null ? '' : met ? 'yes' : 'no']);
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The value that the given share of the sample does not exceed (nearest rank). */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(sample: readonly number[]): number {
  return percentile(sample, 0.5);
}

/** Milliseconds that `work` took, and its result. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** A line that is compared with nothing. */
export function plain(name: string, measured: string): Measurement {
  return { name, measured, yardstick: '', ratio: null, aim: '', met: null };
}

export function perSecond(count: number, ms: number): string {
  return `${Math.round((count / ms) * 1_000).toLocaleString('en')}/s`;
}

export function milliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
