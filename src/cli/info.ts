import { readRuntime } from '../embedded/stores.ts';
import { type CommandContext, openCommand, print } from './context.ts';

/** Prints where the service and its stores are, with the credentials of the embedded ones. */
export async function runInfo(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const { config } = openCommand(context);
  const runtime = await readRuntime(config.dataDir);
  if (options.json === true) {
    print(context, JSON.stringify({ dataDir: config.dataDir, running: runtime?.ownerAlive ?? false, ...runtime }));
    return;
  }
  if (runtime === undefined || !runtime.ownerAlive) {
    print(context, `No service runs on ${config.dataDir}. Start it with: npm start`);
    return;
  }
  const rows: [string, string][] = [
    ['Data directory', config.dataDir],
    ['Process', `${runtime.owner.pid}`],
    ['API', runtime.port === undefined ? 'none' : `http://localhost:${runtime.port}`],
    ['Postgres', runtime.postgres?.databaseUrl ?? 'DATABASE_URL'],
    ['Neo4j (Bolt)', runtime.neo4j?.uri ?? 'NEO4J_URI'],
    ['Neo4j user', runtime.neo4j?.user ?? 'NEO4J_USER'],
    ['Neo4j password', runtime.neo4j?.password ?? 'NEO4J_PASSWORD'],
  ];
  print(context, rows.map(([name, value]) => `${name.padEnd(16)}${value}`).join('\n'));
}
