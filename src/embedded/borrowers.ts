import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ourselves } from './ownership.ts';
import { isErrno, readIfPresent, writePrivateFile } from './private-files.ts';
import { isRunning, processIdentitySchema } from './processes.ts';

/** Commands that use the stores of another owner, so that a command which owns them does not stop them under the others. */
export async function registerBorrower(dataDir: string): Promise<() => Promise<void>> {
  const file = path.join(borrowerFolder(dataDir), `${process.pid}-${randomUUID()}.json`);
  await writePrivateFile(file, JSON.stringify(ourselves()));
  return () => rm(file, { force: true });
}

export async function hasLiveBorrower(dataDir: string): Promise<boolean> {
  for (const name of await borrowerFiles(dataDir)) {
    const file = path.join(borrowerFolder(dataDir), name);
    const text = await readIfPresent(file);
    if (text === undefined) continue;
    if (isRunning(processIdentitySchema.parse(JSON.parse(text)))) return true;
    await rm(file, { force: true });
  }
  return false;
}

async function borrowerFiles(dataDir: string): Promise<string[]> {
  try {
    return (await readdir(borrowerFolder(dataDir))).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

const borrowerFolder = (dataDir: string) => path.join(dataDir, 'borrowers');
