import type { App } from '../app.ts';
import { MINUTE_MS } from '../core/clock.ts';
import { readImportRun, saveImportRun } from '../log/read/import-runs.ts';
import { type CommandContext, withApp } from './context.ts';
import { type DemoCommandOptions, demoOptionsOf, runDemo } from './demo.ts';
import { type ImportOptions, type ImportPorts, importLdbcSnb } from './import.ts';

/** So long an import waits for the graph; what is imported is safe in the log by then. */
const GRAPH_PATIENCE_MS = 2 * MINUTE_MS;

/**
 * `import ldbc-snb DIR` on the running service's stores, or on its own. Ends when the graph has what was imported, so
 * that the next feed shows it.
 */
export async function runImportLdbc(context: CommandContext, options: ImportOptions): Promise<void> {
  await withApp(context, async (app) => {
    app.projector.start();
    const { position } = await importLdbcSnb(importPorts(context, app), options);
    if (!(await app.projector.waitFor(position, GRAPH_PATIENCE_MS))) {
      const behind = position - app.projector.position;
      context.err.write(`The graph is ${behind} activities behind and catches up by itself; see /health/ready.\n`);
    }
  });
}

/** `demo`: the graph is brought up to date by the running service's projector, or by this command's own. */
export async function runDemoCommand(context: CommandContext, options: DemoCommandOptions): Promise<void> {
  // Before the stores are opened: starting them takes long enough not to do it for nothing.
  demoOptionsOf(options);
  await withApp(context, async (app) => {
    app.projector.start();
    await runDemo(
      {
        ...importPorts(context, app),
        head: () => app.log.head(),
        waitFor: (position, timeoutMs) => app.projector.waitFor(position, timeoutMs),
        feedPage: (viewer, limit) => app.feed.page({ viewer, limit }),
      },
      options,
    );
  });
}

function importPorts(context: CommandContext, app: App): ImportPorts {
  return {
    append: (submissions) => app.log.append(submissions),
    readImportRun: (source) => readImportRun(app.pool, source),
    saveImportRun: (run) => saveImportRun(app.pool, run),
    clock: app.clock,
    out: context.out,
    err: context.err,
  };
}
