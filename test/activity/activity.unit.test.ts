import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Activity, parseActivity, type Sender } from '../../src/activity/activity.ts';
import { activityUid } from '../../src/activity/activity-id.ts';
import { CIRCLES } from '../../src/activity/fold-row.ts';
import { findKind, KINDS, type Need } from '../../src/activity/kinds.ts';
import { isAppError } from '../../src/core/errors.ts';

const ANN: Sender = { subject: 'ann', source: 'user:ann', trusted: false };
const SERVICE: Sender = { subject: 'svc', source: 'user:svc', trusted: true };
const LIKE = { id: 'like-1', activity_type: 'like', content: 'post:p1', occurred_at: '2026-01-01T12:00:00Z' };

/** The fields that meet each need. */
const MEETS: Readonly<Record<Need, Readonly<Record<string, unknown>>>> = {
  content: { content: 'post:p1' },
  thing: { content: 'community:chess' },
  person: { target_user_id: 'bo' },
  community: { community_id: 'chess' },
  object: { content: 'tag:cats' },
  activity: { activity_id: 'like-1' },
  tags: { hashtags: ['cats'] },
  circle: { circle: 'inner' },
  duration: { duration_seconds: 12 },
  scroll: { scroll_depth_percentage: 80 },
  session: { session_id: 's1' },
};

function refusal(raw: unknown, sender = ANN): string {
  try {
    parseActivity(raw, sender);
  } catch (error) {
    if (isAppError(error, 'ACTIVITY_INVALID')) {
      return error.message;
    }
    throw error;
  }
  return expect.fail('was accepted');
}

/** What is needed is met; a `thing` that is content too is named as content. */
function complete(needs: readonly Need[]): Record<string, unknown> {
  return Object.assign({}, ...needs.map((need) => MEETS[need]));
}

describe('every kind', () => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s is accepted with what it needs', (name, kind) => {
    expect(parseActivity({ activity_type: name, ...complete(kind.needs) }, ANN).kind).toBe(kind);
  });

  const demanding = KINDS.flatMap(({ name, needs }) => needs.map((need) => [name, need, needs] as const));
  test.each(demanding)('%s is refused without %s', (name, need, needs) => {
    const others = complete(needs.filter((other) => other !== need));
    expect(refusal({ activity_type: name, ...others })).toMatch(/must|give/);
  });

  const aliased = KINDS.flatMap((kind) => kind.aliases.map((alias) => [alias.word, kind.name, alias, kind] as const));
  test.each(aliased)('%s means %s', (word, _, { contentType }, kind) => {
    const content = contentType === undefined ? {} : { content: `${contentType}:1` };
    expect(parseActivity({ activity_type: word, ...complete(kind.needs), ...content }, ANN).kind).toBe(kind);
  });
});

describe('an alias that speaks of one type of content', () => {
  test('needs only the id', () => {
    const activity = parseActivity({ activity_type: 'question_viewed', content_id: 7 }, ANN);
    expect(activity.object).toBe('question:7');
  });

  test('refuses content of another type, however it is named', () => {
    expect(findKind('question_viewed')?.contentType).toBe('question');
    for (const content of [{ content: 'post:7' }, { content_type: 'post', content_id: 7 }]) {
      expect(refusal({ activity_type: 'question_viewed', ...content })).toContain('question');
    }
  });
});

describe('what an activity was done to', () => {
  test.each([
    ['content', { content: 'post:p1' }, 'post:p1'],
    ['content in two parts', { content_type: 'post', content_id: 'p1' }, 'post:p1'],
    ['content in both ways that agree', { content: 'post:p1', content_type: 'post', content_id: 'p1' }, 'post:p1'],
    ['a person', { target_user_id: 9 }, 'user:9'],
    ['a community', { community_id: 'chess' }, 'community:chess'],
    ['a tag, spelled as tags are', { content: 'tag:#Big Cats' }, 'tag:big-cats'],
    ['a person within a community', { target_user_id: '9', community_id: 'chess' }, 'user:9'],
    ['content of a person within a community', { content: 'post:1', target_user_id: '9', community_id: 'x' }, 'post:1'],
  ])('is %s', (_, fields, object) => {
    expect(parseActivity({ activity_type: 'report', ...fields }, ANN).object).toBe(object);
  });

  test.each([
    ['differs in its two ways', { content: 'post:p1', content_id: 'p2' }],
    ['has no type', { content_id: 'p1' }],
    ['is a tag without letters', { content: 'tag:##' }],
    ['has spaces around its id', { content: 'post: p1' }],
    ['has an id that is too long', { content: `post:${'x'.repeat(201)}` }],
  ])('is refused when it %s', (_, fields) => {
    expect(refusal({ activity_type: 'hide', ...fields })).toContain('content');
  });

  test('is never the person themselves', () => {
    for (const activity_type of ['follow', 'block', 'message', 'profile_visit', 'mute', 'connection_request']) {
      expect(refusal({ activity_type, target_user_id: 'ann' })).toContain('somebody else');
    }
    expect(refusal({ activity_type: 'mute', content: 'user:ann' })).toContain('somebody else');
  });

  test('is content for what can only be done to content', () => {
    expect(refusal({ activity_type: 'like', content: 'user:bo' })).toContain('must name content');
    expect(refusal({ activity_type: 'create', content: 'tag:cats' })).toContain('content or a community');
  });
});

