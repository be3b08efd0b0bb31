/** What each operation is sent with, which audit row it must leave, and which edges of the person. */
export interface Case {
  readonly args: (actor: string) => Readonly<Record<string, unknown>>;
  /** Where it takes something back: how, when it is not with the same arguments. */
  readonly back?: (actor: string) => Readonly<Record<string, unknown>>;
  /** What happened before, by the same person unless said otherwise. */
  readonly before?: readonly {
    readonly by?: string;
    readonly does: string;
    readonly with: (actor: string) => Readonly<Record<string, unknown>>;
  }[];
  readonly table: string;
  readonly row: (actor: string) => Readonly<Record<string, unknown>>;
  readonly edges: (actor: string) => Readonly<Record<string, unknown>>;
}

/** Flo made post:p1 and story:s1, each tagged chess: engagement goes to what it is, to her and to the tag. */
const engaged = (content: string, weight: number) => ({
  [`ENGAGED ${content}`]: weight,
  'INTERACTED flo': weight,
  'INTERESTED_IN chess': weight,
});
const nothing = () => ({});
const onPost = () => ({ postUid: 'p1' });
const onStory = () => ({ storyUid: 's1' });
const onContent = () => ({ content: 'post:p1' });
const withBo = () => ({ targetUserId: 'bo' });

function content(word: string, more: Partial<Case> = {}): Case {
  return {
    args: onPost,
    table: 'content_interaction',
    row: (actor) => ({ interaction_type: word, content_type: 'post', content_id: 'p1', user_id: actor }),
    edges: nothing,
    ...more,
  };
}

function social(word: string, more: Partial<Case> = {}): Case {
  return {
    args: withBo,
    table: 'social_interaction',
    row: (actor) => ({ interaction_type: word, target_user_id: 'bo', user_id: actor }),
    edges: nothing,
    ...more,
  };
}

/** Making, editing, hiding and deleting content of a type: each of them begins with making it. */
function lifecycle(type: string, name: string): Record<string, Case> {
  const uid = `${type}Uid`;
  const own = (actor: string) => ({ [uid]: `of-${actor}` });
  const reference = (actor: string) => `${type}:of-${actor}`;
  const isContent = type !== 'community';
  const making = (actor: string) => ({ ...own(actor), title: 'One', hashtags: ['go'] });
  const made = (actor: string) => ({
    ...(isContent ? { [`AUTHORED ${reference(actor)}`]: '', [`ENGAGED ${reference(actor)}`]: 1 } : {}),
    'INTERESTED_IN go': 1,
  });
  const of = (word: string, more: Partial<Case>): Case =>
    content(word, {
      args: own,
      before: [{ does: `create${name}`, with: making }],
      row: (actor) => ({ interaction_type: word, content_type: type, content_id: `of-${actor}`, user_id: actor }),
      edges: made,
      ...more,
    });
  return {
    [`create${name}`]: of('create', {
      args: making,
      before: [],
      row: (actor) => ({
        interaction_type: 'create',
        content_type: type,
        content_id: `of-${actor}`,
        metadata: { privacy: 'public', has_tags: true, content_id: `of-${actor}`, title: 'One' },
      }),
    }),
    [`update${name}`]: of('update', { args: (actor) => ({ ...own(actor), title: 'Two' }) }),
    [`make${name}Private`]: of('update', {
      row: () => ({ interaction_type: 'update', metadata: { visibility: 'private' } }),
    }),
    [`delete${name}`]: of('delete', {
      back: own,
      edges: (actor) => (isContent ? { [`AUTHORED ${reference(actor)}`]: '' } : {}),
    }),
  };
}

