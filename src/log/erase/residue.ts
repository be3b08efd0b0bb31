import { edgeSignals } from '../../activity/edge-signals.ts';
import type { Change, Signal } from '../../activity/fold-row.ts';
import { findKind } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { isContentType, parseReference, type Reference } from '../../activity/reference.ts';
import { isClearing, isOwnKind } from '../chain/clearing.ts';
import { type FoldPart, signalsOf, takenBack } from '../chain/fold-part.ts';
import { type ErasedNames, isPerson, isTheirs } from './names.ts';

/** The signals of a row as they were folded; none of a kind that this version does not know. */
function foldedSignals(part: FoldPart): readonly Signal[] {
  const { actorId } = part;
  if (isOwnKind(part.kind) || actorId === null || findKind(part.kind) === undefined) {
    return takenBack(part);
  }
  return signalsOf({ ...part, actorId });
}

/**
 * What is left of a row that is erased: what others did to what is not the erased person's, without the person. Who
 * answered them keeps having written the answer; who did something to them, or to what they made, has not done it.
 */
export function residueOf(part: FoldPart, names: ErasedNames): Signal[] {
  return foldedSignals(part).flatMap((signal) => withoutPerson(signal, names) ?? []);
}

/** The signal without the person; undefined when nothing is left of it. */
function withoutPerson(signal: Signal, names: ErasedNames): Signal | undefined {
  const { person, content, target, author, tags } = signal;
  if (isPerson(names, person) || (content !== null && isTheirs(names, content))) {
    return undefined;
  }
  const toThem = target !== null && isPerson(names, target);
  return {
    ...signal,
    target: toThem ? null : target,
    // Something done to the person was not done to the author, who would be next.
    author: toThem || (author !== null && isPerson(names, author)) ? null : author,
    tags: tags.filter((tag) => !isTheirs(names, tag)),
  };
}

/** The facts of others in a row that is erased, such as those that somebody else brought along when two ids became one. */
export function changesOf({ changes }: FoldPart, names: ErasedNames): Change[] {
  return (changes ?? []).filter(
    (change): change is Change =>
      !isClearing(change) &&
      !isPerson(names, change.from) &&
      !isPerson(names, change.to) &&
      !isTheirs(names, change.to),
  );
}

/** The content or community that a row describes and that is not the person's: it is described again. */
export function describedBy({ structure }: FoldPart, names: ErasedNames): Reference | null {
  return structure === null || isTheirs(names, structure.object) ? null : structure.object;
}

/** A node (edge is its label, `to` is empty) or a fading edge that a row had part in. */
export interface Trace {
  readonly edge: string;
  readonly from: string;
  readonly to: string;
}

/** Every node and fading edge that a row had part in: what the graph must be set right in when the row is gone. */
export function tracesOf(part: FoldPart, ranking: Ranking): Trace[] {
  const traces: Trace[] = [];
  const node = (edge: string, from: string): void => void traces.push({ edge, from, to: '' });
  for (const signal of foldedSignals(part)) {
    for (const { edge, from, to } of edgeSignals(signal, ranking)) {
      traces.push({ edge, from, to });
      node('User', from);
      node({ ENGAGED: 'Content', INTERACTED: 'User', INTERESTED_IN: 'Tag' }[edge], to);
    }
  }
  for (const change of part.changes ?? []) {
    if (isClearing(change)) {
      continue;
    }
    node('User', change.from);
    switch (change.edge) {
      case 'CONNECTED':
      case 'ALIAS':
        node('User', change.to);
        break;
      case 'SUPPRESSED':
        traces.push(...nodeOf(change.to));
        break;
      case 'MEMBER_OF':
        node('Community', change.to);
        break;
      default:
        node('Tag', change.to);
        traces.push({ edge: change.edge, from: change.from, to: change.to });
    }
  }
  if (part.structure !== null) {
    const { object, author, tags, community, replyTo } = part.structure;
    traces.push(...nodeOf(object), ...(replyTo === null ? [] : nodeOf(replyTo)));
    traces.push(...tags.map((tag) => ({ edge: 'Tag', from: tag, to: '' })));
    traces.push(...(author === null ? [] : [{ edge: 'User', from: author, to: '' }]));
    traces.push(...(community === null ? [] : [{ edge: 'Community', from: community, to: '' }]));
  }
  return traces;
}

function nodeOf(reference: Reference): Trace[] {
  const parts = parseReference(reference);
  if (parts === undefined) {
    return [];
  }
  const { type, id } = parts;
  if (isContentType(type)) {
    return [{ edge: 'Content', from: reference, to: '' }];
  }
  return [{ edge: { user: 'User', tag: 'Tag', community: 'Community' }[type] ?? 'Content', from: id, to: '' }];
}