describe('authorship', () => {
  const create = { activity_type: 'create', content: 'post:p1', author: 'bo', hashtags: ['B', '#a', 'b'] };

  test('of somebody else is believed of a trusted sender only', () => {
    expect(parseActivity(create, SERVICE).describes?.author).toBe('bo');
    expect(parseActivity(create, ANN).describes?.author).toBeUndefined();
  });

  test('comes with tags in one spelling and order; no tags said is not "no tags"', () => {
    expect(parseActivity(create, ANN).describes?.tags).toEqual(['a', 'b']);
    expect(parseActivity({ ...create, hashtags: [] }, ANN).describes?.tags).toEqual([]);
    expect(parseActivity({ ...create, hashtags: undefined }, ANN).describes?.tags).toBeUndefined();
  });

  test('is not read from kinds that do not describe content', () => {
    expect(parseActivity({ activity_type: 'like', content: 'post:p1', author: 'bo' }, SERVICE).describes).toBeNull();
  });
});

describe('the id', () => {
  test('that is a uuid is the uid, in lower case, whichever trusted sender sends it', () => {
    const uuid = 'C954AB0B-6C03-4278-B539-881D3027BCA3';
    expect(activityUid(uuid, SERVICE)).toBe(uuid.toLowerCase());
    expect(activityUid(uuid, { ...SERVICE, source: 'import:x' })).toBe(uuid.toLowerCase());
  });

  test('that is the uid another source will need takes nothing from it when its sender is not trusted', () => {
    const needed = activityUid('order-7', SERVICE);
    expect(activityUid(needed, ANN)).not.toBe(needed);
    expect(activityUid(needed, ANN)).toBe(activityUid(needed.toUpperCase(), ANN));
    expect(activityUid(needed, ANN)).not.toBe(activityUid(needed, { ...ANN, source: 'user:bo' }));
  });

  test('that is any text gives the same uid for the same source for ever, and another for another source', () => {
    // A fixed value: a change of the rule would make duplicates of everything that clients send again.
    expect(activityUid('like-1', ANN)).toBe('3f464bab-56d1-5866-8d06-eaa533872d82');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (id, source, other) => {
        const uid = activityUid(id, { source, trusted: false });
        expect(activityUid('x', { source: other, trusted: true })).toMatch(/^[0-9a-f-]{36}$/);
        expect(activityUid(id, { source, trusted: false })).toBe(uid);
        if (source !== other) {
          expect(activityUid(id, { source: other, trusted: false })).not.toBe(uid);
        }
      }),
    );
  });

  test('that is missing is a new one each time', () => {
    expect(parseActivity({ ...LIKE, id: undefined }, ANN).uid).not.toBe(
      parseActivity({ ...LIKE, id: undefined }, ANN).uid,
    );
  });

  test('of an activity to take back is found by the same rule', () => {
    const retract = parseActivity({ activity_type: 'retract', activity_id: 'like-1' }, ANN);
    expect(retract.retracts).toBe(parseActivity(LIKE, ANN).uid);
    expect(retract.retractsListed).toBeNull();
  });

  test.each([ANN, SERVICE])('that was given is the one to retract by, and so is the uid: $subject', (sender) => {
    const like = parseActivity({ ...LIKE, id: undefined }, sender);
    const byId = parseActivity({ activity_type: 'retract', activity_id: like.givenId }, sender);
    expect(byId.retracts).toBe(like.uid);
    const byUid = parseActivity({ activity_type: 'retract', activity_id: like.uid }, sender);
    expect([byUid.retracts, byUid.retractsListed]).toContain(like.uid);
  });

  test('may be a number', () => {
    expect(parseActivity({ ...LIKE, id: 17, user_id: 7 }, ANN)).toMatchObject({ givenId: '17', actor: '7' });
  });
});

