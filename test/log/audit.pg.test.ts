import { describe, expect, it } from 'vitest';
import { AUDIT_TABLES, KINDS, type Kind } from '../../src/activity/kinds.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import { listActivities } from '../../src/log/read/activities.ts';
import { sent, timeBefore, useLog } from './fixture.ts';

/** Everything that any kind may need, so that every kind can be sent. */
function complete(kind: Kind): Record<string, unknown> {
  const needs = new Set(kind.needs);
  return {
    activity_type: kind.name,
    ...(needs.has('content') || needs.has('thing') ? { content: `post:${kind.name}` } : {}),
    ...(needs.has('person') || needs.has('object') ? { target_user_id: 'bo' } : {}),
    ...(needs.has('community') ? { community_id: 'chess' } : {}),
    ...(needs.has('tags') ? { hashtags: ['cats'] } : {}),
    ...(needs.has('circle') ? { circle: 'inner' } : {}),
    ...(needs.has('duration') ? { duration_seconds: 12.5 } : {}),
    ...(needs.has('scroll') ? { scroll_depth_percentage: 80 } : {}),
    ...(needs.has('session') ? { session_id: 's1' } : {}),
    ...(needs.has('activity') ? { activity_id: 'to-retract' } : {}),
  };
}

describe('audit rows', () => {
  const lent = useLog();

  it('of every kind land in its table, one each, two for a profile visit', async () => {
    await lent.log.append([sent('ann', { id: 'to-retract', activity_type: 'view', content: 'post:1' })]);
    for (const kind of KINDS) {
      const [result] = await lent.log.append([sent('ann', complete(kind), true)]);
      expect(result, kind.name).toMatchObject({ status: 'accepted' });
      const position = result?.status === 'accepted' ? result.position : 0;
      const found: string[] = [];
      for (const table of AUDIT_TABLES) {
        const { rowCount } = await lent.pool.query(`SELECT 1 FROM ${table} WHERE id = $1 AND uid = $2`, [
          position,
          result?.uid,
        ]);
        found.push(...Array<string>(rowCount ?? 0).fill(table));
      }
      expect(found.sort(), kind.name).toEqual(
        [kind.table, kind.secondTable].filter((table) => table !== undefined).sort(),
      );
    }
    expect(await verifyLog(lent.pool)).toMatchObject({ rows: KINDS.length + 1, problems: [] });
  });

  it('of a profile visit are as in the seed: a social interaction in the context of the profile, and a profile activity', async () => {
    await lent.log.append([
      sent('176', {
        activity_type: 'profile_visit',
        target_user_id: '174',
        duration_seconds: 3,
        metadata: { query_type: 'profile_by_user_id' },
      }),
    ]);
    const social = await lent.pool.query(
      "SELECT user_id, interaction_type, target_user_id, context_type, context_id, metadata FROM social_interaction WHERE user_id = '176'",
    );
    expect(social.rows).toEqual([
      {
        user_id: '176',
        interaction_type: 'profile_visit',
        target_user_id: '174',
        context_type: 'profile',
        context_id: '174',
        metadata: { query_type: 'profile_by_user_id', duration_seconds: 3 },
      },
    ]);
    const profile = await lent.pool.query(
      "SELECT visitor_id, profile_owner_id, activity_type, duration_seconds FROM profile_activity WHERE visitor_id = '176'",
    );
    expect(profile.rows).toEqual([
      { visitor_id: '176', profile_owner_id: '174', activity_type: 'profile_visit', duration_seconds: 3 },
    ]);
  });

  it('of vibes and sessions take their columns from the metadata', async () => {
    const metadata = { vibe_name: 'Motivation', vibe_score: 3.7, iq_change: 0.15, hq_impact: 0.2, aq_impact: 'much' };
    await lent.log.append([
      sent('203', { activity_type: 'vibe_score_update', content: 'vibe:v1', metadata, success: false }),
      sent('203', {
        activity_type: 'session_start',
        session_id: 's9',
        occurred_at: timeBefore(1),
        metadata: { device: 'phone', app_version: '1.2', activity_count: 4.5 },
      }),
    ]);
    const vibe = await lent.pool.query(
      `SELECT vibe_type, vibe_id, vibe_name, vibe_category, vibe_score, iq_impact, hq_impact, aq_impact, success, metadata
       FROM vibe_activity WHERE user_id = '203'`,
    );
    expect(vibe.rows).toEqual([
      {
        vibe_type: 'vibe',
        vibe_id: 'v1',
        vibe_name: 'Motivation',
        vibe_category: null,
        vibe_score: 3.7,
        iq_impact: 0.15,
        hq_impact: 0.2,
        aq_impact: null,
        success: false,
        metadata,
      },
    ]);
    const session = await lent.pool.query(
      "SELECT session_id, device, app_version, activity_count, started_at, ended_at FROM session_activity WHERE user_id = '203'",
    );
    expect(session.rows).toEqual([
      {
        session_id: 's9',
        device: 'phone',
        app_version: '1.2',
        activity_count: null,
        started_at: new Date(timeBefore(1)),
        ended_at: null,
      },
    ]);
  });

  it('hold addresses without their last part unless told otherwise, and browsers as they are', async () => {
    const keeping = await lent.open({ anonymizeIp: false });
    const visit = (by: string, ipAddress: string) => ({
      ...sent(by, { activity_type: 'page_view' }),
      ipAddress,
      userAgent: `Agent ${'\ud800'}${'x'.repeat(600)}`,
    });
    await lent.log.append([
      visit('ip1', '203.0.113.77'),
      visit('ip2', '::ffff:203.0.113.77'),
      visit('ip3', '2001:db8:abcd:12::5%eth0'),
      visit('ip4', 'unknown'),
    ]);
    await keeping.append([visit('ip5', '2001:DB8::12'), visit('ip6', '::102:304')]);
    const { rows } = await lent.pool.query(
      "SELECT user_id, ip_address, length(user_agent) AS length FROM user_activity WHERE user_id LIKE 'ip_' ORDER BY user_id",
    );
    expect(rows).toEqual([
      { user_id: 'ip1', ip_address: '203.0.113.0', length: 500 },
      { user_id: 'ip2', ip_address: '203.0.113.0', length: 500 },
      { user_id: 'ip3', ip_address: '2001:db8:abcd::', length: 500 },
      { user_id: 'ip4', ip_address: null, length: 500 },
      { user_id: 'ip5', ip_address: '2001:db8::12', length: 500 },
      { user_id: 'ip6', ip_address: '1.2.3.4', length: 500 },
    ]);
    expect(await verifyLog(lent.pool)).toMatchObject({ problems: [] });
  });

  it('keep every word that was sent, also what has no column', async () => {
    const raw = {
      activity_type: 'view',
      content: 'post:77',
      description: 'line one\nline two\ttab \\ backslash \\N',
      session_id: 's3',
      success: false,
      metadata: { nested: { z: [1, 1e21, -0, 'ü😀'], a: null }, '': 0 },
    };
    await lent.log.append([sent('tabs', raw)]);
    const { items } = await listActivities(lent.pool, { userId: 'tabs', limit: 5 });
    expect(items[0]).toMatchObject({
      description: raw.description,
      success: false,
      content: 'post:77',
      user_id: 'tabs',
    });
    expect(items[0]?.metadata).toEqual({
      nested: { z: [1, 1e21, 0, 'ü😀'], a: null },
      '': 0,
      description: raw.description,
      session_id: 's3',
      success: false,
    });
    expect(await verifyLog(lent.pool)).toMatchObject({ problems: [] });
  });

  it('of messages hold the fact and never the text, wherever it was put', async () => {
    const secret = 'Meet me at nine';
    const metadata = {
      message_uid: 'm1',
      content_type: 'text',
      length: 15,
      has_media: false,
      text: secret,
      thread_id: secret,
      blocks: [{ text: secret }],
      body: { html: secret },
    };
    const message = { description: secret, url: 'https://example.org/meet-me', metadata };
    await lent.log.append([
      sent('mia', { ...message, activity_type: 'message', target_user_id: 'bo' }),
      sent('mia', { ...message, activity_type: 'matrix_message', community_id: 'chess' }),
    ]);
    const { rows } = await lent.pool.query("SELECT metadata FROM social_interaction WHERE user_id = 'mia'");
    const kept = { message_uid: 'm1', content_type: 'text', length: 15, has_media: false };
    expect(rows).toEqual([{ metadata: kept }, { metadata: kept }]);
    expect(await verifyLog(lent.pool)).toMatchObject({ problems: [] });
  });

  it('go into the partition of the month of receipt, which the writer makes when a month begins', async () => {
    const december = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    const partition = async (by: string): Promise<unknown> =>
      (await lent.pool.query('SELECT tableoid::regclass::text AS name FROM user_activity WHERE user_id = $1', [by]))
        .rows;
    lent.now = december;
    await lent.log.append([sent('late', { activity_type: 'login' })]);
    lent.now = december + 1;
    await lent.log.append([sent('early', { activity_type: 'login' })]);
    expect(await partition('late')).toEqual([{ name: 'user_activity_2026_12' }]);
    expect(await partition('early')).toEqual([{ name: 'user_activity_2027_01' }]);
    const two = await Promise.all([lent.open(), lent.open()]);
    expect(two).toHaveLength(2);
  });
});
