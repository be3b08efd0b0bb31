import { type Queryable, readRows } from '../database.ts';

/**
 * The kinds of rows that the log writes by itself. No door takes them: they say that rows were cleared, and state again
 * what others did where it was told in the same row.
 */
const OWN_KINDS = ['erase', 'prune'] as const;
export type OwnKind = (typeof OWN_KINDS)[number];
/** The kind of a row that was erased. */
export const ERASED_KIND = 'erased';

export function isOwnKind(kind: string): kind is OwnKind {
  return (OWN_KINDS as readonly string[]).includes(kind);
}

/** First and last position of a stretch of the log. */
export type Range = readonly [first: number, last: number];

/** What a row of the log's own kinds cleared. It stands among the row's changes, where the first commitment covers it. */
export interface Clearing {
  readonly edge: 'CLEARED';
  /** Rows of which neither content nor salt is left. */
  readonly log: readonly Range[];
  /** Rows whose audit rows are gone. */
  readonly audit: readonly Range[];
}

export function isClearing(change: { readonly edge: string }): change is Clearing {
  return change.edge === 'CLEARED';
}

/** The fewest ranges that hold these positions and no others. */
export function rangesOf(positions: Iterable<number>): Range[] {
  const ranges: [number, number][] = [];
  for (const position of [...positions].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && position <= last[1] + 1) {
      last[1] = Math.max(last[1], position);
    } else {
      ranges.push([position, position]);
    }
  }
  return ranges;
}

/** Which positions the log itself says were cleared. */
export interface Cleared {
  log(position: number): boolean;
  audit(position: number): boolean;
}

/**
 * Reads what rows of the log say was cleared. A row speaks of rows before itself only.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readCleared(database: Queryable): Promise<Cleared> {
  const rows = await readRows<{ position: number; changes: readonly { readonly edge: string }[] | null }>(
    database,
    "SELECT position, changes FROM activity_log WHERE kind IN ('erase', 'prune') ORDER BY position",
  );
  const log: Range[] = [];
  const audit: Range[] = [];
  for (const { position, changes } of rows) {
    for (const clearing of (changes ?? []).filter(isClearing)) {
      log.push(...before(position, clearing.log));
      audit.push(...before(position, clearing.audit));
    }
  }
  return { log: within(log), audit: within(audit) };
}

function before(position: number, ranges: readonly Range[]): Range[] {
  return ranges.map(([first, last]): Range => [first, Math.min(last, position - 1)]).filter(([a, b]) => a <= b);
}

function within(ranges: readonly Range[]): (position: number) => boolean {
  const merged = mergedRanges(ranges);
  return (position) => {
    let [low, high] = [0, merged.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((merged[middle]?.[1] ?? 0) < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const range = merged[low];
    return range !== undefined && range[0] <= position;
  };
}

/** The fewest ranges that hold what these hold. */
export function mergedRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [first, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && first <= last[1] + 1) {
      last[1] = Math.max(last[1], end);
    } else {
      merged.push([first, end]);
    }
  }
  return merged;
}
