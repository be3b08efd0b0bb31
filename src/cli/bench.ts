import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openApp } from '../app.ts';
import { measureAll } from '../bench/bench.ts';
import { machine, renderTable } from '../bench/report.ts';
import { openStores } from '../embedded/stores.ts';
import { type CommandContext, openCommand, print } from './context.ts';

/** Runs the benchmark in throwaway embedded stores, so that nobody's data are touched, and prints its table. */
export async function runBench(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-bench-'));
  const environment = { LOG_LEVEL: context.environment['LOG_LEVEL'], DATA_DIR: dataDir };
  const { config, logger } = openCommand({ ...context, environment });
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const stores = await openStores({ config, logger, purpose: 'serve', progress });
  try {
    const app = await openApp({ config, addresses: stores.addresses, logger });
    try {
      await app.prepareGraph();
      const measurements = await measureAll(app, progress);
      const table = `${machine()}\n\n${renderTable(measurements)}`;
      print(context, options.json === true ? JSON.stringify({ machine: machine(), measurements }) : table);
    } finally {
      await app.close();
    }
  } finally {
    await stores.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
