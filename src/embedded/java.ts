import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';

const run = promisify(execFile);
const OLDEST_JAVA = 17;

/** The `java` of JAVA_HOME, else that of PATH, if it is Java 17 or newer. */
export async function findJava(): Promise<string> {
  const found: string[] = [];
  for (const java of javaCandidates()) {
    const version = await javaVersion(java);
    if (version !== undefined && version >= OLDEST_JAVA) return java;
    found.push(`${java} is ${version === undefined ? 'no working Java' : `Java ${version}`}`);
  }
  throw new AppError(
    'STORE_START_FAILED',
    `The embedded Neo4j needs Java ${OLDEST_JAVA} or newer (${found.join(', ') || 'none was found in JAVA_HOME or PATH'}); install it (for example the package openjdk-17-jre-headless), or set NEO4J_URI and NEO4J_PASSWORD to a Neo4j server of your own.`,
  );
}

/** The `mvn` of PATH. */
export function findMaven(): string {
  const maven = onPath('mvn');
  if (maven !== undefined) return maven;
  throw new AppError(
    'STORE_START_FAILED',
    'The embedded Neo4j needs Maven (mvn) once, to fetch the Neo4j jars, and it is not in PATH; install it (for example the package maven), or set NEO4J_URI and NEO4J_PASSWORD to a Neo4j server of your own.',
  );
}

/** The folder to call JAVA_HOME for programs that insist on one. */
export function javaHome(java: string): string {
  return path.dirname(path.dirname(realpathSync(java)));
}

function javaCandidates(): string[] {
  const home = process.env['JAVA_HOME'];
  const ofHome = home === undefined || home === '' ? undefined : path.join(home, 'bin', 'java');
  return [ofHome, onPath('java')].filter((java) => java !== undefined);
}

async function javaVersion(java: string): Promise<number | undefined> {
  try {
    const { stdout, stderr } = await run(java, ['-version'], { timeout: 20_000 });
    // `"1.8.0_392"` is Java 8; since Java 9 the first number is the version.
    const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr + stdout) ?? [];
    return first === undefined ? undefined : Number(first === '1' ? second : first);
  } catch {
    return undefined;
  }
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
