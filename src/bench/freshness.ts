import type { Projector } from '../ingest/projector.ts';
import type { ActivityLog, Submission } from '../log/log.ts';
import { type Measurement, milliseconds, percentile } from './report.ts';

const RATE = 500;
const TICK_MS = 10;
const WARM_UP_MS = 2_000;

/**
 * From "acknowledged" to "in the graph, so that the next feed request sees it", at a steady rate of single activities.
 * Arrivals are paced by the clock, not by the answers: a slow answer does not thin out the load. What is sent in the
 * first two seconds is not counted: both runtimes still compile then, and Neo4j plans each statement for sizes of
 * batches that it has not seen (measured: a p99 of 120 to 280 ms in the first second, of 15 to 70 ms from the third on).
 */
export async function benchFreshness(
  log: ActivityLog,
  projector: Projector,
  submissions: readonly Submission[],
  { situation, aimMs }: { readonly situation: string; readonly aimMs: number },
): Promise<Measurement> {
  const delays: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  let sent = 0;
  while (sent < submissions.length) {
    const due = Math.min(submissions.length, Math.ceil(((performance.now() - start) / 1_000) * RATE));
    for (; sent < due; sent += 1) {
      const submission = submissions[sent];
      if (submission !== undefined) {
        const counts = performance.now() - start >= WARM_UP_MS;
        pending.push(delayOf(log, projector, submission).then((ms) => void (counts && delays.push(ms))));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(pending);
  const p99 = percentile(delays, 0.99);
  return {
    name: `freshness at ${RATE} activities/s, ${situation}`,
    measured: `p50 ${milliseconds(percentile(delays, 0.5))}, p99 ${milliseconds(p99)}, warm`,
    yardstick: '',
    ratio: null,
    aim: `p99 < ${aimMs.toLocaleString('en')} ms`,
    met: p99 < aimMs,
  };
}

async function delayOf(log: ActivityLog, projector: Projector, submission: Submission): Promise<number> {
  const [result] = await log.append([submission]);
  if (result === undefined || result.status === 'invalid') {
    throw new Error(`A benchmark activity was refused: ${result?.error.message}`);
  }
  const acknowledged = performance.now();
  if (!(await projector.waitFor(result.position, 30_000))) {
    throw new Error('The projector did not catch up within 30 s');
  }
  return performance.now() - acknowledged;
}
