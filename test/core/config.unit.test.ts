import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { readSecrets } from '../../src/core/secrets.ts';

const feedOf = (shares: string) => readConfig({ FEED_ALGORITHMS: shares }).feed.algorithms;

describe('the shares of feed algorithms', () => {
  it('are read from a list of names and shares', () => {
    expect(feedOf('graph_v2=90, activity_enhanced_v1=10.5')).toEqual([
      { algorithm: 'graph_v2', share: 90 },
      { algorithm: 'activity_enhanced_v1', share: 10.5 },
    ]);
  });

  it('are left to the default when nothing is said', () => {
    expect(feedOf('')).toBeUndefined();
  });

  it.each(['graph_v2', 'graph_v2=0', 'graph_v2=-1', 'graph_v2=x', 'graph_v2=1,,', '=1'])(
    'are refused as %s',
    (shares) => {
      expect(() => feedOf(shares)).toThrow(/FEED_ALGORITHMS: must be names with shares above 0/u);
    },
  );

  it('are refused when an algorithm has two', () => {
    expect(() => feedOf('graph_v2=1,graph_v2=2')).toThrow(/FEED_ALGORITHMS: must name each algorithm once/u);
  });
});

describe('automatic recording', () => {
  it('is on unless AUTO_TRACK is false, and nothing else is taken for a no', () => {
    expect(readConfig({}).autoTrack).toBe(true);
    expect(readConfig({ AUTO_TRACK: 'false' }).autoTrack).toBe(false);
    expect(() => readConfig({ AUTO_TRACK: 'no' })).toThrow(/AUTO_TRACK/u);
  });
});

describe('where people are known by digests', () => {
  const away = { HOST: '0.0.0.0', AUTH_JWKS_URL: 'https://keys.example.org/jwks' };

  it('every replica has the same key: one that others can reach does not make one of its own', async () => {
    expect(() => readConfig(away)).toThrow(/ERASURE_SECRET: must be set/u);
    for (const more of [
      { ERASURE_SECRET: 'the same for all' },
      { AUTH_SECRET: 'x'.repeat(32) },
      { HOST: '127.0.0.1' },
    ]) {
      expect(() => readConfig({ ...away, ...more })).not.toThrow();
    }
    const folders = await Promise.all(['a', 'b'].map((name) => mkdtemp(path.join(os.tmpdir(), `replica-${name}-`))));
    const secrets = folders.map((dataDir) =>
      readSecrets(readConfig({ ...away, ERASURE_SECRET: 'shared', DATA_DIR: dataDir })),
    );
    const [one, other] = await Promise.all(secrets);
    expect(one).toEqual(other);
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });
});

describe('the service', () => {
  it('does not start when people are to get an algorithm that there is not', async () => {
    const config = readConfig({ FEED_ALGORITHMS: 'activity_enhanced_v1=9,nonesuch=1' });
    const addresses = {
      databaseUrl: 'postgres://127.0.0.1:1/none',
      neo4j: { uri: 'bolt://127.0.0.1:1', user: '', password: '' },
    };
    await expect(openApp({ config, addresses, logger: createLogger('silent') })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('FEED_ALGORITHMS: There is no feed algorithm of this name'),
    });
  });
});
