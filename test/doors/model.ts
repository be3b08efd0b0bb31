import { type Kind, SUPPRESSING_FACTS } from '../../src/activity/kinds.ts';
import { isContentType, normalizeTags, parseReference } from '../../src/activity/reference.ts';
import { CONTENTS } from './draw.ts';
import type { Said } from './say.ts';

/** One accepted activity, as the log is expected to have it. */
export interface Logged {
  readonly uid: string;
  /** Who sent it. */
  readonly by: string;
  readonly kind: Kind;
  /** Who did it, by the id they had then. */
  readonly actor: string;
  /** Milliseconds; `order` parts those whose time is that of their receipt. */
  readonly at: number;
  readonly order: number;
  readonly said: Said;
  readonly trusted: boolean;
  retracted: boolean;
}

/** Half-lives and bonuses of seed 000, once more. */
const DAY_MS = 86_400_000;
const FADES = { ENGAGED: (Math.LN2 / 0.1) * DAY_MS, INTERACTED: (Math.LN2 / 0.1) * DAY_MS, INTERESTED_IN: 30 * DAY_MS };

export const later = (a: Pick<Logged, 'at' | 'order'>, b: Pick<Logged, 'at' | 'order'>): boolean =>
  a.at === b.at ? a.order > b.order : a.at > b.at;

/** What an activity is done to: the most specific thing it names. */
export function objectOf({ kind, said }: Pick<Logged, 'kind' | 'said'>): string | null {
  if (said.content !== undefined) {
    const { type = '', id = '' } = parseReference(said.content) ?? {};
    return type === 'tag' ? `tag:${normalizeTags([id])[0]}` : said.content;
  }
  const community = said.community_id === undefined ? null : `community:${said.community_id}`;
  if (kind.needs.includes('community')) {
    return community;
  }
  const person = said.target_user_id === undefined ? null : `user:${said.target_user_id}`;
  return kind.needs.includes('object') ? (person ?? community) : kind.needs.includes('person') ? person : null;
}

/**
 * The edges that a list of activities makes, the slow and obvious way: of all that was said of a fact the last word
 * counts, whatever was measured of a visit is one signal, everything else adds up. The order of arrival plays no part.
 *
 * @param nameOf the id that an old id stands for in the end.
 */
export function edgesOf(logged: readonly Logged[], now: number, nameOf: (id: string) => string): Map<string, unknown> {
  const edges = new Map<string, number>();
  const facts = new Map<string, unknown>();
  const counting = logged.filter(({ said, retracted }) => said.success !== false && !retracted);
  const signal = (one: Logged, measures: { seconds: number; scroll: number }) => {
    const { kind, said } = one;
    const weight = kind.weight + Math.min(measures.seconds / 60, 5) * 0.1 + (measures.scroll / 100) * 0.2;
    const person = nameOf(one.actor);
    const object = objectOf(one);
    const known = CONTENTS.find(({ content }) => content === object);
    const stated =
      kind.describes === true || kind.table === 'user_activity' || (one.trusted && said.hashtags !== undefined);
    const tags = normalizeTags(stated ? (said.hashtags ?? []) : (known?.tags ?? []));
    const other = said.target_user_id === undefined ? known?.author : nameOf(said.target_user_id);
    const add = (edge: keyof typeof FADES, to: string, share: number) => {
      const key = `${edge} ${person} ${to}`;
      edges.set(key, (edges.get(key) ?? 0) + share * 2 ** (-(now - one.at) / FADES[edge]));
    };
    if (kind.feeds.includes('ENGAGED') && object !== null && isContentType(parseReference(object)?.type ?? '')) {
      add('ENGAGED', object, weight);
    }
    if (kind.feeds.includes('INTERACTED') && other !== undefined && other !== person) {
      add('INTERACTED', other, weight);
    }
    if (kind.feeds.includes('INTERESTED_IN')) {
      for (const tag of tags) {
        add('INTERESTED_IN', tag, weight / tags.length);
      }
    }
  };
  const own = ({ said }: Logged) => ({
    seconds: said.duration_seconds ?? 0,
    scroll: said.scroll_depth_percentage ?? 0,
  });

  for (const one of counting.filter(({ kind }) => kind.nature === 'repeatable')) {
    signal(one, own(one));
  }
  for (const visit of groups(
    counting.filter(({ kind }) => kind.nature === 'measured'),
    (one) => visitOf(one, nameOf),
  )) {
    const covered = visit.map(({ at, said }) => [at - Math.round((said.duration_seconds ?? 0) * 1_000), at] as const);
    const scroll = Math.max(0, ...visit.map(({ said }) => said.scroll_depth_percentage ?? 0));
    signal(lastOf(visit), { seconds: union(covered) / 1_000, scroll });
  }
  const stating = counting.filter(({ kind }) => kind.fact !== undefined && kind.fact !== 'connection');
  for (const words of groups(stating.flatMap(eachTag), ({ one, about }) => factOf(one, about, nameOf))) {
    const { one, about } = words.reduce((last, word) => (later(word.one, last.one) ? word : last));
    if (one.kind.nature === 'standing') {
      signal(one, own(one));
      state(facts, one, about, nameOf);
    }
  }
  connections(counting, signal, facts);
  const weights = [...edges].filter(([, weight]) => Math.abs(weight) > 1e-9);
  return new Map([...weights, ...facts]);
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = byKey.get(key) ?? [];
    known.push(item);
    byKey.set(key, known);
  }
  return [...byKey.values()];
}

