import type { Config } from '../core/config.ts';
import type { Logger } from '../core/logger.ts';
import type { EmbeddedStore, RunningStore } from './embedded-store.ts';
import { embeddedNeo4j, NEO4J_USER, neo4jUri } from './neo4j.ts';
import { openStore, stopStore } from './open-store.ts';
import { embeddedPostgres, postgresUrl } from './postgres.ts';
import type { RuntimeRecord } from './runtime.ts';
import { openSecrets, type StoreSecrets } from './secrets.ts';
import { supervise } from './supervise.ts';

type Running = Pick<RuntimeRecord, 'postgres' | 'neo4j'>;

export interface OwnedStores {
  readonly running: Running;
  stop(): Promise<void>;
  /** Stops watching and leaves the stores to others. */
  leave(): void;
}

export interface OwnedStoresOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly logger: Logger;
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Called with the new processes after a store was started again. */
  readonly onRestart: (stores: { readonly running: Running }) => Promise<void>;
}

/** Starts or adopts what the configuration does not name, both stores at the same time, and watches over them. */
export async function openOwnedStores(options: OwnedStoresOptions): Promise<OwnedStores> {
  const { config, dataDir, logger, onRestart } = options;
  const secrets = await openSecrets(dataDir);
  const stores = await storesOf(config, secrets, options);
  if (stores.length > 0) options.progress?.(`Starting ${stores.map((store) => store.name).join(' and ')} …`);
  const opened = await openAll(stores, options);

  const supervisions = opened.map((one) =>
    supervise(one.store, one.running, {
      logger,
      onRestart: async (process) => {
        one.running = { ...one.running, process };
        await onRestart({ running: describe(opened, secrets) });
      },
    }),
  );
  return {
    running: describe(opened, secrets),
    async stop() {
      await Promise.all(supervisions.map((supervision) => supervision.stop()));
    },
    leave() {
      for (const supervision of supervisions) supervision.leave();
    },
  };
}

/** Stops whatever stores run on the files of a data directory. */
export async function stopOrphans(dataDir: string): Promise<void> {
  const stores = await storesOf({ databaseUrl: undefined, neo4j: undefined }, await openSecrets(dataDir), { dataDir });
  await Promise.all(
    stores.map(async (store) => {
      const running = await store.findRunning();
      if (running !== undefined) await stopStore(store, running.process);
    }),
  );
}

interface Opened {
  readonly store: EmbeddedStore;
  running: RunningStore;
}

async function storesOf(
  config: Pick<Config, 'databaseUrl' | 'neo4j'>,
  secrets: StoreSecrets,
  { dataDir, progress = () => undefined, signal }: Pick<OwnedStoresOptions, 'dataDir' | 'progress' | 'signal'>,
): Promise<EmbeddedStore[]> {
  const stores: EmbeddedStore[] = [];
  if (config.databaseUrl === undefined) {
    stores.push(await embeddedPostgres({ dataDir, password: secrets.postgresPassword, progress }));
  }
  if (config.neo4j === undefined) {
    stores.push(embeddedNeo4j({ dataDir, password: secrets.neo4jPassword, progress, signal }));
  }
  return stores;
}

/** All or none: when one cannot be opened the others are given up or stopped again. */
async function openAll(stores: readonly EmbeddedStore[], { logger, signal }: OwnedStoresOptions): Promise<Opened[]> {
  const failed = new AbortController();
  const opening = { logger, signal: signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]) };
  const opened: Opened[] = [];
  let failure: unknown;
  await Promise.all(
    stores.map(async (store) => {
      try {
        opened.push({ store, running: await openStore(store, opening) });
      } catch (error) {
        failure ??= error;
        failed.abort();
      }
    }),
  );
  if (failure === undefined) return opened;
  await Promise.all(opened.map(({ store, running }) => stopStore(store, running.process)));
  throw failure;
}

function describe(opened: readonly Opened[], { postgresPassword, neo4jPassword }: StoreSecrets): Running {
  const find = (name: EmbeddedStore['name']) => opened.find(({ store }) => store.name === name)?.running;
  const [postgres, neo4j] = [find('Postgres'), find('Neo4j')];
  return {
    ...(postgres && { postgres: { ...postgres, databaseUrl: postgresUrl(postgres.port, postgresPassword) } }),
    ...(neo4j && { neo4j: { ...neo4j, uri: neo4jUri(neo4j.port), user: NEO4J_USER, password: neo4jPassword } }),
  };
}
