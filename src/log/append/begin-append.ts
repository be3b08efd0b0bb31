import type { ClientBase } from 'pg';
import { CHAIN_START } from '../chain/commitment.ts';
import { APPEND_LOCK } from './append-lock.ts';
import type { Head } from './write-batch.ts';

/** The newest row, and whether any id stands for another. */
export interface Beginning extends Head {
  readonly hasAliases: boolean;
}

/** Opens the transaction, takes the lock and reads the newest row, each seeing what was committed before it. */
export async function beginAppend(client: ClientBase): Promise<Beginning> {
  const answers: unknown = await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${APPEND_LOCK});
     SELECT position, (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAt", encode(chain, 'hex') AS chain
     FROM activity_log ORDER BY position DESC LIMIT 1;
     SELECT EXISTS (SELECT FROM person_alias) AS "hasAliases"`,
  );
  // Several statements in one text are answered by an array, which the driver's types do not know.
  const [, , newest, aliases] = answers as readonly { readonly rows: readonly Beginning[] }[];
  const head = newest?.rows[0] ?? { position: 0, recordedAt: Number.NEGATIVE_INFINITY, chain: CHAIN_START };
  return { ...head, hasAliases: aliases?.rows[0]?.hasAliases ?? false };
}
