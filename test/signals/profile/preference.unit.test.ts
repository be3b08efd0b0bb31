import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { contentPreference } from '../../../src/signals/profile/content-preference.ts';
import { mediaPreference } from '../../../src/signals/profile/media-preference.ts';
import { act } from './acts.ts';

const post = (kind: string, own = {}) => act(kind, { type: 'post', ...own });
const story = (kind: string, own = {}) => act(kind, { type: 'story', ...own });
const preferenceOf = (acts: Parameters<typeof contentPreference>[0]) => contentPreference(acts, DEFAULT_RANKING);

describe('the learned preference for a type of content', () => {
  it('is the mean engagement of its interactions, with the bonus for time and scroll (seed 000, 3.2.2)', () => {
    const { contentTypes } = preferenceOf([
      post('like'), // .3
      post('comment', { durationSeconds: 120 }), // .5 + 2 · .1 = .7
      post('view', { scrollDepthPercentage: 50 }), // .1 + .5 · .2 = .2
      story('share', { durationSeconds: 600 }), // .7 + 5 · .1 = 1.2: no more than five minutes count
      story('save'), // .6
      story('create'), // 1
    ]);
    expect(contentTypes['post']?.engagement).toBeCloseTo((0.3 + 0.7 + 0.2) / 3, 12);
    expect(contentTypes['story']?.engagement).toBeCloseTo((1.2 + 0.6 + 1) / 3, 12);
    expect(contentTypes['post']).toMatchObject({ interactions: 3, dwellSeconds: 120, scrollPercentage: 50 });
    expect(contentTypes['story']).toMatchObject({ interactions: 3, dwellSeconds: 600, scrollPercentage: null });
  });

  it('is for ranking the smoothed share of all engagement: (E of the type + 2 · .2) / (E + 2)', () => {
    const { typePreference, otherTypes } = preferenceOf([
      post('like'),
      post('comment', { durationSeconds: 120 }),
      post('view', { scrollDepthPercentage: 50 }), // post: 1.2 in all
      story('share', { durationSeconds: 600 }), // story: 1.2
    ]);
    expect(typePreference['post']).toBeCloseTo(1.6 / 4.4, 12);
    expect(typePreference['story']).toBeCloseTo(1.6 / 4.4, 12);
    expect(otherTypes).toBeCloseTo(0.4 / 4.4, 12);
  });

  it('is the usual .2 for every type while nothing is known, and the plain share with many data', () => {
    expect(preferenceOf([])).toMatchObject({ contentTypes: {}, typePreference: {}, otherTypes: 0.2 });
    const many = [
      ...Array.from({ length: 3_000 }, () => post('create')),
      ...Array.from({ length: 1_000 }, () => story('create')),
    ];
    expect(preferenceOf(many).typePreference['post']).toBeCloseTo(0.75, 3);
  });

  it('does not see what was only shown, hidden or taken back', () => {
    const seen = ['served', 'impression', 'unlike', 'hide', 'update', 'join'].map((kind) => post(kind));
    expect(preferenceOf(seen).contentTypes).toEqual({});
    expect(preferenceOf([...seen, post('like')]).contentTypes['post']).toMatchObject({
      interactions: 1,
      engagement: 0.3,
    });
  });

  it('gives shares in [0, 1], more for the type that is engaged with more, whatever is done in which order', () => {
    const kinds = fc.constantFrom('view', 'like', 'comment', 'share', 'save', 'create', 'impression');
    const types = fc.constantFrom('post', 'story', 'question');
    const acts = fc.array(fc.record({ kind: kinds, type: types }).map(({ kind, type }) => act(kind, { type })));
    fc.assert(
      fc.property(acts, types, (all, type) => {
        const { typePreference, otherTypes } = preferenceOf(all);
        const shares = [...Object.values(typePreference), otherTypes];
        expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
        expect(Math.min(...shares)).toBe(otherTypes);
        const more = preferenceOf([act('like', { type }), ...all]);
        expect(more.typePreference[type]).toBeGreaterThanOrEqual(typePreference[type] ?? otherTypes);
        expect(Object.keys(preferenceOf([...all].reverse()).typePreference)).toEqual(Object.keys(typePreference));
      }),
    );
  });
});

describe('interaction preferences', () => {
  it('are the share of each kind among all interactions with content', () => {
    const { interactions } = preferenceOf([post('like'), post('like'), story('comment'), post('view')]);
    expect(interactions).toEqual({ comment: 0.25, like: 0.5, view: 0.25 });
  });

  it('come with how long and how deep on the whole: means of those that say so', () => {
    const { dwellSeconds, scrollPercentage } = preferenceOf([
      post('view', { durationSeconds: 30, scrollDepthPercentage: 100 }),
      story('view', { durationSeconds: 90 }),
      post('like'),
    ]);
    expect([dwellSeconds, scrollPercentage]).toEqual([60, 100]);
  });
});

describe('the preference for media', () => {
  it('is the share of each type, and of all engagement the part that went to something to look at', () => {
    const media = mediaPreference(
      [
        act('media_view', { type: 'image' }), // .1, visual
        act('media_play', { type: 'video', durationSeconds: 60 }), // .2 + .1, visual
        act('media_play', { type: 'audio' }), // .2
        act('media_pause', { type: 'video' }), // no engagement
        post('create', { hasMedia: true }), // 1, visual
        post('like'), // .3
      ],
      DEFAULT_RANKING,
    );
    expect(media.interactions).toBe(3);
    expect(media.types).toEqual({ audio: 1 / 3, image: 1 / 3, video: 1 / 3 });
    expect(media.visualShare).toBeCloseTo(1.4 / 1.9, 12);
  });

  it('is nothing without data', () => {
    expect(mediaPreference([], DEFAULT_RANKING)).toEqual({ interactions: 0, types: {}, visualShare: 0 });
  });
});
