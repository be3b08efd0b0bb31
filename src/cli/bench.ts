import path from 'node:path';
import { BENCH_PARTS, type BenchPart, measureAll } from '../bench/bench.ts';
import { type Measurement, machine, renderRow, renderTable } from '../bench/report.ts';
import { withEmbeddedApp, withThrowawayApp } from '../evaluation/throwaway.ts';
import { type CommandContext, openCommand, print } from './context.ts';

/** Runs the benchmark in embedded stores of its own, so that nobody's data are touched, and prints its table. */
export async function runBench(
  context: CommandContext,
  options: { readonly edges: number; readonly keep?: string; readonly only?: BenchPart; readonly json?: boolean },
): Promise<void> {
  const { logger } = openCommand(context);
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const measurements: Measurement[] = [];
  const stores = { logger, progress };
  await measureAll(
    (work, keep) => (keep === undefined ? withThrowawayApp(stores, work) : withEmbeddedApp(keep, stores, work)),
    {
      parts: options.only === undefined ? BENCH_PARTS : [options.only],
      engagements: options.edges,
      keep: options.keep === undefined ? undefined : path.resolve(options.keep),
      progress,
      report(measurement) {
        measurements.push(measurement);
        progress(renderRow(measurement));
      },
    },
  );
  const table = `${machine()}\n\n${renderTable(measurements)}`;
  print(context, options.json === true ? JSON.stringify({ machine: machine(), measurements }) : table);
}
