import { describe, expect, it } from 'vitest';
import { hidePeople, readSuppressions, type Suppressions, visibleNow } from '../../src/log/read/permissions.ts';
import { sent, useLog } from './fixture.ts';

const EMPTY: Suppressions = {
  content: new Set(),
  people: new Set(),
  tags: new Set(),
  communities: new Set(),
  reportedAuthors: new Map(),
  notInterested: new Map(),
};

describe('Law 6: permissions', () => {
  const lent = useLog();

  it('know at once what a person does not want to see, and forget it when it is taken back', async () => {
    await lent.log.append([
      sent('bo', { activity_type: 'create', content: 'post:bad' }),
      sent('ann', { activity_type: 'hide', content: 'post:hidden' }),
      sent('ann', { activity_type: 'report', content: 'post:bad' }),
      sent('ann', { activity_type: 'mute', target_user_id: 'cy' }),
      sent('ann', { activity_type: 'block', target_user_id: 'di' }),
      sent('ann', { activity_type: 'mute', content: 'tag:Spam' }),
      sent('ann', { activity_type: 'hide', community_id: 'noise' }),
      sent('ann', { activity_type: 'not_interested', content: 'post:dull' }),
      sent('ed', { activity_type: 'block', target_user_id: 'ann' }),
    ]);
    const suppressions = await readSuppressions(lent.pool, 'ann');
    expect(suppressions).toEqual({
      content: new Set(['post:hidden', 'post:bad', 'post:dull']),
      people: new Set(['cy', 'di', 'ed']),
      tags: new Set(['spam']),
      communities: new Set(['noise']),
      reportedAuthors: new Map([['bo', lent.now]]),
      notInterested: new Map([['post:dull', lent.now]]),
    });
    await lent.log.append([
      sent('ann', { activity_type: 'unhide', content: 'post:hidden' }),
      sent('ed', { activity_type: 'unblock', target_user_id: 'ann' }),
    ]);
    const after = await readSuppressions(lent.pool, 'ann');
    expect(after.content.has('post:hidden')).toBe(false);
    expect(after.people.has('ed')).toBe(false);
  });

  it('show no faces of people who were reported within 14 days', async () => {
    const { people, reportedAuthors } = await readSuppressions(lent.pool, 'ann');
    expect(people.has('bo')).toBe(false);
    const at = reportedAuthors.get('bo') ?? 0;
    const day = 24 * 3_600_000;
    const hidden = (days: number) => [...hidePeople({ ...EMPTY, people, reportedAuthors }, at + days * day)].sort();
    expect(hidden(13.9)).toEqual(['bo', 'cy', 'di']);
    expect(hidden(14)).toEqual(['cy', 'di']);
  });

  it('keep what answers something from those who may not see that, however deep, and whatever becomes of it', async () => {
    await lent.log.append([
      sent('bo', { activity_type: 'create', content: 'post:secret', visibility: 'private' }),
      sent('bo', { activity_type: 'create', content: 'comment:k', reply_to: 'post:secret', title: 'Secret too' }),
      sent('bo', { activity_type: 'create', content: 'image:of-k', reply_to: 'comment:k' }),
      sent('ann', { activity_type: 'create', content: 'comment:mine', reply_to: 'comment:k' }),
    ]);
    const answers = ['comment:k', 'image:of-k', 'comment:mine'];
    const seenBy = async (person: string | null) => [...(await visibleNow(lent.pool, person, answers)).keys()];
    expect(await seenBy('bo')).toEqual(answers);
    expect(await seenBy('ann')).toEqual(['comment:mine']);
    expect(await seenBy(null)).toEqual([]);
    await lent.log.append([sent('bo', { activity_type: 'delete', content: 'post:secret' })]);
    expect(await seenBy('ann')).toEqual(['comment:mine']);
    expect(await seenBy('cy')).toEqual([]);
  });

  it('go by the tags, the community, the author and the title that content has now', async () => {
    await lent.log.append([
      sent('bo', {
        activity_type: 'create',
        content: 'post:tagged',
        hashtags: ['cats'],
        community_id: 'pets',
        title: 'A dog',
      }),
      sent('bo', { activity_type: 'retag', content: 'post:tagged', hashtags: ['dogs'] }),
    ]);
    expect(await visibleNow(lent.pool, 'ann', ['post:tagged', 'post:nowhere'])).toEqual(
      new Map([
        ['post:tagged', { tags: ['dogs'], communityId: 'pets', authorId: 'bo', title: 'A dog', described: true }],
        ['post:nowhere', { tags: [], communityId: null, authorId: null, title: null, described: false }],
      ]),
    );
  });

  it('show content to whom its visibility says, and deleted content to nobody', async () => {
    const post = (id: string, visibility: string, more: object = {}) =>
      sent('bo', { activity_type: 'create', content: `post:${id}`, visibility, ...more });
    await lent.log.append([
      post('public', 'public'),
      post('friends', 'connections'),
      post('club', 'community', { community_id: 'club' }),
      post('own', 'private'),
      post('gone', 'public'),
      sent('bo', { activity_type: 'delete', content: 'post:gone' }),
      sent('fay', { activity_type: 'connection_request', target_user_id: 'bo' }),
      sent('bo', { activity_type: 'connection_accept', target_user_id: 'fay' }),
      sent('abe', { activity_type: 'connection_request', target_user_id: 'bo' }),
      sent('gil', { activity_type: 'join', community_id: 'club' }),
      sent('zoe', { activity_type: 'join', community_id: 'club' }),
      sent('zoe', { activity_type: 'leave', community_id: 'club' }),
    ]);
    const all = ['public', 'friends', 'club', 'own', 'gone', 'unheard-of'].map((id) => `post:${id}`);
    const seenBy = async (person: string | null) =>
      [...(await visibleNow(lent.pool, person, all)).keys()].map((reference) => reference.slice(5)).sort();
    expect(await seenBy(null)).toEqual(['public', 'unheard-of']);
    expect(await seenBy('fay')).toEqual(['friends', 'public', 'unheard-of']);
    expect(await seenBy('abe')).toEqual(['public', 'unheard-of']);
    expect(await seenBy('gil')).toEqual(['club', 'public', 'unheard-of']);
    expect(await seenBy('zoe')).toEqual(['public', 'unheard-of']);
    expect(await seenBy('bo')).toEqual(['club', 'friends', 'own', 'public', 'unheard-of']);
  });

  it('read what a page asks for by its key, and not the whole catalogue', async () => {
    await lent.log.append([sent('bo', { activity_type: 'create', content: 'post:1' })]);
    await lent.pool.query(`INSERT INTO content SELECT (jsonb_populate_record(content,
        jsonb_build_object('reference', 'post:n' || n))).*
      FROM content, generate_series(1, 10000) AS n WHERE content.reference = 'post:1'`);
    await lent.pool.query('ANALYZE content');
    const asked: { readonly text: string; readonly values: readonly unknown[] }[] = [];
    const pool = Object.create(lent.pool, {
      query: {
        value(query: { readonly text: string; readonly values: readonly unknown[] }) {
          asked.push(query);
          return lent.pool.query(query.text, [...query.values]);
        },
      },
    });
    const page = Array.from({ length: 300 }, (_, n) => `post:n${n + 1}`);
    expect((await visibleNow(pool, 'ann', page)).size).toBe(300);
    const [{ text, values } = { text: '', values: [] }] = asked;
    const { rows } = await lent.pool.query(`EXPLAIN ${text}`, [...values]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('content_pkey');
    expect(plan).not.toContain('Seq Scan on content');
  });
});
