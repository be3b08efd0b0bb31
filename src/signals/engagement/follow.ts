import type { Pool, PoolClient } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { inTransaction } from '../../log/database.ts';
import { addNextRows, beginGeneration, engagementFingerprint, livePosition, lockLive } from './generations.ts';

export interface FollowPorts {
  readonly pool: Pool;
  readonly ranking: Ranking;
}

export interface Followed {
  /** The log is in the scores up to here. */
  readonly position: number;
  readonly atEnd: boolean;
}

/**
 * Brings engagement up to the end of the log, by at most `steps` batches, each in a transaction together with the
 * position that it reached. What was added up with other weights stays as it is until all is added up anew.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function followEngagement(
  { pool, ranking }: FollowPorts,
  steps: number,
  onStep: (position: number) => Promise<void> = async () => undefined,
): Promise<Followed> {
  for (let step = 1; ; step += 1) {
    const followed = await inTransaction(pool, (client) => followOnce(client, ranking, true));
    if (followed.atEnd || step >= steps) {
      return { position: followed.position, atEnd: followed.atEnd };
    }
    await onStep(followed.position);
  }
}

/**
 * The same for somebody who asks: without waiting for anybody, so that no number of them keeps the pool's connections
 * from others. While somebody else adds up, what is stored is answered.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function followForReader({ pool, ranking }: FollowPorts, steps: number): Promise<number> {
  for (let step = 1; step <= steps; step += 1) {
    if ((await inTransaction(pool, (client) => followOnce(client, ranking, false))).atEnd) {
      break;
    }
  }
  return livePosition(pool);
}

async function followOnce(client: PoolClient, ranking: Ranking, waits: boolean): Promise<Followed> {
  await beginGeneration(client, { ranking, live: true });
  const live = await lockLive(client, waits);
  return live === undefined || live.fingerprint !== engagementFingerprint(ranking)
    ? { position: live?.position ?? 0, atEnd: true }
    : await addNextRows(client, live, ranking);
}
