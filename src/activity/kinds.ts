/**
 * The catalogue of activity kinds: the one place that says what an activity of a kind is called, which audit table
 * holds it, what it weighs, what it must carry and which edges of the graph it feeds. Everything else (schemas, audit
 * rows, the fold into the graph, the doors) is driven by this table.
 */
import type { Alias, Kind } from './kind.ts';

export {
  type Alias,
  AUDIT_TABLES,
  type AuditTable,
  FACTS,
  FADING_EDGES,
  type Fact,
  type FadingEdge,
  type Kind,
  type Need,
  SUPPRESSING_FACTS,
  type SuppressingFact,
} from './kind.ts';

type Shape = Partial<Omit<Kind, 'name' | 'aliases' | 'meaning'>> & { readonly aliases?: readonly (string | Alias)[] };

function kind(name: string, meaning: string, defaults: Shape, own: Shape = {}): Kind {
  const merged = { ...defaults, ...own };
  return {
    nature: 'repeatable',
    table: 'content_interaction',
    word: name,
    weight: 0,
    feeds: [],
    needs: [],
    ...merged,
    name,
    meaning,
    aliases: (own.aliases ?? []).map((alias) => (typeof alias === 'string' ? { word: alias } : alias)),
  };
}

const ON_CONTENT: Shape = { feeds: ['ENGAGED', 'INTERACTED', 'INTERESTED_IN'], needs: ['content'] };
const ON_PERSON: Shape = { table: 'social_interaction', feeds: ['INTERACTED'], needs: ['person'] };
const ON_MEDIA: Shape = { ...ON_CONTENT, table: 'media_interaction' };
const ON_VIBE: Shape = { table: 'vibe_activity', feeds: ['ENGAGED'], needs: ['content'] };
const GENERAL: Shape = { table: 'user_activity', nature: 'record' };
const SESSION: Shape = { table: 'session_activity', nature: 'record', needs: ['session'] };
const SUPPRESS: Shape = { nature: 'standing', needs: ['object'] };
const RELEASE: Shape = { nature: 'takes-back', needs: ['object'] };

