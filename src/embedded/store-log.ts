import { copyFileSync, mkdirSync, openSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';

const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Opens the file that takes what a store prints; what was printed before moves to `<file>.1` once it is large. */
export function openLog(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (logSize(file) > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/**
 * Keeps the log of a running store within its bound.
 * The store has the file open for appending, so it goes on at the new end after the cut; a line written between the copy
 * and the cut is lost, which a log of last resort can bear.
 */
export function boundLog(file: string): void {
  if (logSize(file) <= MAX_LOG_BYTES) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
}

export function logSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines written after byte `from`, for an error message. */
export function logTail(file: string, from = 0, lines = 15): string {
  const size = logSize(file);
  if (size === 0) return '';
  const written = readFileSync(file).subarray(size < from ? 0 : from);
  return written.subarray(-8_192).toString('utf8').trim().split('\n').slice(-lines).join('\n');
}
