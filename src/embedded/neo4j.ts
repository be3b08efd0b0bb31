import path from 'node:path';
import { auth, driver as createDriver, Neo4jError } from 'neo4j-driver';
import { type EmbeddedStore, type RunningStore, StoreRefusal } from './embedded-store.ts';
import { findJava } from './java.ts';
import { neo4jJars } from './neo4j-jars.ts';
import { initialUser, JVM_FLAGS, neo4jSettings } from './neo4j-settings.ts';
import { exists, makePrivateFolder, readIfPresent, writePrivateFile } from './private-files.ts';
import { commandLine, identifyProcess, launchDetached } from './processes.ts';

export const NEO4J_USER = 'neo4j';

/** Writes its own process id before it becomes Java, so that no moment is left in which a server runs that nobody knows. */
const WITH_PID_FILE = 'echo $$ > "$0" && exec "$@"';

export interface Neo4jOptions {
  readonly dataDir: string;
  readonly password: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export function neo4jUri(port: number): string {
  return `bolt://127.0.0.1:${port}`;
}

/** A Neo4j Community server whose files lie in `DATA_DIR/neo4j`. */
export function embeddedNeo4j({ dataDir, password, progress, signal }: Neo4jOptions): EmbeddedStore {
  const home = path.join(dataDir, 'neo4j');
  const settingsFile = path.join(home, 'conf', 'neo4j.conf');
  const pidFile = path.join(home, 'neo4j.pid');
  const logFile = path.join(dataDir, 'logs', 'neo4j.log');
  let program: { readonly java: string; readonly jars: string } | undefined;

  async function prepare() {
    if (program !== undefined) return program;
    const java = await findJava();
    const jars = await neo4jJars({ dataDir, java, progress, signal });
    await Promise.all(['import', 'plugins', 'logs'].map((folder) => makePrivateFolder(path.join(home, folder))));
    await setInitialPassword(home, password);
    program = { java, jars };
    return program;
  }

  return {
    name: 'Neo4j',
    logFile,
    stopSignal: 'SIGTERM',
    findRunning: () => findServer(home, pidFile, settingsFile),
    async prepare() {
      await prepare();
    },
    async launch(port) {
      const { java, jars } = await prepare();
      await writePrivateFile(settingsFile, neo4jSettings(home, port));
      const server = [...JVM_FLAGS, '-cp', `${jars}/*`, 'org.neo4j.server.CommunityEntryPoint', ...homeFlags(home)];
      return await launchDetached({
        command: '/bin/sh',
        args: ['-c', WITH_PID_FILE, pidFile, java, ...server],
        folder: home,
        logFile,
      });
    },
    probe: (port) => probe(port, password),
  };
}

/**
 * The server reads the file until it has made its first user, and we leave it there: a server killed in its first seconds
 * finds it again, and one that has its user does not look.
 */
async function setInitialPassword(home: string, password: string): Promise<void> {
  const file = path.join(home, 'data', 'dbms', 'auth.ini');
  if (!(await exists(file))) await writePrivateFile(file, initialUser(password));
}

async function findServer(home: string, pidFile: string, settingsFile: string): Promise<RunningStore | undefined> {
  const pid = Number(await readIfPresent(pidFile));
  const process = Number.isInteger(pid) && pid > 0 ? identifyProcess(pid) : undefined;
  if (process === undefined || !commandLine(process.pid).includes(homeFlags(home).join(' '))) return undefined;
  const [, port] = /^server\.bolt\.listen_address=.*:(\d+)$/m.exec((await readIfPresent(settingsFile)) ?? '') ?? [];
  return port === undefined ? undefined : { process, port: Number(port) };
}

async function probe(port: number, password: string): Promise<void> {
  const driver = createDriver(neo4jUri(port), auth.basic(NEO4J_USER, password), {
    connectionTimeout: 2_000,
    connectionAcquisitionTimeout: 5_000,
    maxTransactionRetryTime: 0,
  });
  try {
    // A handshake with the password is enough: the server opens Bolt after its databases. The first query ever takes two
    // seconds in a cold server; whoever comes first has something better to ask.
    await driver.getServerInfo();
  } catch (error) {
    if (error instanceof Neo4jError && error.code === 'Neo.ClientError.Security.Unauthorized') {
      throw new StoreRefusal('it does not accept the password of DATA_DIR/stores.secret.json', { cause: error });
    }
    throw error;
  } finally {
    await driver.close();
  }
}

const homeFlags = (home: string) => [`--home-dir=${home}`, `--config-dir=${path.join(home, 'conf')}`];
