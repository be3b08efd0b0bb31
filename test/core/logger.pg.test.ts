import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/core/logger.ts';
import { usePostgres } from '../support/stores.ts';

const lent = usePostgres();

describe('the log of the service', () => {
  it('names what failed in the database and shows nothing of the row that failed', async () => {
    const client = new Client({ connectionString: lent.url });
    await client.connect();
    const failure = await client
      .query(`INSERT INTO users (id, name, emails, created_at) VALUES ('7', 'Ann', '{ann@example.com}', now())`)
      .catch((error: unknown) => error);
    await client.end();
    // The driver's error does hold the row: without that, this test would prove nothing.
    expect(JSON.stringify(failure)).toContain('ann@example.com');

    let written = '';
    const logger = createLogger('info', { write: (line) => (written += line) });
    logger.error({ err: new Error('could not write', { cause: failure }) }, 'failed');

    expect(written).toContain('could not write');
    expect(JSON.parse(written).err.cause).toMatchObject({ code: '23502', table: 'users', column: 'updated_at' });
    expect(written).not.toContain('ann@example.com');
  });
});
