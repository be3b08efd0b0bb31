import { BENCH_PARTS, type BenchPart, measureAll } from '../bench/bench.ts';
import { type Measurement, machine, renderRow, renderTable } from '../bench/report.ts';
import { withThrowawayApp } from '../evaluation/throwaway.ts';
import { type CommandContext, openCommand, print } from './context.ts';

/** Runs the benchmark in throwaway embedded stores, so that nobody's data are touched, and prints its table. */
export async function runBench(
  context: CommandContext,
  options: { readonly edges: number; readonly only?: BenchPart; readonly json?: boolean },
): Promise<void> {
  const { logger } = openCommand(context);
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const measurements: Measurement[] = [];
  await measureAll((work) => withThrowawayApp({ logger, progress }, work), {
    parts: options.only === undefined ? BENCH_PARTS : [options.only],
    engagements: options.edges,
    progress,
    report(measurement) {
      measurements.push(measurement);
      progress(renderRow(measurement));
    },
  });
  const table = `${machine()}\n\n${renderTable(measurements)}`;
  print(context, options.json === true ? JSON.stringify({ machine: machine(), measurements }) : table);
}
