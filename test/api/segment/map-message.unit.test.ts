import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseActivity } from '../../../src/activity/activity.ts';
import { ACTIVITY_WORDS } from '../../../src/activity/kinds.ts';
import { eventRules, normalizeEvent } from '../../../src/api/segment/events.ts';
import { activitiesOf } from '../../../src/api/segment/map-message.ts';
import { correctedTime, parseMessage, saidBy } from '../../../src/api/segment/message.ts';
import { NOW } from '../fixture.ts';

const sender = { subject: 'source:shop', source: 'subject:source:shop', trusted: true };

function mapped(message: Record<string, unknown>, rules = eventRules()) {
  const parsed = parseMessage({ messageId: 'm1', userId: 'ann', ...message });
  return activitiesOf(parsed, { rules, sender, occurredAt: NOW });
}

function tracked(event: string, properties: Record<string, unknown> = {}, rules = eventRules()) {
  const [activity = {}] = mapped({ type: 'track', event, properties }, rules);
  const { kind, object, target, community } = parseActivity(activity, sender);
  return { kind: kind.name, object, target, community };
}

describe('the name of an event', () => {
  test.each([
    ['Post Liked', { post_id: 1 }, { kind: 'like', object: 'post:1' }],
    ['postLiked', { postId: '1' }, { kind: 'like', object: 'post:1' }],
    ['post-liked', { content: 'story:9' }, { kind: 'like', object: 'story:9' }],
    ['Recipe Saved', { id: 'r7' }, { kind: 'save', object: 'recipe:r7' }],
    ['Comment Media Viewed', { content_id: 'c' }, { kind: 'view', object: 'comment_media:c' }],
    ['Product Viewed', { sku: 'G-32', product_id: '507f' }, { kind: 'view', object: 'product:507f' }],
    ['Product Added to Wishlist', { sku: 'G-32' }, { kind: 'save', object: 'product:G-32' }],
    ['Video Playback Started', { content_asset_id: 'v1' }, { kind: 'media_play', object: 'video:v1' }],
    ['Products Searched', { query: '#blue roses' }, { kind: 'search', object: null }],
    ['Signed Up', {}, { kind: 'register', object: null }],
    ['User Followed', { user_id: 'bo' }, { kind: 'follow', target: 'bo' }],
    ['Profile Viewed', { target_user_id: 'bo' }, { kind: 'profile_visit', target: 'bo' }],
    ['Group Joined', { group_id: 'chess' }, { kind: 'join', object: 'community:chess' }],
    ['time_spent', { content: 'post:1', duration: 60 }, { kind: 'time_spent', object: 'post:1' }],
    ['connection_request', { target_user_id: 'bo' }, { kind: 'connection_request', target: 'bo' }],
  ])('%s means what it says', (event, properties, expected) => {
    expect(tracked(event, properties)).toMatchObject(expected);
  });

  test.each([
    ['Moon Landed', {}],
    ['Order Completed', { total: 27.5 }],
    // Known, but without what its kind needs, or about the person themselves.
    ['Post Liked', {}],
    ['User Followed', { user_id: 'ann' }],
    ['constructor', {}],
    ['__proto__', {}],
    ['Post constructor', {}],
  ])('%s with %j is kept as it is', (event, properties) => {
    const [activity] = mapped({ type: 'track', event, properties });
    expect(activity).toMatchObject({
      id: 'm1',
      activity_type: 'user_activity',
      description: event,
      metadata: { ...properties, event },
    });
  });

  it('means what the file of the operator says, before anything else', () => {
    const rules = eventRules({
      'Dish Cooked': { activity_type: 'like', content_type: 'recipe', content_id: ['dish'] },
      'Post Liked': { activity_type: 'save', content_type: 'post' },
    });
    expect(tracked('dishCooked', { dish: 7 }, rules)).toMatchObject({ kind: 'like', object: 'recipe:7' });
    expect(tracked('Post Liked', { post_id: 7 }, rules)).toMatchObject({ kind: 'save', object: 'post:7' });
  });

  it('has one spelling, which spelling it again does not change', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (event) => {
        const once = normalizeEvent(event);
        expect(normalizeEvent(once)).toBe(once);
      }),
    );
  });
});

