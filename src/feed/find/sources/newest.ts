import type { CommonSource } from './source.ts';

/** What was made last, by anybody. */
export const newest: CommonSource<'new'> = {
  async find({ recent }, { most }) {
    return (await recent).slice(0, most).map(({ content, createdAt }) => ({ content, score: createdAt }));
  },
};
