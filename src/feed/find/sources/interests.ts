import type { PersonalSource } from './source.ts';

/** What of the newest has tags that I am interested in: what a new person who named interests is shown. */
export const interests: PersonalSource<'interests'> = {
  async find({ recent, reader }, options) {
    const tags = new Set(reader.interests.slice(0, options.tags).map(({ tag }) => tag));
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
      .slice(0, options.most);
  },
};
