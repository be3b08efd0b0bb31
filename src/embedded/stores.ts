import { realpath } from 'node:fs/promises';
import type { Config } from '../core/config.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { hasLiveBorrower, registerBorrower } from './borrowers.ts';
import { findJava } from './java.ts';
import { type OwnedStores, openOwnedStores, stopOrphans } from './owned-stores.ts';
import { acquireOwnership, isHeld, type OwnerRecord, type Ownership, readOwner } from './ownership.ts';
import { isErrno, makePrivateFolder } from './private-files.ts';
import { type RuntimeInfo, readRuntime, removeRuntime, writeRuntime } from './runtime.ts';
import { waitFor } from './waiting.ts';

export { readRuntime } from './runtime.ts';

export interface StoreAddresses {
  readonly databaseUrl: string;
  readonly neo4j: { readonly uri: string; readonly user: string; readonly password: string };
}

export interface Stores {
  readonly addresses: StoreAddresses;
  /** True when this process started (or adopted) embedded stores and must stop them. */
  readonly owned: boolean;
  /** Gives everything back; the second call waits for the first. */
  stop(): Promise<void>;
}

export interface OpenStoresOptions {
  readonly config: Config;
  readonly logger: Logger;
  /**
   * `serve` owns the data directory and refuses when another live owner exists (ALREADY_RUNNING);
   * `command` connects to a live owner's stores, else starts them and stops them when done.
   */
  readonly purpose: 'serve' | 'command';
  /** Takes lines for a person who waits. */
  readonly progress?: (line: string) => void;
  /** API port to record in `runtime.json`. */
  readonly port?: number;
  /** Gives up the start, and stops what has been started. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the stores that the configuration names, and starts those it does not name.
 *
 * @throws AppError `STORE_START_FAILED`, `ALREADY_RUNNING`
 */
export async function openStores(options: OpenStoresOptions): Promise<Stores> {
  const { config, purpose } = options;
  const external = externalStores(config);
  if (external !== undefined && purpose === 'command') return external;
  try {
    // Postgres and Neo4j are given this path and are known by it again: one spelling for every process.
    const dataDir = await realpath(await makePrivateFolder(config.dataDir));
    return await openDataDir(dataDir, options, external);
  } catch (error) {
    if (options.signal?.aborted === true && !isAppError(error)) {
      throw new AppError('STORE_START_FAILED', 'The start was given up.', { cause: error });
    }
    if (!isErrno(error, 'EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST')) throw error;
    const message = `DATA_DIR cannot be used: ${error.message}`;
    if (external === undefined) throw new AppError('STORE_START_FAILED', message, { cause: error });
    // A container with stores elsewhere may well have no folder to write to; it needs none.
    options.logger.warn({ err: error }, `${message}; running without runtime.json`);
    return external;
  }
}

async function openDataDir(dataDir: string, options: OpenStoresOptions, external?: Stores): Promise<Stores> {
  for (;;) {
    options.signal?.throwIfAborted();
    const result = await acquireOwnership(dataDir, options.purpose);
    if ('release' in result) return await openAsOwner(dataDir, result, options, external);
    if (options.purpose === 'serve') throw alreadyRunning(dataDir, result);
    const borrowed = await borrowStores(dataDir, result, options);
    // Undefined: the owner has left while we waited, and the data directory may be ours now.
    if (borrowed !== undefined) return borrowed;
  }
}

async function openAsOwner(
  dataDir: string,
  ownership: Ownership,
  options: OpenStoresOptions,
  external?: Stores,
): Promise<Stores> {
  let owned: OwnedStores | undefined;
  const { config, purpose, port } = options;
  try {
    if (config.neo4j === undefined) await findJava();
    const record = async ({ running }: Pick<OwnedStores, 'running'>) =>
      await writeRuntime(dataDir, {
        owner: ownership.owner,
        purpose,
        readyAt: new Date().toISOString(),
        ...(port === undefined ? {} : { port }),
        ...running,
      });
    owned = await openOwnedStores({ ...options, dataDir, onRestart: record });
    await record(owned);
  } catch (error) {
    await owned?.stop();
    await removeRuntime(dataDir);
    await ownership.release('free');
    throw error;
  }
  const { running, stop } = owned;
  return {
    addresses: addressesOf(config, running),
    owned: external === undefined,
    stop: once(async () => {
      // First of all nobody new finds the stores; whoever found them before has registered.
      await removeRuntime(dataDir);
      if (purpose === 'command' && (await hasLiveBorrower(dataDir))) {
        owned.leave();
        await ownership.release('handed-over');
        return;
      }
      await stop();
      // A restart that had just succeeded may have written it again.
      await removeRuntime(dataDir);
      await ownership.release('free');
    }),
  };
}

/** The stores of a live owner, waiting for them to become ready; undefined when the owner is gone. */
async function borrowStores(
  dataDir: string,
  owner: OwnerRecord,
  { config, signal, progress }: OpenStoresOptions,
): Promise<Stores | undefined> {
  const unregister = await registerBorrower(dataDir);
  try {
    progress?.(`Using the stores of process ${owner.owner.pid}.`);
    const runtime = await waitForRuntime(dataDir, signal);
    if (runtime === undefined) {
      await unregister();
      return undefined;
    }
    return {
      addresses: addressesOf(config, runtime),
      owned: false,
      stop: once(async () => {
        await unregister();
        await stopIfLast(dataDir);
      }),
    };
  } catch (error) {
    await unregister();
    throw error;
  }
}

async function waitForRuntime(dataDir: string, signal: AbortSignal | undefined): Promise<RuntimeInfo | undefined> {
  const answer = await waitFor(
    async () => {
      signal?.throwIfAborted();
      const owner = await readOwner(dataDir);
      if (owner === undefined || !isHeld(owner)) return 'gone';
      const runtime = await readRuntime(dataDir);
      return runtime?.ownerAlive === true ? runtime : undefined;
    },
    // The first start may fetch a hundred megabytes; while the owner lives there is something to wait for.
    { timeoutMs: Number.POSITIVE_INFINITY, intervalMs: 100 },
  );
  return answer === 'gone' ? undefined : answer;
}

/** Stops the stores that a command left to its borrowers, when we are the last of them. */
async function stopIfLast(dataDir: string): Promise<void> {
  if ((await readOwner(dataDir))?.state !== 'handed-over' || (await hasLiveBorrower(dataDir))) return;
  const ownership = await acquireOwnership(dataDir, 'command');
  if (!('release' in ownership)) return;
  await stopOrphans(dataDir);
  await ownership.release('free');
}

function externalStores({ databaseUrl, neo4j }: Config): Stores | undefined {
  if (databaseUrl === undefined || neo4j === undefined) return undefined;
  return { addresses: { databaseUrl, neo4j }, owned: false, stop: async () => undefined };
}

/** What is configured, completed by what runs. */
function addressesOf(config: Config, running: Pick<RuntimeInfo, 'postgres' | 'neo4j'>): StoreAddresses {
  const databaseUrl = config.databaseUrl ?? running.postgres?.databaseUrl;
  const neo4j = config.neo4j ?? running.neo4j;
  if (databaseUrl === undefined || neo4j === undefined) {
    const missing = databaseUrl === undefined ? 'DATABASE_URL' : 'NEO4J_URI and NEO4J_PASSWORD';
    throw new AppError(
      'STORE_START_FAILED',
      `The service that owns this data directory runs with a ${missing} of its own; set the same here.`,
    );
  }
  return { databaseUrl, neo4j: { uri: neo4j.uri, user: neo4j.user, password: neo4j.password } };
}

function alreadyRunning(dataDir: string, { owner, purpose, since }: OwnerRecord): AppError {
  const what = purpose === 'serve' ? 'The service' : 'A command';
  return new AppError('ALREADY_RUNNING', `${what} runs from ${dataDir} already: process ${owner.pid}, since ${since}.`);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
