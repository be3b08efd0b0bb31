import type { Source } from './source.ts';

const MOST_FINDS = 60;

/** What was made last, by anybody. */
export const newest: Source = {
  name: 'new',
  needs: 'nothing',
  async find({ recent }) {
    return (await recent).slice(0, MOST_FINDS).map(({ content, createdAt }) => ({ content, score: createdAt }));
  },
};
