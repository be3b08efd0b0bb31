import { ENGAGING_KINDS } from '../../activity/engagement-points.ts';
import { type AuditTable, KINDS, kindNamed } from '../../activity/kinds.ts';

/** One thing that a person did, as its audit row tells. */
export interface Act {
  /** A kind of the catalogue. */
  readonly kind: string;
  /** When it counts as having happened, in milliseconds. */
  readonly at: number;
  /** Type of the content or of the media; null for what was done to neither. */
  readonly type: string | null;
  readonly sessionId: string | null;
  readonly durationSeconds: number | null;
  readonly scrollDepthPercentage: number | null;
  /** Whether the activity says of its content that it has pictures or films with it. */
  readonly hasMedia: boolean;
}

const kindByWord = new Map(KINDS.map(({ table, word, name }) => [`${table} ${word}`, name]));

/**
 * The kind that an audit table calls `word`; undefined for one that only a later version knows. Among general actions
 * any other word is the product's own.
 */
export function kindOfWord(table: string, word: string): string | undefined {
  return kindByWord.get(`${table} ${word}`) ?? (table === 'user_activity' ? 'user_activity' : undefined);
}

/** Acts of engagement in this audit table. */
export function engagingIn(acts: readonly Act[], table: AuditTable): Act[] {
  return acts.filter(({ kind }) => ENGAGING_KINDS.has(kind) && kindNamed(kind).table === table);
}

/** What the product did and not the person, though it stands under their name. */
const NOT_THEIRS: ReadonlySet<string> = new Set(['served', 'vibe_receiving', 'vibe_score_update']);

/** Whether the person was there when this was recorded. */
export function isTheirs({ kind }: Act): boolean {
  return !NOT_THEIRS.has(kind);
}

/** Whether the person did this; heartbeats only tell that the product is open. */
export function isDone(act: Act): boolean {
  return isTheirs(act) && act.kind !== 'session_heartbeat';
}

/** The acts by a key of theirs. */
export function groupActs<Key>(acts: readonly Act[], keyOf: (act: Act) => Key): Map<Key, Act[]> {
  const groups = new Map<Key, Act[]>();
  for (const act of acts) {
    const key = keyOf(act);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [act]);
    } else {
      group.push(act);
    }
  }
  return groups;
}

/** Mean of those values that are there; null without any. As `avg` of SQL. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}
