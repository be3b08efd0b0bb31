import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isHeld, readOwner } from './ownership.ts';
import { readIfPresent, writePrivateFile } from './private-files.ts';
import { processIdentitySchema } from './processes.ts';

const runtimeSchema = z.object({
  owner: processIdentitySchema,
  purpose: z.enum(['serve', 'command']),
  /** When the stores had become ready (ISO 8601). */
  readyAt: z.string(),
  /** Port of the HTTP API; absent when the owner is a command. */
  port: z.number().int().optional(),
  /** Absent: the owner was given DATABASE_URL. */
  postgres: z.object({ process: processIdentitySchema, port: z.number().int(), databaseUrl: z.string() }).optional(),
  /** Absent: the owner was given NEO4J_URI. */
  neo4j: z
    .object({
      process: processIdentitySchema,
      port: z.number().int(),
      uri: z.string(),
      user: z.string(),
      password: z.string(),
    })
    .optional(),
});

/** What `DATA_DIR/runtime.json` says of the process that owns the folder and of the stores that it started. */
export type RuntimeRecord = z.infer<typeof runtimeSchema>;

export type RuntimeInfo = RuntimeRecord & {
  /** False: the owner is gone without having stopped its stores, which may still be running. */
  readonly ownerAlive: boolean;
};

/** Undefined: nothing was started from this data directory, or all of it was stopped. */
export async function readRuntime(dataDir: string): Promise<RuntimeInfo | undefined> {
  const text = await readIfPresent(runtimeFile(dataDir));
  if (text === undefined) return undefined;
  const record = runtimeSchema.parse(JSON.parse(text));
  const latest = await readOwner(dataDir);
  const isLatest = latest?.owner.pid === record.owner.pid && latest.owner.startedAt === record.owner.startedAt;
  return { ...record, ownerAlive: isLatest && isHeld(latest) };
}

export function writeRuntime(dataDir: string, record: RuntimeRecord): Promise<void> {
  return writePrivateFile(runtimeFile(dataDir), `${JSON.stringify(record, undefined, 2)}\n`);
}

export function removeRuntime(dataDir: string): Promise<void> {
  return rm(runtimeFile(dataDir), { force: true });
}

const runtimeFile = (dataDir: string) => path.join(dataDir, 'runtime.json');