const lastOf = (words: readonly Logged[]): Logged => words.reduce((last, word) => (later(word, last) ? word : last));

function visitOf({ kind, actor, at, said, ...rest }: Logged, nameOf: (id: string) => string): string {
  const visit = said.session_id ?? new Date(at).toISOString().slice(0, 10);
  return [kind.name, nameOf(actor), objectOf({ kind, said, ...rest }), visit].join(' ');
}

/** Milliseconds that any of the stretches covers. */
function union(stretches: readonly (readonly [number, number])[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...stretches].sort(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

interface Word {
  readonly one: Logged;
  readonly about: string;
}

/** An interest is one fact a tag; any other fact is about one thing. */
function eachTag(one: Logged): readonly Word[] {
  return one.kind.fact === 'interest'
    ? normalizeTags(one.said.hashtags ?? []).map((tag) => ({ one, about: tag }))
    : [{ one, about: one.kind.needs.includes('person') ? `user:${one.said.target_user_id}` : (objectOf(one) ?? '') }];
}

function factOf({ kind, actor }: Logged, about: string, nameOf: (id: string) => string): string {
  return [kind.fact, kind.fact === 'authorship' ? '' : nameOf(actor), about].join(' ');
}

/** The edge that does not fade, if the fact has one. */
function state(facts: Map<string, unknown>, one: Logged, about: string, nameOf: (id: string) => string): void {
  const { kind, said, actor } = one;
  const person = nameOf(actor);
  if ((SUPPRESSING_FACTS as readonly unknown[]).includes(kind.fact) && about !== `user:${person}`) {
    facts.set(`SUPPRESSED ${person} ${about} ${kind.fact}`, true);
  } else if (kind.fact === 'join') {
    facts.set(`MEMBER_OF ${person} ${parseReference(about)?.id}`, true);
  } else if (kind.fact === 'interest') {
    facts.set(`DECLARED ${person} ${about}`, true);
  } else if ((kind.fact === 'follow' || kind.fact === 'circle') && about !== `user:${person}`) {
    facts.set(`CONNECTED ${person} ${said.target_user_id} ${kind.fact}`, kind.fact === 'circle' ? said.circle : true);
  }
}

/** Between two people what was said since the last end counts: of requests the last each way, and the last acceptance. */
function connections(
  counting: readonly Logged[],
  signal: (one: Logged, measures: { seconds: number; scroll: number }) => void,
  facts: Map<string, unknown>,
): void {
  const about = counting.filter(({ kind }) => kind.fact === 'connection');
  for (const words of groups(about, ({ actor, said }) => [actor, said.target_user_id].sort().join(' '))) {
    const { asked, accepted } = standing(words);
    const counts = [
      ...groups(asked, ({ actor }) => actor).map(lastOf),
      ...(accepted.length > 0 ? [lastOf(accepted)] : []),
    ];
    for (const one of counts) {
      signal(one, { seconds: one.said.duration_seconds ?? 0, scroll: one.said.scroll_depth_percentage ?? 0 });
    }
    for (const { actor, said } of accepted.length > 0 ? accepted : asked) {
      const status = accepted.length > 0 ? 'accepted' : 'requested';
      facts.set(`CONNECTED ${actor} ${said.target_user_id} connection`, status);
      if (status === 'accepted') {
        facts.set(`CONNECTED ${said.target_user_id} ${actor} connection`, status);
      }
    }
  }
}

/** Requests and acceptances since the last end. An acceptance that nobody trusted vouches for answers a request. */
export function standing(words: readonly Logged[]): {
  readonly asked: readonly Logged[];
  readonly accepted: readonly Logged[];
} {
  const ends = words.filter(({ kind }) => kind.nature === 'takes-back');
  const since = words.filter((word) => ends.every((end) => later(word, end)));
  const asked = since.filter(({ kind }) => kind.name === 'connection_request');
  const accepted = since.filter(({ kind }) => kind.name === 'connection_accept');
  return { asked, accepted: accepted.filter((word) => word.trusted || answers(word, asked)) };
}

export function answers(word: Pick<Logged, 'at' | 'said'>, asked: readonly Logged[]): boolean {
  return asked.some(({ actor, at }) => actor === word.said.target_user_id && at <= word.at);
}
