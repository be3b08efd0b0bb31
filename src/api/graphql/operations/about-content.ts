import { COMMON, COMMUNITY, CONTENT, contentOf, DURATION, field, noted, SCROLL } from './arguments.ts';
import { commentOn, deleteComment } from './comments.ts';
import { lifecycleOf } from './made.ts';
import type { Operation } from './operation.ts';

const POST = contentOf('post');
const STORY = contentOf('story');
const HAS_MEDIA = noted('hasMedia', 'Boolean', 'has_media', 'Whether pictures or films belong to it.');
const REACTION = noted('reaction', 'String', 'reaction', 'Which reaction.');

export const POST_OPERATIONS: readonly Operation[] = [
  ...lifecycleOf('post', [
    COMMUNITY,
    noted('postType', 'String', 'post_type', 'What the product calls this type of post.'),
    HAS_MEDIA,
  ]),
  {
    name: 'likePost',
    meaning: 'Likes a post; liking it twice is one like.',
    kind: 'like',
    arguments: [POST, ...COMMON],
  },
  {
    name: 'unlikePost',
    meaning: 'Takes a like back.',
    kind: 'unlike',
    arguments: [POST, ...COMMON],
    takesBack: 'likePost',
  },
  commentOn('post'),
  deleteComment,
  { name: 'sharePost', meaning: 'Shares a post.', kind: 'share', arguments: [POST, ...COMMON] },
  {
    name: 'viewPost',
    meaning: 'Opened or read a post.',
    kind: 'view',
    arguments: [POST, DURATION, SCROLL, ...COMMON],
  },
  { name: 'savePost', meaning: 'Saves a post for later.', kind: 'save', arguments: [POST, ...COMMON] },
  {
    name: 'unsavePost',
    meaning: 'Takes a post off the list of what is saved.',
    kind: 'unsave',
    arguments: [POST, ...COMMON],
    takesBack: 'savePost',
  },
];

export const STORY_OPERATIONS: readonly Operation[] = [
  ...lifecycleOf('story', [HAS_MEDIA]),
  {
    name: 'reactToStory',
    meaning: 'Reacts to a story; a person has one reaction to each.',
    kind: 'react',
    arguments: [STORY, REACTION, ...COMMON],
  },
  {
    name: 'unreactToStory',
    meaning: 'Takes a reaction back.',
    kind: 'unreact',
    arguments: [STORY, ...COMMON],
    takesBack: 'reactToStory',
  },
  commentOn('story'),
  {
    name: 'viewStory',
    meaning: 'Opened or watched a story.',
    kind: 'view',
    arguments: [STORY, DURATION, ...COMMON],
  },
];

const OBJECT = [
  field('content', 'ID', 'content', 'Content as type:id, or a tag as tag:name. Or give one of the next two.'),
  field('targetUserId', 'ID', 'target_user_id', 'A person.'),
  field('communityUid', 'ID', 'community_id', 'A community.'),
];
const REASON = noted('reason', 'String', 'reason', 'Why, in a word of the product.');

/** Stating something, and taking it back. */
function pair(states: Operation, back: Pick<Operation, 'name' | 'meaning'> & { readonly kind: string }): Operation[] {
  const args = states.arguments.filter(({ name }) => name !== 'reaction' && name !== 'reason');
  return [states, { ...back, arguments: args, takesBack: states.name }];
}

/** What can be done to content of any type, and what somebody does not want. */
export const CONTENT_OPERATIONS: readonly Operation[] = [
  ...pair(
    { name: 'upvote', meaning: 'Votes for content.', kind: 'upvote', arguments: [CONTENT, ...COMMON] },
    { name: 'cancelVote', meaning: 'Takes a vote, for or against, back.', kind: 'cancel_vote' },
  ),
  {
    name: 'downvote',
    meaning: 'Votes against content; replaces a vote for it.',
    kind: 'downvote',
    arguments: [CONTENT, ...COMMON],
  },
  ...pair(
    { name: 'hide', meaning: 'Never wants to see this again.', kind: 'hide', arguments: [...OBJECT, ...COMMON] },
    { name: 'unhide', meaning: 'Wants to see this again.', kind: 'unhide' },
  ),
  ...pair(
    {
      name: 'report',
      meaning: 'Reports this as wrong or harmful.',
      kind: 'report',
      arguments: [...OBJECT, REASON, ...COMMON],
    },
    { name: 'withdrawReport', meaning: 'Takes a report back.', kind: 'withdraw_report' },
  ),
  ...pair(
    {
      name: 'notInterested',
      meaning: 'Wants less of this kind.',
      kind: 'not_interested',
      arguments: [...OBJECT, REASON, ...COMMON],
    },
    { name: 'interestedAgain', meaning: 'Takes “not interested” back.', kind: 'interested_again' },
  ),
  ...pair(
    {
      name: 'mute',
      meaning: 'Does not want to hear of this person, tag, community or content.',
      kind: 'mute',
      arguments: [...OBJECT, ...COMMON],
    },
    { name: 'unmute', meaning: 'Ends a mute.', kind: 'unmute' },
  ),
  {
    name: 'takeBack',
    meaning: 'Takes one view, share, message or whatever else counts each time back, once.',
    kind: 'retract',
    arguments: [
      field('activityId', 'ID!', 'activity_id', 'The id that was sent or answered when it was recorded.'),
      ...COMMON,
    ],
    takesBack: 'sharePost',
  },
  {
    name: 'exploreClick',
    meaning: 'Opened content from a page of discoveries; feeds interest in its tags.',
    kind: 'explore_click',
    arguments: [CONTENT, ...COMMON],
  },
  {
    name: 'recordImpression',
    meaning: 'Content was on the screen: neither a view nor engagement.',
    kind: 'impression',
    arguments: [CONTENT, ...COMMON],
  },
];
