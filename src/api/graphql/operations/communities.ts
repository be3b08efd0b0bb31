import { COMMON, field } from './arguments.ts';
import { lifecycleOf } from './made.ts';
import type { Operation } from './operation.ts';

const COMMUNITY_UID = field('communityUid', 'ID!', 'community_id', 'The community.');

export const COMMUNITY_OPERATIONS: readonly Operation[] = [
  ...lifecycleOf('community'),
  {
    name: 'joinCommunity',
    meaning: 'Joins a community or group. Into one that is not public only a service lets somebody.',
    kind: 'join',
    arguments: [COMMUNITY_UID, ...COMMON],
  },
  {
    name: 'leaveCommunity',
    meaning: 'Leaves a community or group.',
    kind: 'leave',
    arguments: [COMMUNITY_UID, ...COMMON],
    takesBack: 'joinCommunity',
  },
];
