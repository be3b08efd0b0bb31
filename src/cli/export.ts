import { once } from 'node:events';
import { exportPerson } from '../privacy/exporter.ts';
import { type CommandContext, withApp } from './context.ts';

/** Prints everything that the stores hold about a person, one JSON object a line. */
export async function runExport(context: CommandContext, options: { readonly user: string }): Promise<void> {
  await withApp(context, async ({ pool, graph, eraser }) => {
    const lines = await eraser.unlessErased(options.user, async () => exportPerson({ pool, graph }, options.user));
    for await (const line of lines) {
      if (!context.out.write(`${JSON.stringify(line)}\n`)) {
        await once(context.out, 'drain');
      }
    }
  });
}
