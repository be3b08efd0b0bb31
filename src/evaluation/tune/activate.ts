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
  await readRows(pool, 'UPDATE tuned_algorithm SET active = false WHERE algorithm = $1 AND active', [algorithm]);
  await readRows(
    pool,
    `INSERT INTO tuned_algorithm (algorithm, overlay, evidence, created_at, active)
     VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000), true)`,
    [algorithm, JSON.stringify(overlay), JSON.stringify(evidence), now],
  );
}
