import type { Activity } from '../../activity/activity.ts';
import { parseReference, type Reference, referenceTo } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { type Known, standingKey } from './known.ts';

/** The community that an activity joins, or puts content into; null for all others. */
export function communityEntered({ kind, object, describes }: Activity): Reference | null {
  if (kind.name === 'join') {
    return object;
  }
  const community = describes?.community;
  const isCommunity = object !== null && parseReference(object)?.type === 'community';
  return community == null || isCommunity ? null : referenceTo('community', community);
}

/**
 * Law 6: nobody lets themselves into a community that is not public, and nobody but its members puts content there. A
 * trusted sender may do both for them. A community that the catalogue does not know is public.
 *
 * @returns the refusal, if any.
 */
export function refusedByCommunity(activity: Activity, trusted: boolean, known: Known): AppError | undefined {
  const reference = trusted ? null : communityEntered(activity);
  const community =
    reference === null ? undefined : (known.content.byKey.get(reference) ?? known.objects.get(reference));
  if (reference === null || community === undefined || community.visibility === 'public') {
    return undefined;
  }
  const { actor, kind } = activity;
  const belongs =
    community.authorId === actor || known.standing.byKey.get(standingKey(actor, 'join', reference))?.holds === true;
  if (belongs) {
    return undefined;
  }
  const reason = kind.name === 'join' ? 'somebody who may must let them in' : 'only its members put content there';
  return new AppError('FORBIDDEN', `community_id: ${reference} is not public to ${actor}; ${reason}`);
}