const CONTENT_KINDS = [
  kind('view', 'Opened or read content.', ON_CONTENT, {
    weight: 0.1,
    aliases: [
      { word: 'question_viewed', contentType: 'question' },
      { word: 'answer_viewed', contentType: 'answer' },
      { word: 'post_view', contentType: 'post' },
    ],
  }),
  kind('time_spent', 'Spent time on content up to this moment; only its duration counts.', ON_CONTENT, {
    nature: 'measured',
    needs: ['content', 'duration'],
    aliases: ['dwell'],
  }),
  kind('scroll_depth', 'Scrolled through content; only how far counts.', ON_CONTENT, {
    nature: 'measured',
    needs: ['content', 'scroll'],
    aliases: ['scroll'],
  }),
  kind('click', 'Clicked or tapped content.', ON_CONTENT, { weight: 0.15 }),
  kind('explore_click', 'Opened content from a page of discoveries.', ON_CONTENT, { weight: 0.15 }),
  kind('expand', 'Unfolded content or its media.', ON_CONTENT, { weight: 0.15, aliases: ['media_expansion'] }),
  kind('like', 'Liked content.', ON_CONTENT, { weight: 0.3, nature: 'standing', fact: 'like', aliases: ['vibe'] }),
  kind('unlike', 'Took a like back.', ON_CONTENT, { nature: 'takes-back', fact: 'like' }),
  kind('react', 'Reacted to content; a person has one reaction to each.', ON_CONTENT, {
    weight: 0.3,
    nature: 'standing',
    fact: 'reaction',
    aliases: ['reaction'],
  }),
  kind('unreact', 'Took a reaction back.', ON_CONTENT, { nature: 'takes-back', fact: 'reaction' }),
  kind(
    'comment',
    'Commented on content. With `comment_uid` in its metadata it ends when that comment is deleted.',
    ON_CONTENT,
    {
      weight: 0.5,
      aliases: [
        { word: 'question_commented', contentType: 'question' },
        { word: 'answer_commented', contentType: 'answer' },
      ],
    },
  ),
  kind(
    'reply',
    'Replied to a comment. With `comment_uid` in its metadata it ends when that reply is deleted.',
    ON_CONTENT,
    { weight: 0.5 },
  ),
  kind('answer', 'Answered a question; the answer itself is created as content.', ON_CONTENT, {
    weight: 0.5,
    aliases: ['answered'],
  }),
  kind('share', 'Shared content.', ON_CONTENT, { weight: 0.7 }),
  kind('repost', 'Posted content again under their own name.', ON_CONTENT, { weight: 0.7 }),
  kind('save', 'Saved content for later.', ON_CONTENT, {
    weight: 0.6,
    nature: 'standing',
    fact: 'save',
    aliases: ['bookmark'],
  }),
  kind('unsave', 'Took a saved item off the list.', ON_CONTENT, {
    nature: 'takes-back',
    fact: 'save',
    aliases: ['unbookmark'],
  }),
  kind('upvote', 'Voted for content.', ON_CONTENT, {
    weight: 0.3,
    nature: 'standing',
    fact: 'vote',
    aliases: ['upvoted'],
  }),
  kind('downvote', 'Voted against content; replaces a vote for it.', ON_CONTENT, {
    nature: 'standing',
    fact: 'vote',
    aliases: ['downvoted'],
  }),
  kind('cancel_vote', 'Took a vote back.', ON_CONTENT, {
    nature: 'takes-back',
    fact: 'vote',
    aliases: ['vote_cancelled', 'vote_canceled', 'unvote'],
  }),
  kind('create', 'Made content or a community.', ON_CONTENT, {
    weight: 1,
    nature: 'standing',
    fact: 'authorship',
    needs: ['thing'],
    describes: true,
    feeds: ['ENGAGED', 'INTERESTED_IN'],
    aliases: [
      { word: 'post_create', contentType: 'post' },
      { word: 'story_create', contentType: 'story' },
      { word: 'community_create', contentType: 'community' },
      { word: 'question_asked', contentType: 'question' },
      { word: 'asked', contentType: 'question' },
      { word: 'ask', contentType: 'question' },
      { word: 'answer_posted', contentType: 'answer' },
      { word: 'comment_create', contentType: 'comment' },
    ],
  }),
  kind('update', 'Changed content or how it is described: tags, community, title, visibility.', ON_CONTENT, {
    nature: 'record',
    needs: ['thing'],
    describes: true,
    feeds: [],
    aliases: ['edit'],
  }),
  kind('retag', 'Changed the tags of content.', ON_CONTENT, {
    nature: 'record',
    describes: true,
    feeds: [],
    needs: ['content', 'tags'],
    aliases: ['retagged', { word: 'question_retagged', contentType: 'question' }],
  }),
  kind('delete', 'Deleted content; it leaves every feed at once.', ON_CONTENT, {
    nature: 'takes-back',
    fact: 'authorship',
    needs: ['thing'],
    feeds: ['ENGAGED', 'INTERESTED_IN'],
  }),
  kind('served', 'Content was part of a feed page that was sent.', ON_CONTENT, { nature: 'record', feeds: [] }),
  kind('impression', 'Content was on the screen.', ON_CONTENT, { nature: 'record', feeds: [], aliases: ['seen'] }),
  kind('join', 'Joined a community or group.', ON_CONTENT, {
    nature: 'standing',
    fact: 'join',
    feeds: [],
    needs: ['community'],
    aliases: ['community_join', 'group_join'],
  }),
  kind('leave', 'Left a community or group.', ON_CONTENT, {
    nature: 'takes-back',
    fact: 'join',
    feeds: [],
    needs: ['community'],
    aliases: ['community_leave', 'group_leave'],
  }),
];

const SUPPRESSING_KINDS = [
  kind('hide', 'Does not want to see this.', SUPPRESS, { fact: 'hide' }),
  kind('unhide', 'Wants to see this again.', RELEASE, { fact: 'hide' }),
  kind('report', 'Reported this as wrong or harmful.', SUPPRESS, { fact: 'report', aliases: ['content_report'] }),
  kind('withdraw_report', 'Took a report back.', RELEASE, { fact: 'report', aliases: ['unreport'] }),
  kind('not_interested', 'Wants less of this kind.', SUPPRESS, { fact: 'not_interested' }),
  kind('interested_again', 'Took a "not interested" back.', RELEASE, { fact: 'not_interested' }),
  kind('mute', 'Does not want to hear of this person, tag, community or content.', SUPPRESS, { fact: 'mute' }),
  kind('unmute', 'Ended a mute.', RELEASE, { fact: 'mute' }),
  kind('block', 'Wants nothing to do with this person.', SUPPRESS, {
    fact: 'block',
    table: 'social_interaction',
    needs: ['person'],
  }),
  kind('unblock', 'Ended a block.', RELEASE, { fact: 'block', table: 'social_interaction', needs: ['person'] }),
];

