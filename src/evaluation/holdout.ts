import { createRandom } from '../import/demo/random.ts';
import type { Interaction } from './interactions.ts';

/** What is put aside: the newest of all, everybody's last, or what is drawn of everybody's. */
export const HOLDOUTS = ['newest', 'last', 'chance'] as const;
export type HoldoutBy = (typeof HOLDOUTS)[number];

export interface Holdout {
  readonly training: readonly Interaction[];
  /** What is asked for: of people who have something in training, and new to them. */
  readonly validation: readonly Interaction[];
  readonly by: HoldoutBy;
}

/** The newest share of all events, where events have times. */
const NEWEST_SHARE = 0.1;
/** The share of each person's events, where they do not. */
const CHANCE_SHARE = 0.2;
/** Who has fewer events than this keeps all of them. */
const LEAST_EVENTS = 5;
const SEED = 7;

/**
 * Puts a part of the events aside to choose by: the newest tenth when times differ, so that the future is never asked
 * about the past; otherwise a fifth of each person's, drawn with a fixed seed. Where something else will be asked for,
 * such as everybody's last event, the same is put aside by saying so.
 */
export function holdOut(events: readonly Interaction[], asked?: HoldoutBy): Holdout {
  const timed = events.some(({ at }) => at !== events[0]?.at);
  const by = asked ?? (timed ? 'newest' : 'chance');
  const { training, rest } = CUTS[by](events);
  const taken = new Set(training.map(keyOf));
  const known = new Set(training.map(({ person }) => person));
  const validation = rest.filter((event) => known.has(event.person) && !taken.has(keyOf(event)));
  return { training, validation, by };
}

interface Parts {
  readonly training: readonly Interaction[];
  readonly rest: readonly Interaction[];
}

const CUTS: Readonly<Record<HoldoutBy, (events: readonly Interaction[]) => Parts>> = { newest, last, chance };

function newest(events: readonly Interaction[]): Parts {
  const ordered = inOrder(events);
  const cut = Math.floor(ordered.length * (1 - NEWEST_SHARE));
  return { training: ordered.slice(0, cut), rest: ordered.slice(cut) };
}

/** The last event of everybody who has another one. */
function last(events: readonly Interaction[]): Parts {
  const lastOf = new Map<string, Interaction>();
  const people = new Map<string, number>();
  for (const event of inOrder(events)) {
    lastOf.set(event.person, event);
    people.set(event.person, (people.get(event.person) ?? 0) + 1);
  }
  const aside = new Set([...lastOf.values()].filter(({ person }) => (people.get(person) ?? 0) > 1));
  return { training: events.filter((event) => !aside.has(event)), rest: [...aside] };
}

/** A stable sort: events of one time keep the order of the file. */
function inOrder(events: readonly Interaction[]): Interaction[] {
  return [...events].sort((a, b) => a.at - b.at);
}

function chance(events: readonly Interaction[]): Parts {
  const random = createRandom(SEED);
  const byPerson = new Map<string, Interaction[]>();
  for (const event of events) {
    byPerson.set(event.person, [...(byPerson.get(event.person) ?? []), event]);
  }
  const aside = new Set<Interaction>();
  for (const person of [...byPerson.keys()].sort()) {
    const own = [...(byPerson.get(person) ?? [])];
    const count = own.length < LEAST_EVENTS ? 0 : Math.round(own.length * CHANCE_SHARE);
    for (let drawn = 0; drawn < count; drawn += 1) {
      const [event] = own.splice(random.integer(own.length), 1);
      if (event !== undefined) {
        aside.add(event);
      }
    }
  }
  return { training: events.filter((event) => !aside.has(event)), rest: events.filter((event) => aside.has(event)) };
}

function keyOf({ person, item }: Interaction): string {
  return `${person}\t${item}`;
}
