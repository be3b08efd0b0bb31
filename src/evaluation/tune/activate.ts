import type { Pool } from 'pg';
import type { Overlay } from '../../feed/rank/tuned.ts';
import { readRows } from '../../log/database.ts';

/**
 * Keeps the numbers that were chosen for an algorithm, with what speaks for them, and lets the next request take them in
 * the place of those before.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function activate(
  pool: Pool,
  chosen: {
    readonly algorithm: string;
    readonly overlay: Overlay;
    readonly evidence: object;
    readonly now: number;
  },
): Promise<void> {
  const { algorithm, overlay, evidence, now } = chosen;
  // The count has those before put aside first: at most one may be active, and both happen or neither.
  await readRows(
    pool,
    `WITH before AS (
       UPDATE tuned_algorithm SET active = false WHERE algorithm = $1 AND active RETURNING id
     )
     INSERT INTO tuned_algorithm (algorithm, overlay, evidence, created_at, active)
     SELECT $1, $2, $3, to_timestamp($4::double precision / 1000), count(*) >= 0 FROM before`,
    [algorithm, JSON.stringify(overlay), JSON.stringify(evidence), now],
  );
}

/**
 * Lets the next request take the algorithm's file again; whether it took anything else.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function deactivate(pool: Pool, algorithm: string): Promise<boolean> {
  const rows = await readRows(
    pool,
    'UPDATE tuned_algorithm SET active = false WHERE algorithm = $1 AND active RETURNING 1',
    [algorithm],
  );
  return rows.length > 0;
}
