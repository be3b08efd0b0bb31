import { DAY_MS, HOUR_MS } from '../../core/clock.ts';
import type { Hydrated, Viewer } from '../find/candidate.ts';
import type { Contact } from '../rank/strength.ts';
import { listed } from './words.ts';

/** How the reader stands to an author, in the words of the strongest relation that holds. */
type Relation = 'inner' | 'outer' | 'universal' | 'connected' | 'follows' | 'interacts';

/** What an item's reasons are made from: ids and numbers only, so that names stay where they can be changed and erased. */
export interface Evidence {
  readonly relation: Relation | null;
  /** Ties that engaged with it, those who count most first. */
  readonly supporters: readonly string[];
  /** Those of them who are connected with the reader: once that is ended, only a feed ranked anew may name them. */
  readonly connected: readonly string[];
  readonly alike: number;
  readonly trend: { readonly people: number; readonly since: number } | null;
  /** Tags of it that the person is interested in. */
  readonly interests: readonly string[];
  /** Null when it is not known when it was made. */
  readonly madeAt: number | null;
}

export interface Explanation {
  readonly reasons: readonly string[];
  readonly proof: {
    readonly people: readonly { readonly id: string; readonly name: string }[];
    readonly others: number;
  };
}

/** How people may be shown at this moment. */
export interface Faces {
  nameOf(person: string): string;
  /** Whether somebody may be named as a supporter: in touch, openly standing by it, neither opted out nor refused. */
  maySupport(person: string, content: string): boolean;
  /** Whether the reader still stands so to them. */
  holds(person: string, relation: Relation): boolean;
}

const MOST_SUPPORTERS = 30;
const MOST_FACES = 10;
const MOST_NAMED = 2;
const MOST_TAGS = 3;

/** Last step of the feed, first half: keeps of a candidate what its reasons need. */
export function evidenceFor(candidate: Hydrated, viewer: Viewer): Evidence {
  const tie = candidate.author === null ? undefined : viewer.ties.get(candidate.author);
  const supporters = candidate.supporters.slice(0, MOST_SUPPORTERS).map(({ person }) => person);
  return {
    relation: tie === undefined ? null : relationOf(tie),
    supporters,
    connected: supporters.filter((person) => viewer.ties.get(person)?.accepted === true),
    alike: candidate.alike,
    trend: candidate.trend === null ? null : { people: candidate.trend.people, since: candidate.trend.since },
    interests: candidate.tags.filter((tag) => viewer.interests.has(tag)).slice(0, MOST_TAGS),
    madeAt: candidate.madeAtKnown ? candidate.madeAt : null,
  };
}

function relationOf(contact: Contact): Relation {
  if (contact.circle !== null) {
    return contact.circle;
  }
  if (contact.accepted) {
    return 'connected';
  }
  if (contact.follows) {
    return 'follows';
  }
  return 'interacts';
}

const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  inner: 'of your inner circle',
  outer: 'of your outer circle',
  universal: 'of your universal circle',
  connected: 'whom you are connected with',
  follows: 'whom you follow',
  interacts: 'whom you interact with',
};

/**
 * Last step of the feed, second half: says in words why an item is there, with the names of now. Supporters are named
 * for what they did openly (likes, reactions, votes). Times are counted from `now`, so that a sentence about "the
 * last hours" is true when it is read.
 */
export function explain(
  item: {
    readonly content: string;
    readonly author: string | null;
    readonly sources: readonly string[];
    readonly evidence: Evidence;
  },
  faces: Faces,
  now: number,
): Explanation {
  const { evidence } = item;
  const shown = evidence.supporters.filter((person) => faces.maySupport(person, item.content));
  const people = shown.slice(0, MOST_FACES).map((id) => ({ id, name: faces.nameOf(id) }));
  const reasons = [
    authorReason(item.author, evidence.relation, faces),
    proofReason(
      people.map(({ name }) => name),
      shown.length,
    ),
    alikeReason(evidence.alike),
    interestReason(evidence.interests),
    item.sources.includes('communities') ? 'From a community of yours' : undefined,
    trendReason(evidence.trend, now),
    newReason(evidence.madeAt, item.sources.includes('new'), now),
    item.sources.includes('popular') ? 'Among what everybody is most engaged with' : undefined,
  ].filter((reason) => reason !== undefined);
  return {
    // Nobody may be left who can be named: they opted out, or what they did is their own business.
    reasons: reasons.length > 0 ? reasons : ['May interest you'],
    proof: { people, others: shown.length - people.length },
  };
}

function authorReason(author: string | null, relation: Relation | null, faces: Faces): string | undefined {
  return author === null || relation === null || !faces.holds(author, relation)
    ? undefined
    : `${faces.nameOf(author)}, ${RELATION_WORDS[relation]}, made this`;
}

function proofReason(names: readonly string[], count: number): string | undefined {
  if (count === 0) {
    return undefined;
  }
  const named = names.slice(0, MOST_NAMED);
  const others = count - named.length;
  const rest = others === 0 ? [] : [others === 1 ? '1 other' : `${others} others`];
  const whom = ['whom', 'both of whom'][count - 1] ?? 'all of whom';
  return `${listed([...named, ...rest])}, ${whom} you are in touch with, liked this`;
}

function alikeReason(alike: number): string | undefined {
  if (alike === 0) {
    return undefined;
  }
  const who = alike === 1 ? 'Somebody' : `${alike} people`;
  return `${who} who engaged with what you engaged with engaged with this too`;
}

function interestReason(tags: readonly string[]): string | undefined {
  return tags.length === 0 ? undefined : `About ${listed(tags.map((tag) => `#${tag}`))}, which you are interested in`;
}

function trendReason(trend: Evidence['trend'], now: number): string | undefined {
  if (trend === null) {
    return undefined;
  }
  const hours = Math.max(Math.ceil((now - trend.since) / HOUR_MS), 1);
  return `Trending: ${trend.people} people in the last ${hours === 1 ? 'hour' : `${hours} hours`}`;
}

function newReason(madeAt: number | null, isNewest: boolean, now: number): string | undefined {
  const age = madeAt === null ? Number.POSITIVE_INFINITY : now - madeAt;
  if (age <= HOUR_MS) {
    return 'New in the last hour';
  }
  if (age <= DAY_MS) {
    return 'New in the last day';
  }
  return isNewest ? 'Among the newest here' : undefined;
}
