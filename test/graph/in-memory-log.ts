import type { FoldRow } from '../../src/activity/fold-row.ts';
import type { DeadLetter } from '../../src/graph/projection/apply-batch.ts';

/** The port of the log over rows that are plain data, for laws that are about the projection and not about the log. */
export function inMemoryLog(initial: readonly FoldRow[] = []) {
  const rows = [...initial];
  const listeners = new Set<(position: number) => void>();
  const deadLetters = new Map<number, DeadLetter>();
  return {
    rows,
    deadLetters,
    log: {
      head: async () => rows.at(-1)?.position ?? 0,
      readFoldRows: async (after: number, limit: number): Promise<readonly FoldRow[]> =>
        rows.slice(after, after + limit),
      listen(onAppended: (position: number) => void) {
        listeners.add(onAppended);
        return () => {
          listeners.delete(onAppended);
        };
      },
    },
    /** Appends and tells who listens. */
    append(more: readonly FoldRow[]) {
      rows.push(...more);
      for (const listener of listeners) {
        listener(rows.length);
      }
    },
    titlesOf: async (references: readonly string[]) =>
      new Map(references.map((reference) => [reference, `Title of ${reference}`])),
    recordDeadLetters: async (letters: readonly DeadLetter[]) => {
      for (const letter of letters) {
        deadLetters.set(letter.position, letter);
      }
    },
    forgetDeadLetters: async () => deadLetters.clear(),
  };
}
