import { MINUTE_MS, SECOND_MS } from '../../core/clock.ts';
import { type Act, groupActs, isTheirs } from './act.ts';

/** How long a person stays. */
export interface SessionPattern {
  readonly count: number;
  readonly meanSeconds: number;
  readonly medianSeconds: number;
}

/** Who did nothing for so long has left (seed 002, SESSION_TIMEOUT). */
const SESSION_TIMEOUT_MS = 30 * MINUTE_MS;

/**
 * Session length patterns (seed 000, 3.2.4). What the product reports of its sessions counts: from the first to the last
 * of a session's activities, or as long as its end says if that is longer. Who reports no session of any length has
 * sessions by gaps: activities belong together while no more than `timeoutMs` is between one and the next, and last
 * from the first to the last of them.
 */
export function sessionPattern(acts: readonly Act[], timeoutMs = SESSION_TIMEOUT_MS): SessionPattern {
  const reported = reportedSessions(acts).filter((length) => length > 0);
  const lengths = (reported.length > 0 ? reported : sessionsByGaps(acts, timeoutMs)).sort((a, b) => a - b);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return {
    count: lengths.length,
    meanSeconds: lengths.length === 0 ? 0 : total / lengths.length / SECOND_MS,
    medianSeconds: median(lengths) / SECOND_MS,
  };
}

function reportedSessions(acts: readonly Act[]): number[] {
  const named = acts.filter(({ sessionId }) => sessionId !== null);
  return [...groupActs(named, ({ sessionId }) => sessionId).values()].map((session) => {
    const times = session.map(({ at }) => at);
    const said = session.map(({ durationSeconds }) => (durationSeconds ?? 0) * SECOND_MS);
    return Math.max(Math.max(...times) - Math.min(...times), ...said);
  });
}

function sessionsByGaps(acts: readonly Act[], timeoutMs: number): number[] {
  const times = acts
    .filter(isTheirs)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  const sessions: { from: number; to: number }[] = [];
  for (const at of times) {
    const open = sessions.at(-1);
    if (open !== undefined && at - open.to <= timeoutMs) {
      open.to = at;
    } else {
      sessions.push({ from: at, to: at });
    }
  }
  return sessions.map(({ from, to }) => to - from);
}

function median(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
