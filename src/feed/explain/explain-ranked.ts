import type { Pool } from 'pg';
import { referenceTo } from '../../activity/reference.ts';
import { readOwnActs } from '../../log/read/own-words.ts';
import { visibleNow } from '../../log/read/permissions.ts';
import type { Snapshot, SnapshotItem } from '../snapshot.ts';
import { MOST_BECAUSE } from '../stored-feed.ts';
import type { Because, Counterfactual, PathEdge, RankedExplanation } from './answer.ts';
import { type Reranked, rerank } from './counterfactual.ts';
import type { Faces } from './explain.ts';
import type { Explained } from './explain-item.ts';
import { readFaces } from './faces.ts';
import { type Ranked, toFeedItem } from './present.ts';
import { actWords, ordinal } from './words.ts';

/** So many of a person's own activities are named. */
const MOST_NAMED = 5;

/** An item with everything that put it where it is. */
export async function explainRanked(
  { pool }: { readonly pool: Pool },
  about: Explained,
  place: Ranked,
): Promise<RankedExplanation> {
  const { viewer, wishes, current, now } = about;
  const { item } = place;
  const [faces, because] = await Promise.all([
    readFaces(pool, [item], { viewer, suppressions: wishes.suppressions, now }),
    readBecause(pool, viewer, item),
  ]);
  const shown = toFeedItem(place, current.title, faces, now);
  return {
    ...shown,
    features: item.features,
    propensity: item.propensity,
    path: pathOf(item, { faces, because, people: shown.proof.people }),
    because,
    counterfactual: counterfactualOf(about.snapshot, item.content, because),
  };
}

async function readBecause(pool: Pool, viewer: string, item: SnapshotItem): Promise<Because[]> {
  const counted = item.because.slice(0, MOST_NAMED);
  const contents = counted.map(([content]) => content);
  const [acts, visible] = await Promise.all([
    readOwnActs(pool, viewer, contents),
    // What the person turned to may have been deleted or made private since; then its title is not theirs to know.
    visibleNow(pool, viewer, contents),
  ]);
  return counted.map(([content, similarity]) => ({
    content,
    title: visible.get(content)?.title ?? null,
    activities: (acts.get(content) ?? []).map(({ kind, at }) => ({
      activity_type: kind,
      at: new Date(at).toISOString(),
    })),
    similarity,
  }));
}

interface PathFacts {
  readonly faces: Faces;
  readonly because: readonly Because[];
  /** Who openly stands by it. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

/** The edges that a person may know: their own, and what others did openly. */
function pathOf(item: SnapshotItem, { faces, because, people }: PathFacts): PathEdge[] {
  const { author, evidence, features, community } = item;
  return [
    ...(author === null || evidence.relation === null || !faces.holds(author, evidence.relation)
      ? []
      : [tieTo(author, item, faces)]),
    ...people.map(
      ({ id, name }): PathEdge => ({
        edge: 'ENGAGED',
        through: referenceTo('user', id),
        name,
        says: `${name}, whom you are in touch with, liked this`,
        value: null,
      }),
    ),
    ...because
      .filter(({ similarity }) => similarity > 0)
      .map(
        (one): PathEdge => ({
          edge: 'SIMILAR_TO',
          through: one.content,
          name: nameOf(one),
          says: `People who turn to ${nameOf(one)} turn to this too; your ${actOf(one)} ${nameOf(one)} counts`,
          value: one.similarity,
        }),
      ),
    ...evidence.interests.map(
      (tag): PathEdge => ({
        edge: 'INTERESTED_IN',
        through: referenceTo('tag', tag),
        name: `#${tag}`,
        says: `You are interested in #${tag}`,
        value: null,
      }),
    ),
    ...(community === null || features.community === 0
      ? []
      : [
          {
            edge: 'MEMBER_OF' as const,
            through: referenceTo('community', community),
            name: community,
            says: `You are a member of ${community}`,
            value: null,
          },
        ]),
  ];
}

function tieTo(author: string, { features }: SnapshotItem, faces: Faces): PathEdge {
  const name = faces.nameOf(author);
  const own = features.interaction > 0 ? ', to which your own dealings with them add' : '';
  return {
    edge: 'TIE',
    through: referenceTo('user', author),
    name,
    says: `Your tie to ${name}, who made this, has a strength of ${features.connection.toFixed(2)}${own}`,
    value: features.connection,
  };
}

/**
 * What would become of the item without what counted most of what the person did, told for what is stored: nothing new
 * is looked for. Both places are of the stored candidates scored again, with and without it, so that what the storing
 * rounds moves neither.
 */
export function counterfactualOf(
  snapshot: Pick<Snapshot, 'id' | 'items' | 'rankedWith'>,
  item: string,
  because: readonly Because[],
): Counterfactual | null {
  const [most] = because.filter(({ similarity }) => similarity > 0);
  if (most === undefined) {
    return null;
  }
  const among = (ranking: readonly Reranked[]) => ranking.find(({ content }) => content === item);
  const before = among(rerank(snapshot, null));
  const again = among(rerank(snapshot, most.content));
  if (before === undefined || again === undefined) {
    return null;
  }
  const { content, title } = most;
  const candidates = snapshot.items.length;
  const change =
    again.rank === before.rank
      ? `it would still be ${ordinal(again.rank)}`
      : `it would be ${ordinal(again.rank)} instead of ${ordinal(before.rank)}`;
  return {
    without: { content, title, activity_type: kindOf(most) },
    rank: again.rank,
    score: again.score,
    candidates,
    says: `Without your ${actOf(most)} ${nameOf(most)} ${change}. Computed on the ${candidates} stored candidates of this feed, scored again without what that adds, where it is among the ${MOST_BECAUSE} things that count most, to how similar they are to what you like; nothing new was looked for.`,
  };
}

function nameOf({ content, title }: Pick<Because, 'content' | 'title'>): string {
  return title === null ? content : `“${title}”`;
}

function actOf(because: Because): string {
  return actWords(kindOf(because));
}

/** Of what somebody did with one thing, what says most; views and the like come last. */
function kindOf({ activities }: Because): string {
  const kinds = activities.map(({ activity_type }) => activity_type);
  return kinds.find((kind) => !PASSING.has(kind)) ?? kinds[0] ?? 'view';
}

const PASSING = new Set(['view', 'impression', 'served', 'time_spent', 'scroll_depth', 'click', 'expand']);