const PEOPLE_KINDS = [
  kind('profile_visit', "Opened somebody's profile.", ON_PERSON, {
    weight: 0.1,
    secondTable: 'profile_activity',
    aliases: ['profile_view'],
  }),
  kind('profile_vibe', "Sent a vibe to somebody's profile.", ON_PERSON, {
    weight: 0.3,
    table: 'profile_activity',
  }),
  kind('message', 'Sent somebody a message; the fact, never the text.', ON_PERSON, {
    wordless: true,
    weight: 0.5,
    aliases: ['conversation_message'],
  }),
  kind('community_message', 'Wrote in the chat of a community; the fact, never the text.', ON_PERSON, {
    wordless: true,
    weight: 0.2,
    nature: 'record',
    feeds: [],
    needs: ['community'],
    aliases: ['matrix_message'],
  }),
  kind('mention', 'Mentioned somebody.', ON_PERSON, { weight: 0.3 }),
  kind('follow', 'Follows somebody.', ON_PERSON, { weight: 0.5, nature: 'standing', fact: 'follow' }),
  kind('unfollow', 'Follows somebody no longer.', ON_PERSON, { nature: 'takes-back', fact: 'follow' }),
  kind('connection_request', 'Asked somebody to connect.', ON_PERSON, {
    weight: 0.3,
    nature: 'standing',
    fact: 'connection',
    aliases: ['send_request'],
  }),
  kind('connection_accept', 'Accepted a request to connect.', ON_PERSON, {
    weight: 0.5,
    nature: 'standing',
    fact: 'connection',
    aliases: ['connection_accepted', 'accepted'],
  }),
  kind('connection_decline', 'Declined a request to connect.', ON_PERSON, {
    nature: 'takes-back',
    fact: 'connection',
    aliases: ['connection_declined', 'declined'],
  }),
  kind('connection_remove', 'Ended a connection.', ON_PERSON, {
    nature: 'takes-back',
    fact: 'connection',
    aliases: ['connection_removed', 'disconnect'],
  }),
  kind('circle_update', 'Put somebody into a circle: inner, outer or universal.', ON_PERSON, {
    nature: 'standing',
    fact: 'circle',
    feeds: [],
    needs: ['person', 'circle'],
  }),
  kind('circle_remove', 'Took somebody out of their circles.', ON_PERSON, {
    nature: 'takes-back',
    fact: 'circle',
    feeds: [],
  }),
];

const MEDIA_KINDS = [
  kind('media_view', 'Looked at a picture, film or file.', ON_MEDIA, { word: 'view', weight: 0.1 }),
  kind('media_click', 'Clicked a picture, film or file.', ON_MEDIA, { word: 'click', weight: 0.15 }),
  kind('media_download', 'Downloaded a file.', ON_MEDIA, { word: 'download', weight: 0.4 }),
  kind('media_share', 'Shared a picture, film or file.', ON_MEDIA, { word: 'share', weight: 0.7 }),
  kind('media_zoom', 'Zoomed into a picture.', ON_MEDIA, { word: 'zoom', weight: 0.15 }),
  kind('media_play', 'Played a film or sound.', ON_MEDIA, { word: 'play', weight: 0.2 }),
  kind('media_pause', 'Paused a film or sound.', ON_MEDIA, { word: 'pause', nature: 'record', feeds: [] }),
  kind('media_seek', 'Moved within a film or sound.', ON_MEDIA, { word: 'seek', nature: 'record', feeds: [] }),
  kind('media_fullscreen', 'Watched in full screen.', ON_MEDIA, { word: 'fullscreen', weight: 0.15 }),
  kind('media_volume_change', 'Changed the volume.', ON_MEDIA, { word: 'volume_change', nature: 'record', feeds: [] }),
  kind('media_quality_change', 'Changed the quality.', ON_MEDIA, {
    word: 'quality_change',
    nature: 'record',
    feeds: [],
  }),
];

