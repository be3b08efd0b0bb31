import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readIfPresent, writePrivateFile } from './private-files.ts';

const secretsSchema = z.object({ postgresPassword: z.string(), neo4jPassword: z.string() });
export type StoreSecrets = z.infer<typeof secretsSchema>;

/**
 * The passwords of the embedded stores, made once for a data directory.
 * They are on disk before a store sees them, so a crash at any moment leaves no store with a password that is lost.
 */
export async function openSecrets(dataDir: string): Promise<StoreSecrets> {
  const file = path.join(dataDir, 'stores.secret.json');
  const text = await readIfPresent(file);
  if (text !== undefined) return secretsSchema.parse(JSON.parse(text));
  const secrets = { postgresPassword: newPassword(), neo4jPassword: newPassword() };
  await writePrivateFile(file, JSON.stringify(secrets));
  return secrets;
}

// base64url needs no escaping in a connection URL, nor in the line of Neo4j's auth.ini.
const newPassword = () => randomBytes(24).toString('base64url');
