import { describe, expect, test } from 'vitest';
import { ACTIVITY_WORDS, AUDIT_TABLES, FACTS, findKind, KINDS, kindNamed } from '../../src/activity/kinds.ts';

/** What the seeds call things, and the kind that each must mean. `type` where the word speaks of one type of content. */
type Words = Readonly<Record<string, string | { readonly kind: string; readonly type: string }>>;

const of = (kind: string, type: string) => ({ kind, type });

const SEED_000_USER_ACTIVITY: Words = {
  vibe_creation: 'vibe_creation',
  vibe_sending: 'vibe_sending',
  vibe_score_update: 'vibe_score_update',
  login: 'login',
  logout: 'logout',
  profile_update: 'profile_update',
  post_create: of('create', 'post'),
  story_create: of('create', 'story'),
  community_create: of('create', 'community'),
  page_view: 'page_view',
  user_activity: 'user_activity',
};

const SEED_000_CONTENT: Words = {
  send_request: 'connection_request',
  accepted: 'connection_accept',
  declined: 'connection_decline',
  create: 'create',
  update: 'update',
  delete: 'delete',
  view: 'view',
  like: 'like',
  react: 'react',
  comment: 'comment',
  share: 'share',
  save: 'save',
  scroll_depth: 'scroll_depth',
  time_spent: 'time_spent',
};

const SEED_000_SOCIAL_PROFILE_AND_SESSIONS: Words = {
  profile_visit: 'profile_visit',
  connection_request: 'connection_request',
  connection_accept: 'connection_accept',
  connection_decline: 'connection_decline',
  conversation_message: 'message',
  matrix_message: 'community_message',
  join: 'join',
  app_session: 'session_start',
  vibe_receiving: 'vibe_receiving',
};

const SEED_000_MEDIA: Words = {
  media_click: 'media_click',
  media_view: 'media_view',
  media_download: 'media_download',
  media_share: 'media_share',
  media_zoom: 'media_zoom',
  media_play: 'media_play',
  media_pause: 'media_pause',
  media_seek: 'media_seek',
  media_fullscreen: 'media_fullscreen',
  media_volume_change: 'media_volume_change',
  media_quality_change: 'media_quality_change',
};

const SEED_001: Words = {
  vibe: 'like',
  comment: 'comment',
  reply: 'reply',
  share: 'share',
  repost: 'repost',
  save: 'save',
  bookmark: 'save',
  media_expansion: 'expand',
  profile_visit: 'profile_visit',
  profile_vibe: 'profile_vibe',
  post_create: of('create', 'post'),
  hashtag: 'hashtag_use',
  explore_click: 'explore_click',
  search_query: 'search',
  content_report: 'report',
  report: 'report',
  hide: 'hide',
  circle_update: 'circle_update',
  group_join: 'join',
  community_join: 'join',
};

const SEED_002: Words = {
  registered: 'register',
  logged_in: 'login',
  logged_out: 'logout',
  question_viewed: of('view', 'question'),
  answer_viewed: of('view', 'answer'),
  upvoted: 'upvote',
  downvoted: 'downvote',
  vote_canceled: 'cancel_vote',
  question_asked: of('create', 'question'),
  answer_posted: of('create', 'answer'),
  question_commented: of('comment', 'question'),
  answer_commented: of('comment', 'answer'),
  question_retagged: of('retag', 'question'),
  searched: 'search',
};

const ISSUE_3_ITEM_4: Words = {
  vote_cancelled: 'cancel_vote',
  asked: of('create', 'question'),
  answered: 'answer',
  retagged: 'retag',
  served: 'served',
  seen: 'impression',
  impression: 'impression',
  retract: 'retract',
};

