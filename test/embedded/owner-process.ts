import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StoreAddresses } from '../../src/embedded/stores.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = fileURLToPath(new URL('owner-process.mjs', import.meta.url));

/** Compiles the service into a folder of its own, so that the test runs the sources as they are and not an old `dist`. */
export async function buildService(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = path.join(root, 'node_modules', '.cache', `activity-graph-embedded-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = ['--outDir', path.join(folder, 'dist'), '--declaration', 'false', '--sourceMap', 'false'];
  // A type error anywhere in the service is the type check's to report; the files are written all the same.
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...flags], { cwd: root }).catch(
    () => undefined,
  );
  await cp(path.join(root, 'pom.xml'), path.join(folder, 'pom.xml'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface OwnerProcess {
  readonly child: ChildProcess;
  readonly addresses: StoreAddresses;
}

/** Starts the owner and waits until its stores are open. `as` is put before the command, to run it as somebody else. */
export async function startOwner(
  built: string,
  dataDir: string,
  { as = [], env = {} }: { as?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<OwnerProcess> {
  const [command = '', ...args] = [...as, process.execPath, script, built, dataDir];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd: '/' });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the owner ended with ${String(code)}:\n${complaint}`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  ended.catch(() => undefined);
  return { child, addresses: JSON.parse(String(line)) as StoreAddresses };
}
