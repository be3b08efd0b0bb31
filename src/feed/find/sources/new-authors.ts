import type { CommonSource } from './source.ts';

/** What somebody made who has made little yet, the newest authors first: without a lift nobody would ever see it. */
export const newAuthors: CommonSource<'new_authors'> = {
  async find({ recent }, { most, works: mostWorks }) {
    return (await recent)
      .filter(({ author, works }) => author !== null && works <= mostWorks)
      .map(({ content, works }) => ({ content, score: 1 / works }))
      .sort((a, b) => b.score - a.score)
      .slice(0, most);
  },
};
