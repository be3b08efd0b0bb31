import type { Message, Split } from './messages.ts';

/** How well somebody's ranking of all others foretold whom they wrote to. */
export interface Judgement {
  /** People who were judged by, and pairs that came true. */
  readonly people: number;
  readonly pairs: number;
  /** Chance that somebody written to stands above somebody not written to; mean over people. */
  readonly auc: number;
  /** Share of the first ten who were written to; mean over people. */
  readonly precisionAt10: number;
}

/** A score for each other person whom a method knows something of; all others have 0. */
export type ScoresOf = (person: string) => ReadonlyMap<string, number>;

const TOP = 10;

/**
 * Full ranking: for everybody who wrote both before and after the split, all people known before it are ranked, and
 * whom they wrote to afterwards is what should stand at the top. Equal scores count as they would on average in
 * random order, so that a method gains nothing by how it lists what it does not tell apart.
 */
export function judge({ train, test }: Split, scoresOf: ScoresOf): Judgement {
  const known = new Set(train.flatMap(({ from, to }) => [from, to]));
  const wrote = new Set(train.map(({ from }) => from));
  const due = writtenTo(test.filter(({ from, to }) => wrote.has(from) && known.has(to)));
  let [auc, precision, pairs] = [0, 0, 0];
  for (const [person, targets] of due) {
    const scores = scoresOf(person);
    const ranked = [...known]
      .filter((other) => other !== person)
      .map((other) => ({ score: scores.get(other) ?? 0, hit: targets.has(other) }))
      .sort((a, b) => b.score - a.score);
    const groups = groupEquals(ranked);
    auc += aucOf(groups, targets.size, ranked.length);
    precision += hitsWithin(groups, TOP) / TOP;
    pairs += targets.size;
  }
  return { people: due.size, pairs, auc: auc / due.size, precisionAt10: precision / due.size };
}

function writtenTo(messages: readonly Message[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { from, to } of messages) {
    found.set(from, (found.get(from) ?? new Set()).add(to));
  }
  return found;
}

/** Those of one score, from the highest on. */
interface Group {
  readonly score: number;
  size: number;
  hits: number;
}

function groupEquals(ranked: readonly { readonly score: number; readonly hit: boolean }[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { score, hit } of ranked) {
    let last = groups.at(-1);
    if (last?.score !== score) {
      last = { score, size: 0, hits: 0 };
      groups.push(last);
    }
    last.size += 1;
    last.hits += hit ? 1 : 0;
  }
  return groups;
}

/** Of a person with at least one hit and one miss. */
function aucOf(groups: readonly Group[], hits: number, size: number): number {
  let [missesAbove, wins] = [0, 0];
  const misses = size - hits;
  for (const group of groups) {
    const groupMisses = group.size - group.hits;
    wins += group.hits * (misses - missesAbove - groupMisses / 2);
    missesAbove += groupMisses;
  }
  return wins / (hits * misses);
}

function hitsWithin(groups: readonly Group[], top: number): number {
  let [left, hits] = [top, 0];
  for (const group of groups) {
    const taken = Math.min(left, group.size);
    hits += (group.hits * taken) / group.size;
    left -= taken;
  }
  return hits;
}
