import { execFile } from 'node:child_process';
import { chown, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type EmbeddedStore, type RunningStore, StoreRefusal } from './embedded-store.ts';
import { postgresAccount } from './postgres-account.ts';
import { postgresHome, postgresPrograms } from './postgres-files.ts';
import { exists, readIfPresent } from './private-files.ts';
import { type Account, commandLine, identifyProcess, launchDetached } from './processes.ts';

const DATABASE = 'activity_graph';
const USER = 'activity_graph';

/** Everything else, durability above all, is Postgres's own default. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A Unix socket would lie in /tmp, open to everybody on the machine.
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '100',
  // Rows and values of a statement that fails are people's data, and have no place in a log.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
} as const;

/** Above the largest process id of any system. */
const NO_PROCESS = 999_999_999;

const run = promisify(execFile);

export function postgresUrl(port: number, password: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

export interface PostgresOptions {
  readonly dataDir: string;
  readonly password: string;
  readonly progress: (line: string) => void;
}

/** A Postgres whose files lie in `DATA_DIR/postgres`. */
export async function embeddedPostgres({ dataDir, password, progress }: PostgresOptions): Promise<EmbeddedStore> {
  const account = postgresAccount(path.join(dataDir, 'postgres'));
  const home = await postgresHome(dataDir, account, progress);
  const data = path.join(home, 'data');
  const logFile = path.join(dataDir, 'logs', 'postgres.log');
  return {
    name: 'Postgres',
    logFile,
    // Fast shutdown. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    findRunning: () => findPostmaster(data),
    async prepare() {
      const programs = await postgresPrograms(account);
      if (!(await exists(data))) await initialise({ programs, home, data, account, password });
    },
    async launch(port) {
      await disownLock(data);
      const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return await launchDetached({
        command: path.join(await postgresPrograms(account), 'postgres'),
        args: ['-D', data, ...settings],
        folder: home,
        logFile,
        account,
      });
    },
    probe: (port) => probe(port, password),
  };
}

interface Cluster {
  readonly programs: string;
  readonly home: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly password: string;
}

/** Makes the data folder beside its place and moves it there when it is whole, so that being killed leaves no half of one. */
async function initialise({ programs, home, data, account, password }: Cluster): Promise<void> {
  const draft = `${data}.new`;
  const passwordFile = path.join(home, 'password.new');
  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const flags = [
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of strings on every machine, whatever its C library or ICU.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
  ];
  try {
    await run(path.join(programs, 'initdb'), ['-D', draft, ...flags], { cwd: home, ...account });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, data);
}

async function findPostmaster(data: string): Promise<RunningStore | undefined> {
  const pid = await postmasterPid(data);
  const process = pid === undefined ? undefined : identifyProcess(pid);
  if (process === undefined) return undefined;
  const line = commandLine(process.pid);
  const [, port] = (line.includes(` -D ${data} `) && / port=(\d+)/.exec(line)) || [];
  return port === undefined ? undefined : { process, port: Number(port) };
}

/**
 * Puts the id of no process into a lock file whose postmaster is gone.
 *
 * Postgres would not start while any process has that id: one that got it after a reboot, or the remains of the killed
 * postmaster where process 1 does not collect orphans, as in many containers. The file is not removed, because it also
 * names the shared memory by which Postgres notices that sessions of the killed postmaster still write.
 *
 * @throws StoreRefusal when a Postgres that was started by other hands runs on the folder: it would shut itself down on
 * seeing another id there.
 */
export async function disownLock(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  const text = await readIfPresent(file);
  if (text === undefined || (await findPostmaster(data)) !== undefined) return;
  const pid = await postmasterPid(data);
  if (pid !== undefined && (await worksIn(pid, data))) {
    throw new StoreRefusal(`process ${pid}, which was not started by activity-graph, runs on ${data}; stop it first`);
  }
  await writeFile(file, text.replace(/^\d+/, String(NO_PROCESS)));
}

/** A postmaster works in its data folder. Only where the system tells in which folder a process works, as Linux does. */
async function worksIn(pid: number, folder: string): Promise<boolean> {
  if (identifyProcess(pid) === undefined) return false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(folder));
  } catch {
    return false;
  }
}

async function postmasterPid(data: string): Promise<number | undefined> {
  const pid = Number((await readIfPresent(path.join(data, 'postmaster.pid')))?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

async function probe(port: number, password: string): Promise<void> {
  try {
    await connectTo(port, password, DATABASE, async () => undefined);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === '28P01') throw new StoreRefusal('it does not accept the password of DATA_DIR/stores.secret.json');
    if (code !== '3D000') throw error;
    await connectTo(port, password, 'postgres', (client) => client.query(`CREATE DATABASE ${DATABASE}`));
  }
}

async function connectTo(
  port: number,
  password: string,
  database: string,
  use: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    database,
    ssl: false,
    connectionTimeoutMillis: 2_000,
  });
  // A server that goes away between two queries must not end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}
