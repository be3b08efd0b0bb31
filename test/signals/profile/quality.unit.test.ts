import { describe, expect, it } from 'vitest';
import { NO_FLAGS, personalWeights, SEED_WEIGHTS } from '../../../src/activity/personal-weights.ts';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import { behaviourProfile, neutralProfile, PROFILE_WINDOW_MS } from '../../../src/signals/profile/behaviour.ts';
import { flagsOf } from '../../../src/signals/profile/flags.ts';
import { NO_QUALITY_FACTS, qualityOf } from '../../../src/signals/profile/quality.ts';
import { act } from './acts.ts';

const NOW = Date.UTC(2026, 0, 15, 13);
const many = (count: number, kind: string, own = {}) => Array.from({ length: count }, () => act(kind, own));
const flags = (acts: Parameters<typeof flagsOf>[0]) => flagsOf(acts, NOW, DEFAULT_RANKING);

describe('the quality indicators', () => {
  const facts = {
    made: 4,
    received: [
      { kind: 'like', times: 3, minutes: 0, scrolled: 0 }, // 3 · .3
      { kind: 'view', times: 2, minutes: 6, scrolled: 1.5 }, // 2 · .1 + 6 · .1 + 1.5 · .2
    ],
    receivedFrom: 5,
    turnedTo: 8,
    turnedBack: 6,
  };

  it('are creations a week, engagement received for each, and who turns back', () => {
    const acts = [...many(6, 'create', { type: 'post' }), ...many(9, 'create', { type: 'comment' }), act('like')];
    const quality = qualityOf(acts, facts, 21 * DAY_MS, DEFAULT_RANKING);
    expect(quality.creationsPerWeek).toBe(2);
    expect(quality.engagementPerCreation).toBeCloseTo((0.9 + 0.2 + 0.6 + 0.3) / 4, 12);
    expect(quality.reciprocity).toBe(0.75);
  });

  it('tell nothing of what few others did: of one or two it would be who did what', () => {
    const few = (receivedFrom: number) => qualityOf([], { ...facts, receivedFrom }, 21 * DAY_MS, DEFAULT_RANKING);
    expect(few(4).engagementPerCreation).toBeNull();
    expect(few(5).engagementPerCreation).not.toBeNull();
  });

  it('count no time as less than a week, and say nothing where there is nothing to say', () => {
    const fewer = { ...NO_QUALITY_FACTS, turnedTo: 4, turnedBack: 4 };
    const quality = qualityOf(many(3, 'create', { type: 'post' }), fewer, DAY_MS, DEFAULT_RANKING);
    expect(quality).toEqual({ creationsPerWeek: 3, engagementPerCreation: null, reciprocity: null });
  });
});

describe('the flags of the last week', () => {
  it('highly social: ten acts towards people that are three tenths of all', () => {
    const social = [...many(6, 'message'), ...many(4, 'comment', { type: 'post' })];
    expect(flags(social).highlySocial).toBe(true);
    expect(flags(social.slice(1)).highlySocial).toBe(false);
    expect(flags([...social, ...many(23, 'view', { type: 'post' })]).highlySocial).toBe(true);
    expect(flags([...social, ...many(24, 'view', { type: 'post' })]).highlySocial).toBe(false);
    expect(flags([...social, ...many(99, 'page_view'), ...many(99, 'session_heartbeat')]).highlySocial).toBe(true);
  });

  it('visual: five interactions with something to look at that are four tenths of all engagement', () => {
    const visual = many(5, 'media_view', { type: 'image' }); // .5 in all
    expect(flags(visual).visual).toBe(true);
    expect(flags(visual.slice(1)).visual).toBe(false);
    expect(flags([...visual, ...many(7, 'view', { type: 'post' })]).visual).toBe(true); // .5 of 1.2
    expect(flags([...visual, ...many(8, 'view', { type: 'post' })]).visual).toBe(false); // .5 of 1.3
  });

  it('creator: made three things', () => {
    expect(flags(many(3, 'create', { type: 'post' })).creator).toBe(true);
    expect(flags(many(2, 'create', { type: 'post' })).creator).toBe(false);
    expect(flags(many(9, 'create', { type: 'comment' })).creator).toBe(false);
  });

  it('forget what is a week old', () => {
    expect(flags(many(20, 'create', { type: 'post', at: NOW - 7 * DAY_MS }))).toEqual(NO_FLAGS);
  });
});

describe('personal weights (seed 000, 4.4)', () => {
  it('are the plain ones for who is nothing in particular', () => {
    expect(personalWeights(NO_FLAGS)).toEqual(SEED_WEIGHTS);
  });

  it('add .1 to the connection and a social signal of .3 for the highly social', () => {
    const weights = personalWeights({ ...NO_FLAGS, highlySocial: true });
    expect(weights['connection_score']).toBeCloseTo(0.8, 12);
    expect(weights).toEqual({ ...SEED_WEIGHTS, connection_score: weights['connection_score'], social_signals: 0.3 });
  });

  it('add .2 for media to the visual and .15 for creators to creators', () => {
    expect(personalWeights({ ...NO_FLAGS, visual: true, creator: true })).toEqual({
      ...SEED_WEIGHTS,
      media_content_boost: 0.2,
      creator_content_boost: 0.15,
    });
  });
});

describe('a profile', () => {
  it('does not depend on the order of what was done', () => {
    const acts = [act('like', { type: 'post' }), act('view', { type: 'story', at: NOW - DAY_MS }), act('message')];
    const of = (some: typeof acts) =>
      behaviourProfile(
        { acts: some, facts: NO_QUALITY_FACTS, timeZone: 'UTC', since: NOW - PROFILE_WINDOW_MS, now: NOW },
        DEFAULT_RANKING,
      );
    expect(of([...acts].reverse())).toEqual(of(acts));
  });

  it('of somebody unknown prefers no hour and no type, and has no flag', () => {
    const neutral = neutralProfile(NOW, DEFAULT_RANKING);
    expect(neutral).toMatchObject({ activities: 0, otherTypes: 0.2, consistency: 0, peakHours: [], flags: NO_FLAGS });
    expect(new Set(neutral.hourlyShare).size).toBe(1);
  });
});
