import { openStores } from '../embedded/stores.ts';
import { openGraph } from '../graph/graph.ts';
import { migrateGraph } from '../graph/migrate.ts';
import { migratePostgres } from '../log/migrate.ts';
import { type CommandContext, openCommand, print } from './context.ts';

/** Brings both stores to the current schema and says what was applied. */
export async function runMigrate(context: CommandContext): Promise<void> {
  const { config, logger } = openCommand(context);
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const stores = await openStores({ config, logger, purpose: 'command', progress });
  const graph = openGraph(stores.addresses.neo4j);
  try {
    const applied = [...(await migratePostgres(stores.addresses.databaseUrl)), ...(await migrateGraph(graph))];
    print(context, applied.length === 0 ? 'Both schemas are current.' : `Applied: ${applied.join(', ')}`);
  } finally {
    await graph.close();
    await stores.stop();
  }
}
