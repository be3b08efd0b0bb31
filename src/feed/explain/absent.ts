import type { Pool } from 'pg';
import { readPeople } from '../../log/read/catalogue.ts';
import type { Considered, Feed } from '../feed.ts';
import type { Hydrated } from '../find/candidate.ts';
import { algorithmNamed } from '../rank/algorithms.ts';
import { featuresOf } from '../rank/features.ts';
import { scoreOf } from '../rank/part.ts';
import { lowestOf, scoreAlone } from '../rank/rank.ts';
import type { ItemExplanation } from './answer.ts';
import type { Explained } from './explain-item.ts';
import { whyNotFound } from './not-found.ts';
import { ordinal } from './words.ts';

type Absent =
  | Pick<ItemExplanation, 'summary' | 'not_found' | 'would_rank'>
  /** The rule that would take it out, had it been found. */
  | { readonly rule: string };

/**
 * Why something is not among the candidates of a feed: looked at with the feed's own steps, as if it had been found.
 * Undefined when neither store knows anything of it.
 */
export async function whyAbsent(
  { pool, consider }: { readonly pool: Pool; readonly consider: Feed['consider'] },
  about: Explained,
): Promise<Absent | undefined> {
  const { viewer, content, snapshot } = about;
  const considered = await consider({ viewer, content, algorithm: snapshot.algorithm });
  const { candidate, rule } = considered;
  if (rule !== undefined) {
    return { rule };
  }
  return candidate === undefined ? undefined : notFound(pool, about, { ...considered, candidate });
}

async function notFound(
  pool: Pool,
  { snapshot, now }: Explained,
  { candidate, viewer, algorithm, settings }: Considered & { readonly candidate: Hydrated },
): Promise<Absent> {
  const { author, tags, community } = candidate;
  const people = await readPeople(pool, author === null ? [] : [author]);
  const features = featuresOf(candidate, viewer, now);
  const lowest = lowestOf([...snapshot.items, { features }], algorithm, viewer.habits.flags, settings);
  const score = scoreOf(scoreAlone(candidate, features, { viewer, algorithm, settings, now, lowest }));
  const rank = 1 + snapshot.items.filter((item) => item.score > score).length;
  const sources = Object.keys(algorithmNamed(snapshot.algorithm).sources);
  const place = `about ${ordinal(rank)} of ${snapshot.items.length + 1}`;
  return {
    summary:
      candidate.sources.length === 0
        ? `None of the ${sources.length} sources of this feed proposed it; had one, it would be ${place}.`
        : `No source had proposed it when this feed was ranked; now one does, and the next feed may have it ${place}.`,
    would_rank: { rank, score },
    not_found: whyNotFound(
      sources.filter((source) => !candidate.sources.includes(source)),
      settings.off,
      {
        authorName: author === null ? null : (people.get(author)?.name ?? author),
        tied: author !== null && viewer.ties.has(author),
        tags,
        shared: tags.filter((tag) => viewer.interests.has(tag)),
        inCommunity: community !== null,
        member: community !== null && viewer.communities.has(community),
        similar: candidate.similar,
        alike: candidate.alike,
      },
    ),
  };
}
