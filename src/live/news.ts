import type { Change, FoldRow } from '../activity/fold-row.ts';
import { parseReference, type Reference } from '../activity/reference.ts';
import { isOpenAct } from '../log/read/open-acts.ts';

/** Something that others may see of what a person did with content. */
export interface OpenlyDone {
  readonly by: string;
  readonly content: Reference;
  /** Whether they made or described it; else they openly stand by it. */
  readonly made: boolean;
}

/** What rows of the log may change in feeds. */
export interface News {
  /** Whose own edges changed: their feeds are made from these. */
  readonly own: ReadonlySet<string>;
  /** Who has another id now, in the order of the log. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly openlyDone: readonly OpenlyDone[];
  /** Whom somebody else keeps out of their way, or does not any more: they may have other ties now. */
  readonly turnedFrom: ReadonlySet<string>;
}

/**
 * What of these rows feeds are made from. What others view, save, write to each other or keep out of their own feeds is
 * nobody else's business and no news for anybody but themselves.
 */
export function newsOf(rows: readonly FoldRow[]): News {
  const own = new Set<string>();
  const openlyDone: OpenlyDone[] = [];
  const turnedFrom = new Set<string>();
  for (const { signals, changes, structure } of rows) {
    for (const { person, kind, sign, content } of signals) {
      own.add(person);
      if (sign === 1 && content !== null && isOpenAct(kind)) {
        openlyDone.push({ by: person, content, made: false });
      }
    }
    changes.flatMap(whoseEdge).forEach((person) => void own.add(person));
    changes.flatMap(fromWhom).forEach((person) => void turnedFrom.add(person));
    if (structure !== null && structure.author !== null) {
      own.add(structure.author);
      openlyDone.push({ by: structure.author, content: structure.object, made: true });
    }
  }
  const renamed = rows.flatMap(({ changes }) => changes.filter(({ edge }) => edge === 'ALIAS'));
  return { own, renamed, openlyDone, turnedFrom };
}

function whoseEdge(change: Change): readonly string[] {
  const bothWays = change.edge === 'ALIAS' || (change.edge === 'CONNECTED' && change.fact === 'connection');
  return bothWays ? [change.from, change.to] : [change.from];
}

function fromWhom(change: Change): readonly string[] {
  const reference = change.edge === 'SUPPRESSED' ? parseReference(change.to) : undefined;
  return reference?.type === 'user' ? [reference.id] : [];
}