test('whatever is tracked is kept: every event with any properties is a valid activity', () => {
  const event = fc.oneof(
    fc.string({ minLength: 1, maxLength: 40 }),
    fc.constantFrom(...ACTIVITY_WORDS, 'Post Liked', 'User Blocked'),
  );
  const safe = fc.string({ maxLength: 20 }).filter((text) => !text.includes('\u0000'));
  const names = fc.constantFrom(
    'content',
    'post_id',
    'id',
    'target_user_id',
    'duration',
    'percent',
    'tags',
    'circle',
    'title',
    'activity_id',
  );
  const properties = fc.dictionary(names, fc.oneof(safe, fc.integer(), fc.double(), fc.array(safe), fc.constant(null)));
  fc.assert(
    fc.property(event, properties, (name, values) => {
      fc.pre(name.trim() !== '' && !name.includes('\u0000'));
      const json = JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
      for (const activity of mapped({ type: 'track', event: name, properties: json })) {
        expect(() => parseActivity(activity, sender)).not.toThrow();
      }
    }),
  );
});

describe('other calls', () => {
  it('identify describes the person, by the names of traits that Segment reserves', () => {
    const traits = {
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@example.org',
      timezone: 'Europe/Rome',
      plan: 'gold',
    };
    expect(mapped({ type: 'identify', traits })).toEqual([
      {
        id: 'm1',
        user_id: 'ann',
        occurred_at: new Date(NOW).toISOString(),
        activity_type: 'profile_update',
        metadata: { name: 'Ann Lee', emails: ['ann@example.org'], time_zone: 'Europe/Rome', traits },
      },
    ]);
  });

  it('group joins the community, and describes it when it has a name', () => {
    const kinds = (traits: unknown) =>
      mapped({ type: 'group', groupId: 'g', traits }).map((one) => one['activity_type']);
    expect(kinds({})).toEqual(['join']);
    expect(kinds({ name: 'Chess' })).toEqual(['join', 'update']);
  });

  it('page views content where its properties name some, and a page where not', () => {
    expect(mapped({ type: 'page', name: 'Home' })[0]).toMatchObject({
      activity_type: 'page_view',
      description: 'Home',
    });
    expect(mapped({ type: 'page', properties: { content: 'article:9' } })[0]).toMatchObject({
      activity_type: 'view',
      content: 'article:9',
    });
  });

  it('the anonymous id is who did it until there is another', () => {
    expect(mapped({ type: 'page', userId: null, anonymousId: 'anon-1' })[0]).toMatchObject({ user_id: 'anon-1' });
    expect(mapped({ type: 'page', anonymousId: 'anon-1' })[0]).toMatchObject({ user_id: 'ann' });
    expect(() => mapped({ type: 'page', userId: '' })).toThrow('userId: give userId or anonymousId');
  });
});

describe('the time', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const timeOf = (message: Record<string, unknown>, sentAt: number | null = null) =>
    correctedTime(parseMessage({ type: 'page', ...message }), sentAt, NOW);

  it('is corrected by how wrong the clock of the sender is: receivedAt − (sentAt − timestamp)', () => {
    // A clock ten minutes fast: it happened 30 s before it was sent, so 30 s before it was received.
    expect(timeOf({ timestamp: at(NOW + 570_000), sentAt: at(NOW + 600_000) })).toBe(NOW - 30_000);
    expect(timeOf({ originalTimestamp: at(NOW - 630_000) }, NOW - 600_000)).toBe(NOW - 30_000);
  });

  it('is refused where the correction makes no date of it', () => {
    const latest = '+275760-09-12T23:00:00Z';
    expect(() => timeOf({ timestamp: latest, sentAt: '2020-01-01T00:00:00Z' })).toThrow('timestamp: with sentAt');
  });

  it('is taken as given without sentAt, and is that of receipt without any', () => {
    expect(timeOf({ timestamp: at(NOW - 5_000) })).toBe(NOW - 5_000);
    expect(timeOf({})).toBeNull();
  });

  it('leaves alone what makes two sendings the same', () => {
    const message = { messageId: 'm1', userId: 'ann', event: 'A', timestamp: at(NOW) };
    expect(saidBy({ ...message, sentAt: at(NOW + 1) }, 'track')).toEqual(
      saidBy({ ...message, sentAt: at(NOW + 2), context: { retry: 2 } }, 'track'),
    );
  });
});
