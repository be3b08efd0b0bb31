import type { PersonalSource } from './source.ts';

/** What is similar to what I engaged with lately and, with a share, to what those I am in touch with openly like. */
export const similarContent: PersonalSource<'similar_content'> = {
  find: async ({ similar, excludedTypes }, { most }) => (await similar).best(most, excludedTypes),
};
