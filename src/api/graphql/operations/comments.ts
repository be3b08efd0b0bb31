import type { ActivityInput } from '../../../activity/activity.ts';
import { COMMON, contentOf, ID } from './arguments.ts';
import { titleCase } from './made.ts';
import type { Argument, Draft, Operation, Step, Values } from './operation.ts';

/** So many files of a comment are kept. */
const MOST_MEDIA = 20;

const COMMENT_UID: Argument = {
  name: 'commentUid',
  type: 'ID!',
  meaning: 'The id of the comment. The same comment again changes nothing.',
};

function media(meaning: string): Argument {
  return { name: 'media', type: '[ID!]', meaning: `${meaning}: as type:id, up to ${MOST_MEDIA}.` };
}

function filesOf({ media: files }: Values): readonly string[] {
  return ((files ?? []) as readonly string[]).slice(0, MOST_MEDIA);
}

/** Commenting on content of a type: the comment becomes content that answers it, and so do the files in it. */
export function commentOn(type: string): Operation {
  return {
    name: `commentOn${titleCase(type)}`,
    meaning: `Comments on a ${type}, or replies to a comment on it; the text stays with the product.`,
    kind: {
      says: '`comment`, or `reply`',
      of: ({ parentCommentUid: parent }) => (parent == null ? 'comment' : 'reply'),
    },
    arguments: [
      contentOf(type),
      COMMENT_UID,
      { name: 'parentCommentUid', type: 'ID', meaning: 'The comment that it replies to.' },
      media('Pictures, films and files in it'),
      { name: 'title', type: 'String', meaning: 'Shown in lists; kept in the catalogue only.' },
      ...COMMON.filter((one) => one !== ID),
    ],
    completed: aboutComment,
    steps: (own, values) => [...creations(own, values), { activity: own }],
  };
}

export const deleteComment: Operation = {
  name: 'deleteComment',
  meaning: 'Deletes a comment; what it had shown of engagement with what it answered ends too.',
  kind: 'delete',
  arguments: [contentOf('comment'), media('Pictures, films and files in it, which are deleted too'), ...COMMON],
  takesBack: 'commentOnPost',
  steps: (own, values) => {
    const { user_id, occurred_at, session_id } = own;
    const said = { user_id, occurred_at, session_id };
    return [
      ...filesOf(values).map(
        (content): Step => ({ activity: { ...said, activity_type: 'delete', content }, optional: true }),
      ),
      { activity: own },
    ];
  },
};

/** The id under which commenting is recorded: the same comment is the same activity. */
function commentingId(commentUid: string): string {
  return `commented ${commentUid}`.slice(0, 200);
}

function aboutComment(draft: Draft, { commentUid, parentCommentUid: parent }: Values): Draft {
  const answers = parent == null ? {} : { content_type: 'comment', content_id: String(parent) };
  const metadata = { ...draft.metadata, comment_uid: commentUid };
  return { ...draft, ...answers, metadata, id: commentingId(String(commentUid)) };
}

function creations(own: Draft, values: Values): Step[] {
  const { commentUid, title } = values;
  const { user_id, occurred_at, session_id } = own;
  const comment = `comment:${commentUid}`;
  const files = filesOf(values);
  const made = (content: string, more: Partial<ActivityInput>): Step => ({
    activity: {
      user_id,
      occurred_at,
      session_id,
      id: `made ${content} of ${comment}`.slice(0, 200),
      activity_type: 'create',
      content,
      ...more,
    },
  });
  return [
    made(comment, {
      reply_to: `${own.content_type}:${own.content_id}`,
      ...(title === undefined ? {} : { title: String(title) }),
      metadata: { has_media: files.length > 0, media_count: files.length },
    }),
    // A picture that somebody else made is in the comment too, but is not theirs to describe.
    ...files.map((file): Step => ({ ...made(file, { reply_to: comment }), optional: true })),
  ];
}
