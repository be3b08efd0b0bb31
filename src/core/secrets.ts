import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';

export interface Secrets {
  /** Signs and checks tokens (HS256); undefined when tokens come from a key server (AUTH_JWKS_URL). */
  readonly auth: string | undefined;
  /** Signs feed cursors. */
  readonly cursor: string;
  /** Keys the digests of who was erased. Another key would not know them again. */
  readonly erasure: string;
}

/**
 * The keys of this service: derived from AUTH_SECRET, or from a secret of its own that is made at the first start and
 * kept in the data directory, readable by its owner only.
 */
export async function readSecrets(config: Config): Promise<Secrets> {
  const root = config.auth.secret ?? (await ownSecret(path.join(config.dataDir, 'auth-secret')));
  return {
    auth: config.auth.secret ?? (config.auth.jwksUrl === undefined ? root : undefined),
    // Of a cluster that signs no tokens itself this is what its replicas have in common.
    cursor: createHmac('sha256', config.auth.secret ?? config.erasureSecret ?? root)
      .update('feed cursor')
      .digest('hex'),
    erasure: createHmac('sha256', config.erasureSecret ?? root)
      .update('erasure')
      .digest('hex'),
  };
}

async function ownSecret(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  try {
    // A link is made whole or not at all: of two processes that start at once, one makes it and both read the same.
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw error;
    }
  } finally {
    await unlink(draft);
  }
  return await readFile(file, 'utf8');
}
