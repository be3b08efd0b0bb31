import { ACTOR, field, ID, noted, OCCURRED_AT, SESSION, TARGET } from './arguments.ts';
import type { Argument, Operation } from './operation.ts';

// No metadata: there is no place where the text of a message could come in.
const WITHOUT_TEXT: readonly Argument[] = [
  noted('messageUid', 'ID', 'message_uid', "The product's id of the message."),
  ID,
  ACTOR,
  OCCURRED_AT,
  SESSION,
];

export const MESSAGE_OPERATIONS: readonly Operation[] = [
  {
    name: 'createConversationMessage',
    meaning: 'Sent somebody a message: the fact, never the text.',
    kind: 'message',
    arguments: [
      TARGET,
      noted('conversationUid', 'ID', 'conversation_uid', "The product's id of the conversation."),
      ...WITHOUT_TEXT,
    ],
  },
  {
    name: 'sendMatrixMessage',
    meaning: 'Wrote in the chat of a community: the fact, never the text.',
    kind: 'community_message',
    arguments: [
      field('communityUid', 'ID!', 'community_id', 'The community.'),
      noted('roomId', 'ID', 'room_id', "The product's id of the room."),
      ...WITHOUT_TEXT,
    ],
  },
];