describe('Law 2: what was sent is compared in canonical form', () => {
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => isAcceptable(value));

  test('the order of keys makes no difference, at any depth', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), json, { maxKeys: 5 }), (metadata) => {
        fc.pre(isAcceptable(metadata));
        const one = parseActivity({ ...LIKE, metadata }, ANN).sent;
        const other = parseActivity(reversed({ ...LIKE, metadata }), ANN).sent;
        expect(other).toBe(one);
      }),
    );
  });

  test('any other value makes one', () => {
    const first = parseActivity(LIKE, ANN).sent;
    for (const change of [{ content: 'post:p2' }, { occurred_at: '2026-01-01T12:00:01Z' }, { metadata: {} }]) {
      expect(parseActivity({ ...LIKE, ...change }, ANN).sent).not.toBe(first);
    }
    expect(parseActivity(LIKE, { ...ANN, subject: 'bo' }).sent).not.toBe(first);
  });

  test('a field left out and an undefined one are the same', () => {
    expect(parseActivity({ ...LIKE, title: undefined }, ANN).sent).toBe(parseActivity(LIKE, ANN).sent);
  });
});

describe('Law 10: bad input is refused as ACTIVITY_INVALID and nothing else is ever thrown', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a null id', { id: null }, 'id'],
    ['an empty id', { id: '' }, 'id'],
    ['a null person', { user_id: null }, 'user_id'],
    ['NUL in an id', { id: 'a\u0000b' }, 'id'],
    ['NUL in a reference', { content: 'post:a\u0000b' }, 'content'],
    ['NUL in a text', { description: 'a\u0000b' }, 'description'],
    ['NUL deep in metadata', { metadata: { a: [{ b: 'x\u0000' }] } }, 'metadata'],
    ['NUL in a key of metadata', { metadata: { 'a\u0000': 1 } }, 'metadata'],
    ['a line break in an id', { target_user_id: 'a\nb' }, 'target_user_id'],
    ['an unpaired surrogate in an id', { user_id: 'a\ud800' }, 'user_id'],
    ['an unpaired surrogate in a reference', { content: 'post:\udfff' }, 'content'],
    ['an unpaired surrogate in a title', { title: '\ud83d' }, 'title'],
    ['an unpaired surrogate in a tag', { hashtags: ['\ud83d'] }, 'hashtags'],
    ['an unpaired surrogate in metadata', { metadata: { a: '\ud800' } }, 'metadata'],
    ['"NaN" for a number', { duration_seconds: 'NaN' }, 'duration_seconds'],
    ['NaN', { duration_seconds: Number.NaN }, 'duration_seconds'],
    ['infinity', { scroll_depth_percentage: Number.POSITIVE_INFINITY }, 'scroll_depth_percentage'],
    ['NaN in metadata', { metadata: { a: Number.NaN } }, 'metadata'],
    ['2^63 as a number', { position_seconds: 2 ** 63 }, 'position_seconds'],
    ['2^63 as an id', { user_id: 2 ** 63 }, 'user_id'],
    ['a fraction as an id', { user_id: 1.5 }, 'user_id'],
    ['a bigint', { metadata: { a: 2n ** 63n } }, 'metadata'],
    ['a negative duration', { duration_seconds: -1 }, 'duration_seconds'],
    ['more than the whole scrolled', { scroll_depth_percentage: 101 }, 'scroll_depth_percentage'],
    ['the year −1', { occurred_at: '-000001-01-01T00:00:00Z' }, 'occurred_at'],
    ['the year 1', { occurred_at: '0001-01-01T00:00:00Z' }, 'occurred_at'],
    ['the year 10000', { occurred_at: '+010000-01-01T00:00:00Z' }, 'occurred_at'],
    ['a time without zone', { occurred_at: '2026-01-01T00:00:00' }, 'occurred_at'],
    ['a day that is not', { occurred_at: '2026-02-30T00:00:00Z' }, 'occurred_at'],
    ['a time as a number', { occurred_at: 1_767_225_600_000 }, 'occurred_at'],
    ['very deep JSON', { metadata: { a: nested(20_000) } }, 'metadata'],
    ['a key of the prototype', JSON.parse('{"__proto__": {"admin": true}}'), '__proto__'],
    ['constructor as a field', JSON.parse('{"constructor": {"prototype": {}}}'), 'constructor'],
    ['a key of the prototype in metadata', { metadata: JSON.parse('{"__proto__": {"admin": true}}') }, 'metadata'],
    ['the same deep in metadata', { metadata: { a: [JSON.parse('{"__proto__": 1}')] } }, 'metadata'],
    ['constructor in metadata', { metadata: { a: { constructor: 1 } } }, 'metadata'],
    ['prototype in metadata', { metadata: { prototype: {} } }, 'metadata'],
    ['metadata that is a list', { metadata: [] }, 'metadata'],
    ['a date in metadata', { metadata: { at: new Date(0) } }, 'metadata'],
    ['a field that there is not', { contents: 'post:p1' }, 'contents'],
    ['an unknown visibility', { visibility: 'everyone' }, 'visibility'],
    ['an unknown circle', { circle: 'outermost' }, 'circle'],
    ['too many tags', { hashtags: Array.from({ length: 101 }, (_, index) => `t${index}`) }, 'hashtags'],
    ['a kind that there is not', { activity_type: 'lik' }, 'like'],
    ['a kind with NUL', { activity_type: 'like\u0000' }, 'activity_type'],
    ['a kind in capitals', { activity_type: 'LIKE' }, 'lower case'],
    ['a property of objects as kind', { activity_type: 'constructor' }, 'activity_type'],
  ])('%s', (_, change, named) => {
    // Spread would drop an own `__proto__`; assigning properties one by one keeps it.
    const raw = Object.defineProperties({ ...LIKE }, Object.getOwnPropertyDescriptors(change));
    expect(refusal(raw)).toContain(named);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['a number', 1],
    ['a text', 'like'],
    ['a truth value', true],
    ['an empty list', []],
    ['a list of activities', [LIKE]],
    ['a function', () => LIKE],
    ['a map', new Map(Object.entries(LIKE))],
  ])('%s is no activity', (_, raw) => {
    expect(refusal(raw)).not.toBe('');
  });

  test('every wrong field is named at once', () => {
    const message = refusal({ ...LIKE, id: '', duration_seconds: -1, title: 7 });
    for (const field of ['id', 'duration_seconds', 'title']) {
      expect(message).toContain(field);
    }
  });

  test('the message stays short and printable, whatever was sent', () => {
    const message = refusal({ ...LIKE, [`\u0000\u001b[31m\ud800${'x'.repeat(50_000)}`]: 1 });
    expect(message.length).toBeLessThan(1_100);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.isWellFormed()).toBe(true);
  });

  test('the year 9999 is accepted; whoever knows the time flags it', () => {
    expect(refusal({ ...LIKE, occurred_at: '9999-12-31T23:59:59-23:59' })).toContain('occurred_at: must not be after');
    const activity = parseActivity({ ...LIKE, occurred_at: '9999-12-31T23:59:59.999Z' }, ANN);
    expect(activity.occurredAt).toBe(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
  });

  test('JSON sixteen levels deep is accepted, seventeen is not', () => {
    expect(parseActivity({ ...LIKE, metadata: { a: nested(15) } }, ANN).metadata).toEqual({ a: nested(15) });
    expect(refusal({ ...LIKE, metadata: { a: nested(16) } })).toContain('metadata');
  });

  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  });

  test('anything at all', () => {
    fc.assert(
      fc.property(anything, (raw) => {
        expect(outcome(raw)).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test('anything at all in any field of an otherwise good activity', () => {
    const fields = [
      'id',
      'user_id',
      'activity_type',
      'content',
      'content_type',
      'content_id',
      'target_user_id',
      'community_id',
      'activity_id',
      'occurred_at',
      'duration_seconds',
      'session_id',
      'description',
      'metadata',
      'circle',
      'author',
      'hashtags',
      'title',
      'visibility',
      'reply_to',
    ];
    const kind = fc.constantFrom(...KINDS.map(({ name }) => name));
    const strange = fc.oneof(
      anything,
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...CIRCLES),
      fc.dictionary(fc.string(), anything),
    );
    fc.assert(
      fc.property(kind, fc.constantFrom(...fields), strange, (activity_type, field, value) => {
        outcome({ activity_type, content: 'post:p1', target_user_id: 'bo', session_id: 's', [field]: value });
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The activity, or the message of its refusal; anything else that is thrown fails the test. */
function outcome(raw: unknown): Activity | string {
  try {
    const activity = parseActivity(raw, ANN);
    // What was accepted can be kept by both stores.
    expect(activity.sent.isWellFormed()).toBe(true);
    expect([hasNul(activity), hasNul(JSON.parse(activity.sent))]).toEqual([false, false]);
    return activity;
  } catch (error) {
    if (isAppError(error, 'ACTIVITY_INVALID')) {
      return error.message;
    }
    throw error;
  }
}

/** Whether a text or a key anywhere in it holds the one character that Postgres cannot keep. */
function hasNul(value: unknown): boolean {
  let found = false;
  JSON.stringify(value, (key, part: unknown) => {
    found ||= key.includes('\u0000') || (typeof part === 'string' && part.includes('\u0000'));
    return part;
  });
  return found;
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) {
    value = [value];
  }
  return value;
}

function isAcceptable(metadata: unknown): boolean {
  const text = JSON.stringify(metadata);
  return !/__proto__|constructor|prototype|\\u0000|\\ud[89a-f]/.test(text);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
