import type { Source } from './source.ts';

const MOST_TAGS = 20;
const MOST_FINDS = 40;

/** What of the newest has tags that I am interested in: what a new person who named interests is shown. */
export const interests: Source = {
  name: 'interests',
  needs: 'relations',
  async find({ recent, interests: known }) {
    const tags = new Set((await known).slice(0, MOST_TAGS).map(({ tag }) => tag));
    if (tags.size === 0) {
      return [];
    }
    const finds = (await recent).map(({ content, tags: its }) => ({
      content,
      score: its.filter((tag) => tags.has(tag)).length,
    }));
    // The sort is stable: of those with as many matches the newest comes first.
    return finds
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_FINDS);
  },
};
