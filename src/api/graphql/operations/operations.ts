import { CONTENT_OPERATIONS, POST_OPERATIONS, STORY_OPERATIONS } from './about-content.ts';
import { ACCOUNT_OPERATIONS } from './account.ts';
import { COMMUNITY_OPERATIONS } from './communities.ts';
import { CONNECTION_OPERATIONS } from './connections.ts';
import { MESSAGE_OPERATIONS } from './messages.ts';
import type { Operation } from './operation.ts';
import { TRACKING_OPERATIONS } from './tracked.ts';
import { VIBE_OPERATIONS } from './vibes.ts';

/** Every mutation that records what somebody did, by what it is about. The schema, the access list and the page are made of this. */
export const OPERATIONS_BY_SUBJECT: Readonly<Record<string, readonly Operation[]>> = {
  Tracking: TRACKING_OPERATIONS,
  Posts: POST_OPERATIONS,
  Stories: STORY_OPERATIONS,
  'Any content': CONTENT_OPERATIONS,
  Connections: CONNECTION_OPERATIONS,
  Messages: MESSAGE_OPERATIONS,
  Communities: COMMUNITY_OPERATIONS,
  'Accounts and searches': ACCOUNT_OPERATIONS,
  Vibes: VIBE_OPERATIONS,
};

export const OPERATIONS: readonly Operation[] = Object.values(OPERATIONS_BY_SUBJECT).flat();
