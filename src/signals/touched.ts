import type { FoldRow } from '../activity/fold-row.ts';
import { parseReference } from '../activity/reference.ts';

/** Whose edges some rows of the log changed. */
export interface Touched {
  /** Those who did something, and those whom it was done to. */
  readonly people: ReadonlySet<string>;
  /** Content that was engaged with, as `type:id`. */
  readonly contents: ReadonlySet<string>;
  /** People on either end of a CONNECTED edge that changed. */
  readonly connections: ReadonlySet<string>;
}

/** Whom and what these rows touched. A row that was erased touches nobody. */
export function touchedBy(rows: readonly FoldRow[]): Touched {
  const touched = { people: new Set<string>(), contents: new Set<string>(), connections: new Set<string>() };
  for (const row of rows) {
    for (const { person, content, target, author } of row.signals) {
      touched.people.add(person);
      addIfAny(touched.people, target ?? author);
      addIfAny(touched.contents, content);
    }
    for (const change of row.changes) {
      if (change.edge === 'CONNECTED') {
        touched.connections.add(change.from).add(change.to);
      }
      if (change.edge === 'ALIAS') {
        touched.people.add(change.to);
        touched.connections.add(change.to);
      }
      if (change.edge === 'SUPPRESSED' && change.reason === 'block') {
        touched.people.add(change.from);
        addIfAny(touched.people, parseReference(change.to)?.id ?? null);
      }
    }
  }
  return touched;
}

function addIfAny(set: Set<string>, value: string | null): void {
  if (value !== null) {
    set.add(value);
  }
}
