import { engagementOf } from './engagement.ts';
import type { EdgeSignal, Signal } from './fold-row.ts';
import { kindNamed } from './kinds.ts';
import type { Ranking } from './ranking.ts';
import { isContentType, parseReference, type Reference } from './reference.ts';

/**
 * What a signal adds to which fading edges.
 *
 * The engagement of the activity goes in full to the content and to the person behind it (the target, or else the
 * author unless that is the person themselves), and in equal shares to the content's tags: a text with ten tags shows
 * no more interest than one with two. Making a community (`content` is `community:…`) shows interest in its tags only.
 * Depends on the signal and the ranking settings only.
 */
export function edgeSignals(signal: Signal, ranking: Ranking): EdgeSignal[] {
  const { feeds } = kindNamed(signal.kind);
  const weight = signal.sign * engagementOf(signal.kind, signal, ranking);
  if (weight === 0) {
    return [];
  }
  const result: EdgeSignal[] = [];
  if (feeds.includes('ENGAGED') && signal.content !== null && isContent(signal.content)) {
    result.push({ edge: 'ENGAGED', from: signal.person, to: signal.content, weight, at: signal.at });
  }
  const other = signal.target ?? signal.author;
  if (feeds.includes('INTERACTED') && other !== null && other !== signal.person) {
    result.push({ edge: 'INTERACTED', from: signal.person, to: other, weight, at: signal.at });
  }
  if (feeds.includes('INTERESTED_IN')) {
    const share = weight / signal.tags.length;
    for (const tag of signal.tags) {
      result.push({ edge: 'INTERESTED_IN', from: signal.person, to: tag, weight: share, at: signal.at });
    }
  }
  return result;
}

function isContent(reference: Reference): boolean {
  return isContentType(parseReference(reference)?.type ?? '');
}
