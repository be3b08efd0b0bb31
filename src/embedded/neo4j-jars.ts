import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { findMaven, javaHome } from './java.ts';
import { isErrno, readIfPresent } from './private-files.ts';

const POM = fileURLToPath(new URL('../../pom.xml', import.meta.url));
const FETCH_TIMEOUT_MS = 30 * 60_000;

const run = promisify(execFile);
/** Name and bytes of every jar, written last: a folder without it, or that differs from it, is not whole. */
const inventorySchema = z.record(z.string(), z.number());

export interface JarsOptions {
  readonly dataDir: string;
  readonly java: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The folder with the jars of Neo4j that `pom.xml` names.
 *
 * They are kept per user, not per data directory, so that a second clone starts without a network. The folder's name
 * holds the version and a hash of the pom: another pom is another folder, and nothing in a whole folder ever changes.
 */
export async function neo4jJars(options: JarsOptions): Promise<string> {
  const pom = await readFile(POM, 'utf8');
  const version = /<neo4j\.version>(.+?)</.exec(pom)?.[1] ?? 'unknown';
  const name = `neo4j-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`;
  const cache = await cacheFolder(options.dataDir);
  const folder = path.join(cache, name);
  if (!(await isWhole(folder))) {
    options.progress(`Fetching the jars of Neo4j ${version} with Maven (about 120 MB, only this once) …`);
    await fetchInto(folder, cache, options);
  }
  return path.join(folder, 'lib');
}

async function cacheFolder(dataDir: string): Promise<string> {
  const configured = process.env['XDG_CACHE_HOME'];
  const base = configured !== undefined && path.isAbsolute(configured) ? configured : path.join(os.homedir(), '.cache');
  const shared = path.join(base, 'activity-graph');
  if (await canCreate(shared)) return shared;
  // Accounts of services often have no home.
  const own = path.join(dataDir, 'cache');
  await mkdir(own, { recursive: true });
  return own;
}

/** Fetches into a folder of our own and moves it into place whole; of two processes that do, one moves first. */
async function fetchInto(folder: string, cache: string, options: JarsOptions): Promise<void> {
  const draft = await mkdtemp(`${folder}.tmp-`);
  try {
    const lib = path.join(draft, 'lib');
    await runMaven(lib, cache, options);
    await writeFile(path.join(draft, 'inventory.json'), JSON.stringify(await inventory(lib)), { flush: true });
    if (await isWhole(folder)) return;
    // What is in the way is damaged: whole folders are used, never replaced.
    await rename(folder, path.join(draft, 'damaged')).catch(ignore('ENOENT'));
    await rename(draft, folder).catch(ignore('ENOTEMPTY', 'EEXIST'));
    await rm(path.join(folder, 'damaged'), { recursive: true, force: true });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runMaven(lib: string, cache: string, { java, signal }: JarsOptions): Promise<void> {
  const args = [
    '-q',
    '-B',
    '-f',
    POM,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${lib}`,
  ];
  // Maven goes by the home of the account, not by HOME.
  const repository = path.join(os.userInfo().homedir, '.m2');
  if (!(await canCreate(repository))) args.push(`-Dmaven.repo.local=${path.join(cache, 'maven-repository')}`);
  try {
    await run(findMaven(), args, {
      cwd: cache,
      timeout: FETCH_TIMEOUT_MS,
      env: { ...process.env, JAVA_HOME: javaHome(java) },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'STORE_START_FAILED',
      `Maven could not fetch the jars of Neo4j: ${mavenComplaint(cause)}\nCheck the network and the proxy or mirror in Maven's settings.xml, or set NEO4J_URI and NEO4J_PASSWORD to a Neo4j server of your own.`,
      { cause },
    );
  }
}

/** Maven says on stdout what is wrong, and then explains itself for many lines more. */
function mavenComplaint(error: unknown): string {
  const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  const complaint = /\[ERROR\] (.+)/.exec(output)?.[1];
  return complaint ?? (error instanceof Error ? error.message : String(error));
}

async function isWhole(folder: string): Promise<boolean> {
  const text = await readIfPresent(path.join(folder, 'inventory.json'));
  if (text === undefined) return false;
  const expected = inventorySchema.parse(JSON.parse(text));
  const present = await inventory(path.join(folder, 'lib'));
  return Object.entries(expected).every(([jar, bytes]) => present[jar] === bytes);
}

async function inventory(lib: string): Promise<Record<string, number>> {
  const jars = await readdir(lib).catch(() => []);
  const sizes = await Promise.all(jars.map(async (jar) => [jar, (await stat(path.join(lib, jar))).size] as const));
  return Object.fromEntries(sizes);
}

async function canCreate(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!isErrno(error, ...codes)) throw error;
  };
}
