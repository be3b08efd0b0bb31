import { COMMON, field, HASHTAGS, noted } from './arguments.ts';
import type { Operation } from './operation.ts';

export const ACCOUNT_OPERATIONS: readonly Operation[] = [
  { name: 'login', meaning: 'Logged in.', kind: 'login', arguments: [...COMMON] },
  { name: 'logout', meaning: 'Logged out.', kind: 'logout', arguments: [...COMMON] },
  {
    name: 'updateProfile',
    meaning: 'Changed their own profile; what is given is kept in the catalogue of people.',
    kind: 'profile_update',
    arguments: [
      noted('name', 'String', 'name', 'How others may see them.'),
      noted('emails', '[String!]', 'emails', 'Their addresses.'),
      noted('timeZone', 'String', 'time_zone', 'As in Europe/Berlin.'),
      ...COMMON,
    ],
  },
  {
    name: 'recordSearch',
    meaning: 'Searched; the hashtags, and those in the words, feed interests.',
    kind: 'search',
    arguments: [field('query', 'String', 'description', 'The words that were searched for.'), HASHTAGS, ...COMMON],
  },
];
