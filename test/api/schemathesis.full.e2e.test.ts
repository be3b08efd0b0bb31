import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/api/auth.ts';
import { useApi, useServer } from '../support/opened-api.ts';
import { bearer } from './fixture.ts';

const PYTHON = process.env['PYTHON'] ?? path.resolve('coverage/python/bin/python');
const SECONDS = 1_000;

const opened = useApi();
const server = useServer(opened);

/** Runs schemathesis to its end. Resolves with what it printed when it found something, with nothing when not. */
async function schemathesis(who: string, role: Role): Promise<string> {
  const { authorization } = await bearer(who, role);
  const url = `http://127.0.0.1:${server.port}/openapi.json`;
  const config = path.join(import.meta.dirname, 'schemathesis.toml');
  const args = ['-m', 'schemathesis.cli', '--config-file', config, 'run', url];
  // Where it may leave its own files.
  const cwd = path.resolve('coverage');
  await mkdir(cwd, { recursive: true });
  const child = spawn(PYTHON, [...args, '-H', `Authorization: ${authorization}`, '--seed', '1'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  // A body of thousands of activities would hide what is wrong with it.
  const lines = output.split('\n').map((line) => line.slice(0, 400));
  return code === 0 ? '' : lines.join('\n').slice(-20_000);
}

const found = spawnSync(PYTHON, ['-m', 'schemathesis.cli', '--version']).status === 0;
if (!found) {
  process.stderr.write(`${PYTHON} has no schemathesis: pip install -r test/requirements.txt, and name it in PYTHON.\n`);
}

describe.skipIf(!found && process.env['CI'] !== 'true')('whatever schemathesis makes of the OpenAPI document', () => {
  it.each([['admin'], ['user']] as const)(
    'sent by a token of role %s, is answered as the document says',
    async (role) => {
      expect(await schemathesis('7', role)).toBe('');
    },
    600 * SECONDS,
  );
});