function commenting(type: 'post' | 'story', id: string): Case {
  const comment = (actor: string) => `comment:c-${actor}`;
  const picture = (actor: string) => `image:i-${actor}`;
  return content('comment', {
    args: (actor) => ({ [`${type}Uid`]: id, commentUid: `c-${actor}`, media: [picture(actor)] }),
    row: (actor) => ({ interaction_type: 'comment', content_type: type, content_id: id, user_id: actor }),
    edges: (actor) => ({
      ...engaged(`${type}:${id}`, 0.5),
      [`AUTHORED ${comment(actor)}`]: '',
      [`AUTHORED ${picture(actor)}`]: '',
      [`ENGAGED ${comment(actor)}`]: 1,
      [`ENGAGED ${picture(actor)}`]: 1,
    }),
  });
}

const boAsks = { by: 'bo', does: 'createConnection', with: (actor: string) => ({ targetUserId: actor }) };
const accepting = { table: 'social_interaction', before: [boAsks] } as const;
const vibe = (uid: string) => ({
  vibeUid: uid,
  vibeName: 'Test Motivation Vibe',
  vibeCategory: 'motivation',
  vibeScore: 3.7,
  iqImpact: 0.15,
  aqImpact: 0.22,
  sqImpact: 0.08,
  hqImpact: 0.18,
});
const vibeRow = (word: string, uid: string) => ({
  activity_type: word,
  vibe_type: 'vibe',
  vibe_id: uid,
  vibe_name: 'Test Motivation Vibe',
  vibe_category: 'motivation',
  vibe_score: 3.7,
  iq_impact: 0.15,
  aq_impact: 0.22,
  sq_impact: 0.08,
  hq_impact: 0.18,
  success: true,
  error_message: null,
});
const suppressed = (reason: string): Partial<Case> => ({
  args: onContent,
  edges: () => ({ 'SUPPRESSED post:p1': reason }),
});