const VIBE_KINDS = [
  kind('vibe_creation', 'Made a vibe.', ON_VIBE, { weight: 1 }),
  kind('vibe_sending', 'Sent somebody a vibe.', ON_VIBE, {
    weight: 0.5,
    feeds: ['ENGAGED', 'INTERACTED'],
    needs: ['content', 'person'],
    aliases: ['vibe_send'],
  }),
  kind('vibe_receiving', 'Received a vibe from somebody.', ON_VIBE, { nature: 'record', feeds: [] }),
  kind('vibe_score_update', 'The score of a vibe changed.', ON_VIBE, { nature: 'record', feeds: [] }),
];

const GENERAL_KINDS = [
  kind('register', 'Joined the product.', GENERAL, { aliases: ['registered', 'user_registered'] }),
  kind('login', 'Logged in.', GENERAL, { aliases: ['logged_in'] }),
  kind('logout', 'Logged out.', GENERAL, { aliases: ['logged_out'] }),
  kind('profile_update', 'Changed their own profile.', GENERAL),
  kind('page_view', 'Opened a page that is not content.', GENERAL),
  kind('user_activity', 'Did something that has no kind of its own; the description says what.', GENERAL),
  kind('search', 'Searched; its hashtags, and those in its description or `metadata.query`, feed interests.', GENERAL, {
    nature: 'repeatable',
    weight: 0.2,
    feeds: ['INTERESTED_IN'],
    aliases: ['searched', 'search_query'],
  }),
  kind('hashtag_use', 'Used or opened a hashtag outside of content of their own; feeds interest in it.', GENERAL, {
    nature: 'repeatable',
    weight: 0.2,
    feeds: ['INTERESTED_IN'],
    needs: ['tags'],
    aliases: ['hashtag'],
  }),
  kind('declare_interest', 'Said to be interested in a tag.', GENERAL, {
    nature: 'standing',
    fact: 'interest',
    needs: ['tags'],
  }),
  kind('drop_interest', 'Said to be interested in a tag no longer.', GENERAL, {
    nature: 'takes-back',
    fact: 'interest',
    needs: ['tags'],
  }),
  kind(
    'alias',
    'Is from now on one person with `target_user_id`, an id that they had before; only a service says so.',
    GENERAL,
    {
      needs: ['person'],
    },
  ),
  kind('retract', 'Took one earlier repeatable activity back, named by its id.', GENERAL, {
    nature: 'takes-back',
    needs: ['activity'],
    aliases: ['undo'],
  }),
];

const SESSION_KINDS = [
  kind('session_start', 'Opened the product.', SESSION, { word: 'start', aliases: ['app_session'] }),
  kind('session_heartbeat', 'The product is still in use.', SESSION, { word: 'heartbeat' }),
  kind('session_end', 'Closed the product.', SESSION, { word: 'end' }),
];

export const KINDS: readonly Kind[] = [
  ...CONTENT_KINDS,
  ...SUPPRESSING_KINDS,
  ...PEOPLE_KINDS,
  ...MEDIA_KINDS,
  ...VIBE_KINDS,
  ...GENERAL_KINDS,
  ...SESSION_KINDS,
];

export interface KindMatch {
  readonly kind: Kind;
  /** Set when the word speaks of one type of content only. */
  readonly contentType: string | undefined;
}

const byWord = new Map<string, KindMatch>(
  KINDS.flatMap((entry) => [
    [entry.name, { kind: entry, contentType: undefined }] as const,
    ...entry.aliases.map((alias) => [alias.word, { kind: entry, contentType: alias.contentType }] as const),
  ]),
);

/** The kind for a canonical name or an accepted alias. */
export function findKind(word: string): KindMatch | undefined {
  return byWord.get(word);
}

/** The kind of a canonical name that is known to exist, as in a stored row. */
export function kindNamed(name: string): Kind {
  const match = byWord.get(name);
  if (match === undefined) {
    throw new Error(`No activity kind is called ${name}`);
  }
  return match.kind;
}

/** Every word that a caller may use as `activity_type`. */
export const ACTIVITY_WORDS: readonly string[] = [...byWord.keys()];
