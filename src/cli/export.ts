import { once } from 'node:events';
import { AppError } from '../core/errors.ts';
import { peopleNow } from '../log/read/people-now.ts';
import { exportPerson } from '../privacy/exporter.ts';
import { type CommandContext, withApp } from './context.ts';

/** Prints everything that the stores hold about a person, one JSON object a line. @throws AppError `ACTIVITY_ERASED` */
export async function runExport(context: CommandContext, options: { readonly user: string }): Promise<void> {
  await withApp(context, async ({ pool, graph, secrets }) => {
    const people = await peopleNow(pool, [options.user], secrets.erasure);
    if (people.get(options.user)?.erased === true) {
      throw new AppError('ACTIVITY_ERASED', 'This person was erased.');
    }
    for await (const line of exportPerson({ pool, graph }, options.user)) {
      if (!context.out.write(`${JSON.stringify(line)}\n`)) {
        await once(context.out, 'drain');
      }
    }
  });
}