export const CASES: Readonly<Record<string, Case>> = {
  trackUserActivity: {
    args: () => ({ activityType: 'page_view', description: 'The imprint', metadata: { page: '/imprint' } }),
    table: 'user_activity',
    row: (actor) => ({
      activity_type: 'page_view',
      description: 'The imprint',
      success: true,
      metadata: { page: '/imprint' },
      user_id: actor,
    }),
    edges: nothing,
  },
  trackContentInteraction: content('like', {
    args: () => ({ contentType: 'post', contentId: 'p1', interactionType: 'like' }),
    edges: () => engaged('post:p1', 0.3),
  }),
  trackSocialInteraction: social('profile_visit', {
    args: () => ({ interactionType: 'profile_visit', contextType: 'profile', contextId: 'bo' }),
    row: (actor) => ({
      interaction_type: 'profile_visit',
      context_type: 'profile',
      context_id: 'bo',
      target_user_id: 'bo',
      user_id: actor,
    }),
    edges: () => ({ 'INTERACTED bo': 0.1 }),
  }),
  // .1 for the visit and .1 for a minute.
  trackProfileActivity: {
    args: () => ({ activityType: 'visit', profileOwnerId: 'bo', durationSeconds: 60 }),
    table: 'profile_activity',
    row: (actor) => ({
      activity_type: 'profile_visit',
      profile_owner_id: 'bo',
      visitor_id: actor,
      duration_seconds: 60,
    }),
    edges: () => ({ 'INTERACTED bo': 0.2 }),
  },
  trackMediaInteraction: {
    args: () => ({
      mediaType: 'video',
      mediaId: 'v9',
      mediaUrl: 'https://example.org/v9',
      interactionType: 'play',
      positionSeconds: 42.5,
    }),
    table: 'media_interaction',
    row: (actor) => ({
      media_type: 'video',
      media_id: 'v9',
      media_url: 'https://example.org/v9',
      interaction_type: 'play',
      position_seconds: 42.5,
      user_id: actor,
    }),
    edges: () => ({ 'ENGAGED video:v9': 0.2 }),
  },
  // 50 / 100 · .2
  trackScrollDepth: content('scroll_depth', {
    args: () => ({ contentType: 'post', contentId: 'p1', scrollDepthPercentage: 50 }),
    row: () => ({ interaction_type: 'scroll_depth', scroll_depth_percentage: 50 }),
    edges: () => engaged('post:p1', 0.1),
  }),
  // 90 / 60 · .1
  trackTimeSpent: content('time_spent', {
    args: () => ({ contentType: 'post', contentId: 'p1', durationSeconds: 90 }),
    row: () => ({ interaction_type: 'time_spent', duration_seconds: 90 }),
    edges: () => engaged('post:p1', 0.15),
  }),
  trackAppSession: {
    args: () => ({
      sessionId: 's-9',
      startedAt: '2026-01-15T10:00:00.000Z',
      lastActivityAt: '2026-01-15T10:29:00.000Z',
      endedAt: '2026-01-15T10:30:00.000Z',
      durationSeconds: 1_800,
      activityCount: 12,
      device: 'phone',
      appVersion: '3.1',
    }),
    table: 'session_activity',
    row: (actor) => ({
      activity_type: 'end',
      session_id: 's-9',
      started_at: new Date('2026-01-15T10:00:00Z'),
      last_activity_at: new Date('2026-01-15T10:29:00Z'),
      ended_at: new Date('2026-01-15T10:30:00Z'),
      duration_seconds: 1_800,
      activity_count: 12,
      device: 'phone',
      app_version: '3.1',
      user_id: actor,
    }),
    edges: nothing,
  },

  ...lifecycle('post', 'Post'),
  likePost: content('like', { edges: () => engaged('post:p1', 0.3) }),
  unlikePost: content('unlike', { before: [{ does: 'likePost', with: onPost }] }),
  commentOnPost: commenting('post', 'p1'),
  deleteComment: content('delete', {
    args: (actor) => ({ commentUid: `c-${actor}` }),
    back: (actor) => ({ commentUid: `c-${actor}`, media: [`image:i-${actor}`] }),
    before: [{ does: 'commentOnPost', with: (actor) => ({ postUid: 'p1', commentUid: `c-${actor}` }) }],
    row: (actor) => ({ interaction_type: 'delete', content_type: 'comment', content_id: `c-${actor}` }),
    edges: (actor) => ({ [`AUTHORED comment:c-${actor}`]: '' }),
  }),
  sharePost: content('share', {
    args: (actor) => ({ ...onPost(), id: `share-${actor}` }),
    edges: () => engaged('post:p1', 0.7),
  }),
  // .1 for the view, .1 for a minute, .2 for all of it
  viewPost: content('view', {
    args: () => ({ postUid: 'p1', durationSeconds: 60, scrollDepthPercentage: 100 }),
    row: () => ({ interaction_type: 'view', duration_seconds: 60, scroll_depth_percentage: 100 }),
    edges: () => engaged('post:p1', 0.4),
  }),
  savePost: content('save', { edges: () => engaged('post:p1', 0.6) }),
  unsavePost: content('unsave', { before: [{ does: 'savePost', with: onPost }] }),

  ...lifecycle('story', 'Story'),
  reactToStory: content('react', {
    args: () => ({ storyUid: 's1', reaction: 'wow' }),
    row: () => ({ interaction_type: 'react', content_type: 'story', content_id: 's1', metadata: { reaction: 'wow' } }),
    edges: () => engaged('story:s1', 0.3),
  }),
  unreactToStory: content('unreact', {
    args: onStory,
    before: [{ does: 'reactToStory', with: onStory }],
    row: () => ({ interaction_type: 'unreact', content_type: 'story' }),
  }),
  commentOnStory: commenting('story', 's1'),
  viewStory: content('view', {
    args: onStory,
    row: () => ({ interaction_type: 'view', content_type: 'story', content_id: 's1' }),
    edges: () => engaged('story:s1', 0.1),
  }),

  upvote: content('upvote', { args: onContent, edges: () => engaged('post:p1', 0.3) }),
  cancelVote: content('cancel_vote', { args: onContent, before: [{ does: 'downvote', with: onContent }] }),
  // Replaces the vote for it, and is no engagement itself.
  downvote: content('downvote', { args: onContent, before: [{ does: 'upvote', with: onContent }] }),
  hide: content('hide', suppressed('hide')),
  unhide: content('unhide', { args: onContent, before: [{ does: 'hide', with: onContent }] }),
  report: content('report', {
    ...suppressed('report'),
    args: () => ({ content: 'post:p1', reason: 'spam' }),
    back: onContent,
    row: () => ({ interaction_type: 'report', content_id: 'p1', metadata: { reason: 'spam' } }),
  }),
  withdrawReport: content('withdraw_report', { args: onContent, before: [{ does: 'report', with: onContent }] }),
  notInterested: content('not_interested', {
    args: () => ({ content: 'tag:chess' }),
    row: () => ({ interaction_type: 'not_interested', content_type: 'tag', content_id: 'chess' }),
    edges: () => ({ 'SUPPRESSED chess': 'not_interested' }),
  }),
  interestedAgain: content('interested_again', {
    args: () => ({ content: 'tag:chess' }),
    before: [{ does: 'notInterested', with: () => ({ content: 'tag:chess' }) }],
    row: () => ({ interaction_type: 'interested_again', content_type: 'tag', content_id: 'chess' }),
  }),
  mute: content('mute', {
    args: withBo,
    row: () => ({ interaction_type: 'mute', content_type: 'user', content_id: 'bo' }),
    edges: () => ({ 'SUPPRESSED bo': 'mute' }),
  }),
  unmute: content('unmute', {
    args: withBo,
    before: [{ does: 'mute', with: withBo }],
    row: () => ({ interaction_type: 'unmute', content_type: 'user', content_id: 'bo' }),
  }),
  takeBack: {
    args: (actor) => ({ activityId: `share-${actor}` }),
    before: [{ does: 'sharePost', with: (actor) => ({ postUid: 'p1', id: `share-${actor}` }) }],
    table: 'user_activity',
    row: (actor) => ({ activity_type: 'retract', user_id: actor }),
    edges: nothing,
  },
  exploreClick: content('explore_click', { args: onContent, edges: () => engaged('post:p1', 0.15) }),
  recordImpression: content('impression', { args: onContent }),

  createConnection: social('connection_request', {
    edges: () => ({ 'CONNECTED bo': 'requested', 'INTERACTED bo': 0.3 }),
  }),
  updateConnection: social('connection_accept', {
    ...accepting,
    args: () => ({ targetUserId: 'bo', status: 'ACCEPTED', connectionUid: 'x7' }),
    back: () => ({ targetUserId: 'bo', status: 'REMOVED' }),
    row: () => ({ interaction_type: 'connection_accept', target_user_id: 'bo', metadata: { connection_uid: 'x7' } }),
    edges: () => ({ 'CONNECTED bo': 'accepted', 'INTERACTED bo': 0.5 }),
  }),
  createConnectionV2: social('connection_request', {
    args: () => ({ targetUserId: 'bo', circle: 'inner' }),
    edges: () => ({ 'CONNECTED bo': 'requested inner', 'INTERACTED bo': 0.3 }),
  }),
  updateConnectionV2: social('connection_accept', {
    ...accepting,
    args: () => ({ targetUserId: 'bo', status: 'ACCEPTED', circle: 'outer' }),
    back: () => ({ targetUserId: 'bo', status: 'DECLINED' }),
    edges: () => ({ 'CONNECTED bo': 'accepted outer', 'INTERACTED bo': 0.5 }),
  }),
  updateCircle: social('circle_update', {
    args: () => ({ targetUserId: 'bo', circle: 'universal' }),
    edges: () => ({ 'CONNECTED bo': 'universal' }),
  }),
  removeFromCircle: social('circle_remove', {
    before: [{ does: 'updateCircle', with: () => ({ targetUserId: 'bo', circle: 'inner' }) }],
  }),
  followUser: social('follow', { edges: () => ({ 'CONNECTED bo': 'follows', 'INTERACTED bo': 0.5 }) }),
  unfollowUser: social('unfollow', { before: [{ does: 'followUser', with: withBo }] }),
  blockUser: social('block', { edges: () => ({ 'SUPPRESSED bo': 'block' }) }),
  unblockUser: social('unblock', { before: [{ does: 'blockUser', with: withBo }] }),

  createConversationMessage: social('message', {
    args: () => ({ targetUserId: 'bo', conversationUid: 'k1', messageUid: 'm1' }),
    row: () => ({
      interaction_type: 'message',
      target_user_id: 'bo',
      metadata: { conversation_uid: 'k1', message_uid: 'm1' },
    }),
    edges: () => ({ 'INTERACTED bo': 0.5 }),
  }),
  sendMatrixMessage: social('community_message', {
    args: () => ({ communityUid: 'club', roomId: 'r1' }),
    row: () => ({
      interaction_type: 'community_message',
      context_type: 'community',
      context_id: 'club',
      metadata: { room_id: 'r1' },
    }),
  }),

  ...lifecycle('community', 'Community'),
  joinCommunity: content('join', {
    args: () => ({ communityUid: 'club' }),
    row: () => ({ interaction_type: 'join', content_type: 'community', content_id: 'club' }),
    edges: () => ({ 'MEMBER_OF club': '' }),
  }),
  leaveCommunity: content('leave', {
    args: () => ({ communityUid: 'club' }),
    before: [{ does: 'joinCommunity', with: () => ({ communityUid: 'club' }) }],
    row: () => ({ interaction_type: 'leave', content_type: 'community', content_id: 'club' }),
  }),

  login: general('login'),
  logout: general('logout'),
  updateProfile: {
    args: () => ({ name: 'New Name', emails: ['new@example.org'], timeZone: 'Europe/Berlin' }),
    table: 'user_activity',
    row: () => ({
      activity_type: 'profile_update',
      metadata: { name: 'New Name', emails: ['new@example.org'], time_zone: 'Europe/Berlin' },
    }),
    edges: nothing,
  },
  // .2 in equal shares to both tags
  recordSearch: {
    args: () => ({ query: 'openings with #go', hashtags: ['chess'] }),
    table: 'user_activity',
    row: () => ({ activity_type: 'search', description: 'openings with #go' }),
    edges: () => ({ 'INTERESTED_IN chess': 0.1, 'INTERESTED_IN go': 0.1 }),
  },

  createVibe: {
    args: () => vibe('v1'),
    table: 'vibe_activity',
    row: () => vibeRow('vibe_creation', 'v1'),
    edges: () => ({ 'ENGAGED vibe:v1': 1 }),
  },
  sendVibe: {
    args: () => ({ ...vibe('v2'), targetUserId: 'bo' }),
    table: 'vibe_activity',
    row: () => ({ ...vibeRow('vibe_sending', 'v2'), target_user_id: 'bo' }),
    edges: () => ({ 'ENGAGED vibe:v2': 0.5, 'INTERACTED bo': 0.5 }),
  },
  receiveVibe: {
    args: () => ({ ...vibe('v3'), senderUserId: 'bo' }),
    table: 'vibe_activity',
    row: () => ({ ...vibeRow('vibe_receiving', 'v3'), target_user_id: 'bo' }),
    edges: nothing,
  },
  updateVibeScore: {
    args: () => ({ ...vibe('v4'), vibersCount: 5, newCumulativeScore: 3.2 }),
    table: 'vibe_activity',
    row: () => ({
      ...vibeRow('vibe_score_update', 'v4'),
      metadata: { vibers_count: 5, new_cumulative_score: 3.2, vibe_score: 3.7 },
    }),
    edges: nothing,
  },
  sendProfileVibe: {
    args: withBo,
    table: 'profile_activity',
    row: (actor) => ({ activity_type: 'profile_vibe', profile_owner_id: 'bo', visitor_id: actor }),
    edges: () => ({ 'INTERACTED bo': 0.3 }),
  },
};

function general(word: string): Case {
  return {
    args: nothing,
    table: 'user_activity',
    row: (actor) => ({ activity_type: word, success: true, user_id: actor }),
    edges: nothing,
  };
}