describe.each<[string, Words]>([
  ['seed 000, activity types', SEED_000_USER_ACTIVITY],
  ['seed 000, content interactions', SEED_000_CONTENT],
  ['seed 000, social, profile and session activities', SEED_000_SOCIAL_PROFILE_AND_SESSIONS],
  ['seed 000, media interactions', SEED_000_MEDIA],
  ['seed 001', SEED_001],
  ['seed 002', SEED_002],
  ['issue 3, item 4', ISSUE_3_ITEM_4],
])('every word of %s has a kind', (_, words) => {
  test.each(Object.entries(words))('%s', (word, meaning) => {
    const match = findKind(word);
    const expected = typeof meaning === 'string' ? { kind: meaning, type: undefined } : meaning;
    expect({ kind: match?.kind.name, type: match?.contentType }).toEqual(expected);
  });
});

test.each([
  ['user_activity', 'login', 'login'],
  ['content_interaction', 'like', 'like'],
  ['social_interaction', 'profile_visit', 'profile_visit'],
  ['profile_activity', 'profile_vibe', 'profile_vibe'],
  ['media_interaction', 'media_zoom', 'zoom'],
  ['session_activity', 'session_start', 'start'],
  ['vibe_activity', 'vibe_sending', 'vibe_sending'],
])('%s holds %s under the word %s, as in seed 000', (table, name, word) => {
  expect(kindNamed(name)).toMatchObject({ table, word });
});

test('every audit table has kinds, and a profile visit is in two', () => {
  expect(new Set(KINDS.map(({ table }) => table))).toEqual(new Set(AUDIT_TABLES));
  expect(KINDS.filter(({ secondTable }) => secondTable !== undefined).map(({ name }) => name)).toEqual([
    'profile_visit',
  ]);
  expect(kindNamed('profile_visit').secondTable).toBe('profile_activity');
});

test('engagement has the weights of seed 000', () => {
  const weights = { view: 0.1, like: 0.3, comment: 0.5, share: 0.7, save: 0.6, create: 1 };
  expect(Object.fromEntries(Object.keys(weights).map((name) => [name, kindNamed(name).weight]))).toEqual(weights);
});

test('no word means two things', () => {
  const words = KINDS.flatMap(({ name, aliases }) => [name, ...aliases.map(({ word }) => word)]);
  expect(words.length).toBe(new Set(words).size);
  expect(new Set(ACTIVITY_WORDS)).toEqual(new Set(words));
});

test.each(FACTS)('the fact %s can be stated and taken back', (fact) => {
  const natures = KINDS.filter((kind) => kind.fact === fact).map(({ nature }) => nature);
  expect(natures).toContain('standing');
  expect(natures).toContain('takes-back');
});

test('a kind that takes back needs what the kind needs that states the fact, but for its value', () => {
  for (const back of KINDS.filter(({ nature, fact }) => nature === 'takes-back' && fact !== undefined)) {
    const states = KINDS.filter(({ nature, fact }) => nature === 'standing' && fact === back.fact);
    const objects = states.map(({ needs }) => needs.filter((need) => need !== 'circle'));
    expect(objects, back.name).toContainEqual(back.needs);
  }
});

test('a kind that leaves no signal weighs nothing, and one that weighs something leaves one', () => {
  for (const kind of KINDS) {
    if (kind.nature === 'record' && kind.feeds.length > 0) {
      expect.fail(`${kind.name} is a record and must not feed an edge`);
    }
    if (kind.weight > 0 && kind.nature !== 'record') {
      expect(kind.feeds.length, kind.name).toBeGreaterThan(0);
    }
    expect(kind.weight, kind.name).toBeGreaterThanOrEqual(0);
    expect(kind.weight, kind.name).toBeLessThanOrEqual(1);
  }
});

test('what feeds a person-to-person edge can tell who the other one is', () => {
  for (const kind of KINDS.filter(({ feeds }) => feeds.includes('INTERACTED'))) {
    expect(kind.needs.includes('person') || kind.needs.includes('content'), kind.name).toBe(true);
  }
});

test('words that only an object has are no kinds', () => {
  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
    expect(findKind(word)).toBeUndefined();
  }
});
