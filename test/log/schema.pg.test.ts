import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dumpSchema } from '../../src/log/schema-dump.ts';
import { useLog } from './fixture.ts';

const FILE = new URL('../../migrations/postgres/schema.txt', import.meta.url);

describe('the schema of Postgres', () => {
  const lent = useLog();

  it('is what migrations/postgres/schema.txt says; UPDATE_SCHEMA=1 writes the file anew', async () => {
    const schema = await dumpSchema(lent.pool);
    if (process.env['UPDATE_SCHEMA'] === '1') {
      await writeFile(FILE, schema);
    }
    expect(schema).toBe(await readFile(FILE, 'utf8'));
  });
});
