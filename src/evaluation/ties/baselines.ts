import type { ScoresOf } from './judge-ties.ts';
import type { Message } from './messages.ts';

/** What a tie has to be better than. Contact is counted one way (what the person wrote) and both ways. */
export function tieBaselines(train: readonly Message[]): Readonly<Record<string, ScoresOf>> {
  const sent = new Scores();
  const either = new Scores();
  const lastSent = new Scores();
  const lastEither = new Scores();
  for (const { from, to, at } of train) {
    sent.set(from, to, (count) => count + 1);
    lastSent.set(from, to, () => at);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      either.set(one, other, (count) => count + 1);
      lastEither.set(one, other, () => at);
    }
  }
  return {
    'messages sent': (person) => sent.of(person),
    'messages both ways': (person) => either.of(person),
    'last message sent': (person) => lastSent.of(person),
    'last message either way': (person) => lastEither.of(person),
    'Adamic–Adar': (person) => adamicAdar(person, either),
  };
}

class Scores {
  private readonly byPerson = new Map<string, Map<string, number>>();

  set(person: string, other: string, change: (before: number) => number): void {
    const scores = this.byPerson.get(person) ?? new Map<string, number>();
    this.byPerson.set(person, scores.set(other, change(scores.get(other) ?? 0)));
  }

  of(person: string): ReadonlyMap<string, number> {
    return this.byPerson.get(person) ?? new Map();
  }
}

/** `Σ 1 / ln(neighbours of w)` over common neighbours w on the undirected graph of who wrote to whom. */
function adamicAdar(person: string, contacts: Scores): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const between of contacts.of(person).keys()) {
    const neighbours = contacts.of(between);
    if (neighbours.size > 1) {
      for (const other of neighbours.keys()) {
        scores.set(other, (scores.get(other) ?? 0) + 1 / Math.log(neighbours.size));
      }
    }
  }
  return scores;
}
