import { link, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { draftName, isErrno, makePrivateFolder, readIfPresent, writePrivateFile } from './private-files.ts';
import { identifyProcess, isRunning, type ProcessIdentity, processIdentitySchema } from './processes.ts';

/**
 * Who owns a data directory.
 *
 * Node has no file lock that the system gives back when its holder dies, so a lock can be left over, and taking over a
 * left-over lock by removing it is a race: two that saw the same dead owner may both remove, and the second removes the
 * lock of the first. Here nothing that counts is ever removed. Every ownership is a numbered file, the highest number is
 * the one that counts, and the next is made with `link`, which fails if it is there. Of many that saw the same dead
 * owner one makes the next number; the others see it and try again.
 */
const recordSchema = z.object({
  owner: processIdentitySchema,
  purpose: z.enum(['serve', 'command']),
  since: z.string(),
  /** `handed-over`: a command ended while others used its stores; the last of them stops the stores. */
  state: z.enum(['held', 'free', 'handed-over']),
});
export type OwnerRecord = z.infer<typeof recordSchema>;
export type Purpose = OwnerRecord['purpose'];

export interface Ownership {
  readonly owner: ProcessIdentity;
  release(state: 'free' | 'handed-over'): Promise<void>;
}

/** Becomes the owner, or says who is. */
export async function acquireOwnership(dataDir: string, purpose: Purpose): Promise<Ownership | OwnerRecord> {
  const folder = await makePrivateFolder(ownerFolder(dataDir));
  for (;;) {
    const latest = await latestOwner(folder);
    if (latest.record !== undefined && isHeld(latest.record)) return latest.record;
    const owner = ourselves();
    const record: OwnerRecord = { owner, purpose, since: new Date().toISOString(), state: 'held' };
    const number = latest.number + 1;
    if (!(await claim(folder, number, record))) continue;
    // A number that was made and cleared away while we were slow can be claimed again; then a higher one is there.
    if ((await latestOwner(folder)).number !== number) {
      await rm(ownerFile(folder, number), { force: true });
      continue;
    }
    await clearBelow(folder, number);
    const file = ownerFile(folder, number);
    return { owner, release: (state) => writePrivateFile(file, JSON.stringify({ ...record, state })) };
  }
}

/** The record of the present or last owner, alive or not. */
export async function readOwner(dataDir: string): Promise<OwnerRecord | undefined> {
  return (await latestOwner(ownerFolder(dataDir))).record;
}

export function isHeld(record: OwnerRecord): boolean {
  return record.state === 'held' && isRunning(record.owner);
}

export function ourselves(): ProcessIdentity {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error(`the start time of process ${process.pid} cannot be read`);
  return identity;
}

async function latestOwner(folder: string): Promise<{ number: number; record: OwnerRecord | undefined }> {
  const number = Math.max(0, ...(await numbers(folder)));
  if (number === 0) return { number, record: undefined };
  const text = await readIfPresent(ownerFile(folder, number));
  // Cleared away between the two looks: a higher one is there.
  if (text === undefined) return latestOwner(folder);
  return { number, record: recordSchema.safeParse(parseJson(text)).data };
}

async function claim(folder: string, number: number, record: OwnerRecord): Promise<boolean> {
  const draft = draftName(path.join(folder, 'claim'));
  await writePrivateFile(draft, JSON.stringify(record));
  try {
    await link(draft, ownerFile(folder, number));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function clearBelow(folder: string, number: number): Promise<void> {
  const old = (await numbers(folder)).filter((candidate) => candidate < number);
  await Promise.all(old.map((candidate) => rm(ownerFile(folder, candidate), { force: true })));
}

async function numbers(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ownerFolder = (dataDir: string) => path.join(dataDir, 'owner');
const ownerFile = (folder: string, number: number) => path.join(folder, `${number}.json`);
