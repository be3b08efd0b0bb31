import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Submission } from '../../src/log/log.ts';
import { readContent, readPeople, titlesOf } from '../../src/log/read/catalogue.ts';
import { edgeWeights, sent, timeBefore, useLog } from './fixture.ts';

describe('the catalogue', () => {
  const lent = useLog();
  let made = 0;
  const newPost = (): string => {
    made += 1;
    return `post:c${made}`;
  };
  const entry = async (reference: string) => (await readContent(lent.pool, [reference])).get(reference);
  const append = async (...submissions: Submission[]) => {
    const before = await lent.log.head();
    const results = await lent.log.append(submissions);
    return { results, statuses: results.map(({ status }) => status), rows: await lent.log.readFoldRows(before, 100) };
  };

  it('knows what its author said, and the row of the log carries the whole description', async () => {
    const content = newPost();
    const { rows } = await append(
      sent('ann', {
        activity_type: 'create',
        content,
        hashtags: ['Cats'],
        community_id: 'pets',
        title: 'A "quoted"\ttitle\\',
        url: 'https://example.org/1',
        visibility: 'connections',
        reply_to: 'post:root',
        occurred_at: timeBefore(5),
      }),
      sent('ann', { activity_type: 'update', content, visibility: 'public' }),
    );
    expect(await entry(content)).toEqual({
      type: 'post',
      title: 'A "quoted"\ttitle\\',
      url: 'https://example.org/1',
      authorId: 'ann',
      tags: ['cats'],
      communityId: 'pets',
      visibility: 'public',
      createdAt: Date.parse(timeBefore(5)),
      deletedAt: null,
      replyTo: 'post:root',
    });
    expect(rows.map((row) => row.structure)).toMatchObject([
      {
        object: content,
        author: 'ann',
        tags: ['cats'],
        community: 'pets',
        replyTo: 'post:root',
        visibility: 'connections',
      },
      { object: content, author: 'ann', tags: ['cats'], visibility: 'public', createdAt: Date.parse(timeBefore(5)) },
    ]);
    expect(await titlesOf(lent.pool, [content, 'post:unknown'])).toEqual(new Map([[content, 'A "quoted"\ttitle\\']]));
  });

  it('takes no word of others than the author, unless their sender is trusted', async () => {
    const content = newPost();
    const { results } = await append(
      sent('bo', { activity_type: 'retag', content, hashtags: ['spam'] }),
      sent('ann', { activity_type: 'create', content }),
      sent('bo', { activity_type: 'create', content }),
      sent('bo', { activity_type: 'update', content, title: 'Mine' }),
      sent('bo', { activity_type: 'delete', content }),
      sent('moderation', { activity_type: 'retag', content, hashtags: ['cats'] }, true),
    );
    const forbidden = { status: 'invalid', error: { code: 'FORBIDDEN' } };
    expect(results).toMatchObject([
      forbidden,
      { status: 'accepted' },
      forbidden,
      forbidden,
      forbidden,
      { status: 'accepted' },
    ]);
    expect(await entry(content)).toMatchObject({ authorId: 'ann', title: null, tags: ['cats'], deletedAt: null });
  });

  it('lets nobody take over what a service described and nobody is known to have made', async () => {
    const content = newPost();
    const { results } = await append(
      sent('shop', { activity_type: 'update', content, title: 'Theirs' }, true),
      sent('mallory', { activity_type: 'create', content, title: 'Mine' }),
    );
    expect(results).toMatchObject([{ status: 'accepted' }, { status: 'invalid', error: { code: 'FORBIDDEN' } }]);
    expect(await entry(content)).toMatchObject({ authorId: null, title: 'Theirs' });
  });

  it('knows the same whatever the order of arrival', async () => {
    const said = fc.array(
      fc.record({
        does: fc.constantFrom('create', 'update', 'retag', 'delete'),
        hoursAgo: fc.integer({ min: 0, max: 3 }),
        title: fc.constantFrom(undefined, 'One', 'Two'),
        visibility: fc.constantFrom(undefined, 'public', 'private'),
        author: fc.constantFrom(undefined, 'ann', 'bo'),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const orders = said.chain((words) =>
      fc.record({
        words: fc.constant(words.map((word, index) => ({ ...word, index }))),
        order: fc.shuffledSubarray([...words.keys()], { minLength: words.length, maxLength: words.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ({ words, order }) => {
        const uids = words.map(() => crypto.randomUUID());
        // The ids decide between words of the same time, so both orders need the same sequence of ids.
        const sorted = { first: [...uids].sort(), second: words.map(() => crypto.randomUUID()).sort() };
        const seen = [];
        for (const [ids, sequence] of [
          [sorted.first, words.map(({ index }) => index)],
          [sorted.second, order],
        ] as const) {
          const content = newPost();
          const submissions = sequence.map((index) => {
            const { does, hoursAgo, title, visibility, author } = words[index] ?? words[0] ?? never();
            return sent(
              'service',
              {
                id: ids[index],
                activity_type: does,
                content,
                occurred_at: timeBefore(hoursAgo),
                ...(does === 'retag' ? { hashtags: [`tag-${index}`] } : {}),
                ...stated({ title, visibility, author }),
              },
              true,
            );
          });
          const { rows } = await append(...submissions);
          const total = Object.entries(edgeWeights(rows)).map(([edge, weight]) => [
            edge.replace(content, 'it'),
            weight.toFixed(9),
          ]);
          seen.push([
            await entry(content),
            rows.at(-1)?.structure?.visibility,
            total.filter(([edge]) => edge?.startsWith('ENGAGED')),
          ]);
        }
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 40 },
    );
  });

  it('takes the signal of making something back when it is deleted, also by a moderator and after a change of author', async () => {
    const content = newPost();
    const { rows } = await append(
      sent('ann', { activity_type: 'create', content, hashtags: ['cats'] }),
      sent('service', { activity_type: 'update', content, author: 'bo' }, true),
      sent('service', { activity_type: 'delete', content }, true),
    );
    expect(edgeWeights(rows)).toEqual({});
    expect(rows[2]?.structure).toMatchObject({ author: 'bo', deletedAt: lent.now });
    const again = await append(sent('service', { activity_type: 'create', content, author: 'bo' }, true));
    expect(again.rows[0]?.structure).toMatchObject({ deletedAt: null });
  });

  it('lets an author bring back what they deleted, but not what somebody else did, whatever came first', async () => {
    const [own, moderated, late] = [newPost(), newPost(), newPost()];
    const create = (content: string, hours: number, trusted = false) =>
      sent('ann', { activity_type: 'create', content, occurred_at: timeBefore(hours) }, trusted);
    const remove = (by: string, content: string, hours: number, trusted = false) =>
      sent(by, { activity_type: 'delete', content, occurred_at: timeBefore(hours) }, trusted);
    const { results } = await append(
      create(own, 9),
      remove('ann', own, 8, true),
      create(own, 7),
      create(moderated, 9),
      remove('moderation', moderated, 8, true),
      create(moderated, 7),
      create(late, 9),
      create(late, 7),
      remove('moderation', late, 8, true),
    );
    expect(results.map((result) => (result.status === 'invalid' ? result.error.code : result.status))).toEqual(
      results.map((_, index) => (index === 5 ? 'FORBIDDEN' : 'accepted')),
    );
    expect(await entry(own)).toMatchObject({ deletedAt: null });
    expect(await entry(moderated)).toMatchObject({ deletedAt: Date.parse(timeBefore(8)) });
    expect(await entry(late)).toMatchObject({ deletedAt: Date.parse(timeBefore(8)) });
    await append(create(moderated, 6, true), create(late, 6, true));
    expect(await entry(moderated)).toMatchObject({ deletedAt: null });
    expect(await entry(late)).toMatchObject({ deletedAt: null });
  });

  it('Law 6: lets nobody into a community that is not public but trusted senders and its author', async () => {
    const join = (by: string, community: string, trusted = false) =>
      sent(by, { activity_type: 'join', community_id: community }, trusted);
    const post = (by: string, does: string, content: string) =>
      sent(by, { activity_type: does, content, community_id: 'closed' });
    const [content, other] = [newPost(), newPost()];
    const { results } = await append(
      sent('ann', { activity_type: 'community_create', content: 'community:closed', visibility: 'community' }),
      join('mallory', 'closed'),
      join('ann', 'closed'),
      join('bo', 'closed', true),
      join('bo', 'closed'),
      join('mallory', 'open'),
      post('mallory', 'create', content),
      post('bo', 'create', content),
      sent('mallory', { activity_type: 'create', content: other }),
      post('mallory', 'update', other),
    );
    const codes = (all: typeof results) =>
      all.map((result) => (result.status === 'invalid' ? result.error.code : result.status));
    const [taken, refused] = ['accepted', 'FORBIDDEN'];
    expect(codes(results)).toEqual([taken, refused, taken, taken, taken, taken, refused, taken, taken, refused]);
    // Read from the database as well as from the same batch.
    const later = await append(
      join('mallory', 'closed'),
      post('mallory', 'update', other),
      post('bo', 'create', newPost()),
    );
    expect(codes(later.results)).toEqual([refused, refused, taken]);
  });

  it('keeps the last word of a person on each field, and merges what they say of social proof into their settings', async () => {
    await lent.pool.query(
      `INSERT INTO users (id, settings, created_at, updated_at) VALUES ('dot', '{"theme": "dark"}', now(), now())`,
    );
    const says = (hours: number, metadata: object) =>
      sent('dot', { activity_type: 'profile_update', metadata, occurred_at: timeBefore(hours) });
    const hides = (hide: unknown) => ({ settings: { hide_from_social_proof: hide, theme: 'ignored' } });
    await append(says(2, { name: 'New', ...hides(true) }));
    await append(says(1, { time_zone: 'Europe/Vienna' }), says(3, { name: 'Old', ...hides(false) }));
    await append(says(1, hides('yes')));
    const dot = async () => (await readPeople(lent.pool, ['dot'])).get('dot');
    expect(await dot()).toEqual({
      name: 'New',
      timeZone: 'Europe/Vienna',
      settings: { theme: 'dark', hide_from_social_proof: true },
    });
    await append(says(0, hides(false)));
    expect((await dot())?.settings).toEqual({ theme: 'dark', hide_from_social_proof: false });
  });

  it('lets a trusted sender say who made something; the signal is the maker’s', async () => {
    const content = newPost();
    const { rows } = await append(sent('service', { activity_type: 'create', content, author: 'cy' }, true));
    expect(Object.keys(edgeWeights(rows))).toEqual([`ENGAGED cy ${content}`]);
  });

  it('takes from a trusted sender when content was made, in whatever order it comes', async () => {
    const made = timeBefore(100);
    const words = (content: string) => [
      sent('ann', { activity_type: 'create', content, occurred_at: timeBefore(5) }),
      sent('shop', { activity_type: 'update', content, created_at: made, occurred_at: timeBefore(4) }, true),
      sent('ann', { activity_type: 'update', content, created_at: timeBefore(1), occurred_at: timeBefore(3) }),
    ];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
    ]) {
      const content = newPost();
      await append(...order.map((index) => words(content)[index] ?? never()));
      expect((await entry(content))?.createdAt).toBe(Date.parse(made));
    }
  });

  it('keeps the last word on each trait of a person, in whatever order it comes', async () => {
    const words = [
      { traits: { plan: 'free', seats: 1, gone: true }, at: timeBefore(3) },
      { traits: { plan: 'pro', gone: null }, at: timeBefore(2) },
    ];
    for (const [person, order] of [
      ['eli', words],
      ['fay', words.toReversed()],
    ] as const) {
      for (const { traits, at } of order) {
        await append(sent(person, { activity_type: 'profile_update', metadata: { traits }, occurred_at: at }));
      }
      const { rows } = await lent.pool.query('SELECT traits FROM users WHERE id = $1', [person]);
      expect(rows).toEqual([{ traits: { plan: 'pro', seats: 1 } }]);
    }
  });

  it('keeps communities too', async () => {
    await append(
      sent('ann', {
        activity_type: 'community_create',
        community_id: 'go',
        title: 'Go players',
        visibility: 'private',
        content: 'community:go',
      }),
    );
    expect(await entry('community:go')).toMatchObject({ type: 'community', title: 'Go players', authorId: 'ann' });
  });

  it('knows of people what they registered; the log itself holds no names', async () => {
    const metadata = { name: 'Ann Archer', emails: ['ann@example.org', 'no address'], time_zone: 'Europe/Vienna' };
    await append(
      sent('ann', { activity_type: 'profile_update', metadata: { name: 'Ann A.' }, occurred_at: timeBefore(1) }),
      sent('ann', { activity_type: 'register', metadata, occurred_at: timeBefore(9) }),
      sent('bo', { activity_type: 'register', metadata: { time_zone: 'Nowhere/Land', name: 7 } }),
    );
    expect(await readPeople(lent.pool, ['ann', 'bo', 'cy'])).toEqual(
      new Map([
        ['ann', { name: 'Ann A.', timeZone: 'Europe/Vienna', settings: {} }],
        ['bo', { name: null, timeZone: null, settings: {} }],
      ]),
    );
    const { rows } = await lent.pool.query("SELECT emails FROM users WHERE id = 'ann'");
    expect(rows).toEqual([{ emails: ['ann@example.org'] }]);
    const leaked = await lent.pool.query("SELECT 1 FROM activity_log WHERE activity_log::text ~ 'Archer|example.org'");
    expect(leaked.rowCount).toBe(0);
  });
});

function never(): never {
  throw new Error('There is no such word');
}

/** An activity as JSON has no undefined fields. */
function stated(fields: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
