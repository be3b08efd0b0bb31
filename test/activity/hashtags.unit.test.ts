import { describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { hashtagsIn } from '../../src/activity/hashtags.ts';

describe('the hashtags in a text', () => {
  it('are words after a #, of any script, without the marks around them', () => {
    expect(hashtagsIn('#Chess openings, #end_games! (#将棋) #café.', 9)).toEqual([
      'Chess',
      'end_games',
      '将棋',
      'café',
    ]);
  });

  it('are no anchors, entities, or numbers of issues within a word', () => {
    expect(hashtagsIn('https://a.example/#part a#b &#39; ## # C#', 9)).toEqual([]);
  });

  it('are no more than asked for', () => {
    expect(hashtagsIn('#a #b #c', 2)).toEqual(['a', 'b']);
  });
});

describe('a search', () => {
  const search = (own: object) =>
    parseActivity({ activity_type: 'search', ...own }, { subject: 'ann', source: 'test', trusted: false }).tags;

  it('is for its hashtags and those in its words, each once', () => {
    expect(search({ hashtags: ['Go'], description: 'clubs #chess', metadata: { query: '#go #Chess' } })).toEqual([
      'chess',
      'go',
    ]);
    expect(search({ description: 'plain words', metadata: { query: 7 } })).toEqual([]);
  });

  it('is the only kind whose words are looked through', () => {
    const comment = { activity_type: 'comment', content: 'post:p1', description: '#chess' };
    expect(parseActivity(comment, { subject: 'ann', source: 'test', trusted: false }).tags).toEqual([]);
  });
});
