import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migratePostgres } from '../../src/log/migrate.ts';

const MIGRATIONS = new URL('../../migrations/postgres/', import.meta.url);

describe('migrations of Postgres', () => {
  const name = `test_migrate_${process.pid}`;
  const url = new URL(inject('stores').databaseUrl);
  url.pathname = `/${name}`;
  let folder = '';

  async function admin(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: inject('stores').databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
    await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin(`CREATE DATABASE ${name}`);
  });

  afterAll(async () => {
    await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await rm(folder, { recursive: true, force: true });
  });

  it('are applied once when four processes start at once, and then never again', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migratePostgres(url.toString())));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(applied.flat()).toContain('0001-log.sql');
    expect(await migratePostgres(url.toString())).toEqual([]);
  });

  it('refuse a file that is not the one that was applied, with MIGRATION_CHANGED', async () => {
    await cp(MIGRATIONS, folder, { recursive: true });
    await writeFile(path.join(folder, '0001-log.sql'), 'SELECT 1');
    await expect(migratePostgres(url.toString(), pathToFileURL(`${folder}/`))).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
    });
  });

  it('leave nothing of a file that fails half-way, and apply it when it is mended', async () => {
    await cp(MIGRATIONS, folder, { recursive: true });
    const broken = path.join(folder, '9999-broken.sql');
    await writeFile(broken, 'CREATE TABLE half_way (a int); SELECT 1 / 0;');
    await expect(migratePostgres(url.toString(), pathToFileURL(`${folder}/`))).rejects.toThrow('division by zero');
    await writeFile(broken, 'CREATE TABLE half_way (a int);');
    expect(await migratePostgres(url.toString(), pathToFileURL(`${folder}/`))).toEqual(['9999-broken.sql']);
  });

  it('say LOG_UNAVAILABLE when nothing listens', async () => {
    await expect(migratePostgres('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
    });
  });
});
