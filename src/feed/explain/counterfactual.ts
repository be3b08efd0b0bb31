import { parseReference } from '../../activity/reference.ts';
import { explore, mayBeDrawn } from '../rank/explore.ts';
import { lowered } from '../rank/lower.ts';
import { type Part, scoreOf } from '../rank/part.ts';
import { lowestOf, scoreCandidate } from '../rank/rank.ts';
import { arrange } from '../rank/slate.ts';
import type { Snapshot } from '../snapshot.ts';

/** An item as it would be ranked. */
export interface Reranked {
  readonly content: string;
  readonly rank: number;
  readonly score: number;
}

/**
 * The candidates of a feed, scored and arranged again as if the person had not turned to one piece of content: what it
 * added to how similar each candidate is to what they like is taken away where that is kept (see `MOST_BECAUSE`), and
 * nothing new is looked for. All else that
 * followed from it (an interest in its tags, a share of its type) stays, so this tells of the one signal alone.
 *
 * @param without - content that the person turned to; null: nothing is taken away, which gives the feed as it was.
 */
export function rerank(snapshot: Pick<Snapshot, 'id' | 'items' | 'rankedWith'>, without: string | null): Reranked[] {
  const { algorithm, flags, settings, typeShares } = snapshot.rankedWith;
  const changed = snapshot.items.map((item) => {
    const added = item.because.find(([content]) => content === without)?.[1] ?? 0;
    return { item, features: { ...item.features, similar: item.features.similar - added } };
  });
  const lowest = lowestOf(changed, algorithm, flags, settings);
  const scored = changed.map(({ item, features }) => {
    const inNetwork = item.evidence.relation !== null;
    return {
      content: item.content,
      type: parseReference(item.content)?.type ?? '',
      author: item.author,
      tags: item.tags,
      parts: lowered(
        scoreCandidate({ features, inNetwork }, algorithm, flags, { settings, lowest }),
        'fatigue',
        leftByFatigue(item.parts),
      ),
    };
  });
  const arranged = arrange(scored, algorithm.slate, new Map(Object.entries(typeShares)));
  const draw = { seed: snapshot.id, mayBeDrawn: mayBeDrawn(settings) };
  return explore(arranged, algorithm.exploration, draw).map(({ content, score }, index) => ({
    content,
    rank: index + 1,
    score,
  }));
}

/** The factor that fatigue left of a score: what stands in the stored parts, read backwards. */
function leftByFatigue(parts: readonly Part[]): number {
  const at = parts.findIndex(([name]) => name === 'fatigue');
  const before = Math.abs(scoreOf(parts.slice(0, Math.max(at, 0))));
  return at < 0 || before === 0 ? 1 : 1 + (parts[at]?.[1] ?? 0) / before;
}
