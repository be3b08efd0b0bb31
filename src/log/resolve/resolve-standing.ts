import type { Activity } from '../../activity/activity.ts';
import type { Change, Circle, Signal } from '../../activity/fold-row.ts';
import { type Fact, SUPPRESSING_FACTS, type SuppressingFact } from '../../activity/kinds.ts';
import { referenceTo } from '../../activity/reference.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, type Stamp, type StandingRow, standingKey } from './known.ts';

/** What a fact is about: the person it names for facts between people, else the thing it was done to. */
export function factObject(activity: Activity): string {
  const { object, target, kind } = activity;
  const person = kind.needs.includes('person') && target !== null ? referenceTo('user', target) : null;
  return person ?? object ?? '';
}

/**
 * Authorship is one fact per content, whoever its author is: what making it began is taken back by its deletion even
 * when the author was corrected in between.
 */
export function factPerson(activity: Activity): string {
  return activity.kind.fact === 'authorship' ? '' : activity.actor;
}

/**
 * A fact is a register: the last word by (effective_at, uid) wins, whatever the order of arrival. The word that wins
 * takes back the signal of the one before; a word that loses changes nothing.
 */
export function resolveStanding(activity: Activity, fact: Fact, word: Stamp, own: Signal, known: Known): Effect {
  const holds = activity.kind.nature === 'standing';
  const value = activity.circle;
  const before = stateFact(known, { personId: factPerson(activity), fact, object: factObject(activity) }, word, {
    holds,
    kind: activity.kind.name,
    value,
    signal: holds ? own : null,
  });
  if (before === 'older') {
    return {};
  }
  return {
    counts: holds,
    takesBack: before?.holds && before.signal !== null ? [before.signal] : [],
    changes: changesOf(activity, fact, holds, word.at),
  };
}

/** Interests are one fact a tag; they have no signal. */
export function resolveInterests(activity: Activity, word: Stamp, known: Known): Effect {
  const declared = activity.kind.nature === 'standing';
  const changed = activity.tags.filter((tag) => {
    const key = { personId: activity.actor, fact: 'interest', object: referenceTo('tag', tag) };
    const row = { holds: declared, kind: activity.kind.name, value: null, signal: null };
    return stateFact(known, key, word, row) !== 'older';
  });
  return {
    changes: changed.map((tag) => ({ declared, edge: 'INTERESTED_IN', from: activity.actor, to: tag })),
  };
}

type FactKey = Pick<StandingRow, 'personId' | 'fact' | 'object'>;
type FactState = Pick<StandingRow, 'holds' | 'kind' | 'value' | 'signal'>;

/** States a fact and returns what held before; `older` when a later word stands already. */
function stateFact(known: Known, fact: FactKey, word: Stamp, state: FactState): StandingRow | undefined | 'older' {
  const key = standingKey(fact.personId, fact.fact, fact.object);
  const before = known.standing.byKey.get(key);
  if (!isLater(word, before?.word)) {
    return 'older';
  }
  putRow(known.standing, key, { ...fact, ...state, word });
  return before;
}

function isSuppressing(fact: Fact): fact is SuppressingFact {
  return (SUPPRESSING_FACTS as readonly Fact[]).includes(fact);
}

/** Keys in order: such objects are their own canonical form. */
function changesOf(activity: Activity, fact: Fact, holds: boolean, at: number): readonly Change[] {
  const { actor: from, target, community, circle } = activity;
  if (isSuppressing(fact)) {
    return [{ at, edge: 'SUPPRESSED', from, on: holds, reason: fact, to: factObject(activity) }];
  }
  if (fact === 'join' && community !== null) {
    return [{ edge: 'MEMBER_OF', from, on: holds, since: at, to: community }];
  }
  if (fact === 'follow' && target !== null) {
    return [{ edge: 'CONNECTED', fact, from, since: at, to: target, value: holds ? true : null }];
  }
  if (fact === 'circle' && target !== null) {
    return [{ edge: 'CONNECTED', fact, from, since: at, to: target, value: circleOf(holds, circle) }];
  }
  return [];
}

function circleOf(holds: boolean, circle: Circle | null): Circle | null {
  return holds ? circle : null;
}
