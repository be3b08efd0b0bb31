import { describe, expect, it } from 'vitest';
import { tuneFeed } from '../../src/evaluation/tune-feed.ts';
import { useEmptyApp } from './opened.ts';

const lent = useEmptyApp();

describe('tuning the feed of a service', () => {
  it('starts nothing where people did too little, and says how much is needed', async () => {
    const result = await tuneFeed(lent.app);
    expect(result).toEqual({
      skipped:
        'There is too little to choose by: at least 2000 engagements, and 100 people who did something new are needed.',
    });
  });

  it('refuses an algorithm whose score has no weights, and one that does not exist', async () => {
    await expect(tuneFeed(lent.app, { algorithm: 'activity_enhanced_v1' })).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
    });
    await expect(tuneFeed(lent.app, { algorithm: 'none' })).rejects.toMatchObject({ code: 'ALGORITHM_UNKNOWN' });
  });
});
