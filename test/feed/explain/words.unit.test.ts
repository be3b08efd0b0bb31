import { describe, expect, it } from 'vitest';
import { parseActivity } from '../../../src/activity/activity.ts';
import { SUPPRESSING_FACTS } from '../../../src/activity/kind.ts';
import { KINDS } from '../../../src/activity/kinds.ts';
import { whyNotFound } from '../../../src/feed/explain/not-found.ts';
import { type RuleFacts, ruleInWords } from '../../../src/feed/explain/ruled-out.ts';
import { actingSettings } from '../../../src/feed/explain/settings-in-words.ts';
import { actWords, listed, ordinal } from '../../../src/feed/explain/words.ts';
import { RULE_NAMES } from '../../../src/feed/rules.ts';

const AT = Date.UTC(2026, 0, 15, 12);
const facts: RuleFacts = {
  item: { content: 'post:p1', author: 'gus', tags: ['jazz', 'go'], community: 'noise' },
  title: 'Jazz tonight',
  authorName: 'Gus',
  refusals: [],
  reportedAt: AT,
  acts: [{ kind: 'like', at: AT }],
  settings: { mutedTags: ['go'], mutedWords: ['tonight'], network: 0 },
};
const said = (fact: (typeof SUPPRESSING_FACTS)[number], object: string) => ({
  ...facts,
  refusals: [{ fact, object, at: AT }],
});

describe('numbers and lists in words', () => {
  it('count as people do', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 102, 111, 113].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '102nd',
      '111th',
      '113th',
    ]);
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });

  it('name every kind of activity', () => {
    expect(KINDS.map(({ name }) => actWords(name)).filter((words) => words.includes('_'))).toEqual([]);
    expect([actWords('like'), actWords('comment'), actWords('media_play')]).toEqual([
      'like of',
      'comment on',
      'media play of',
    ]);
  });
});

describe('a rule in words', () => {
  it('tells when the person hid it, and the activity that takes that back', () => {
    expect(ruleInWords('suppressed', said('hide', 'post:p1'))).toEqual({
      says: 'You hid it on 2026-01-15',
      remedy: 'Send unhide to see it again',
      undo: { activity_type: 'unhide', content: 'post:p1' },
    });
  });

  it.each([
    [
      'suppressed_person',
      said('mute', 'user:gus'),
      'You muted Gus on 2026-01-15',
      { activity_type: 'unmute', target_user_id: 'gus' },
    ],
    [
      'suppressed_person',
      said('block', 'user:gus'),
      'You blocked Gus on 2026-01-15',
      { activity_type: 'unblock', target_user_id: 'gus' },
    ],
    [
      'suppressed_tag',
      said('mute', 'tag:jazz'),
      'You muted #jazz on 2026-01-15',
      { activity_type: 'unmute', content: 'tag:jazz' },
    ],
    [
      'suppressed_community',
      said('mute', 'community:noise'),
      'You muted its community on 2026-01-15',
      { activity_type: 'unmute', community_id: 'noise' },
    ],
    [
      'suppressed',
      said('not_interested', 'post:p1'),
      'You were not interested in it on 2026-01-15',
      { activity_type: 'interested_again', content: 'post:p1' },
    ],
  ] as const)('%s: %#', (rule, known, says, undo) => {
    expect(ruleInWords(rule, known)).toMatchObject({ says, undo });
  });

  it.each(SUPPRESSING_FACTS)('gives an activity that is accepted, to take %s back', (fact) => {
    for (const object of fact === 'block' ? ['user:gus'] : ['post:p1', 'user:gus', 'tag:jazz', 'community:noise']) {
      const rule = object.startsWith('post')
        ? 'suppressed'
        : `suppressed_${{ user: 'person', tag: 'tag', community: 'community' }[object.split(':')[0] ?? '']}`;
      const undo = ruleInWords(rule, said(fact, object))?.undo;
      const takesBack = parseActivity({ ...undo, user_id: 'ann' }, { subject: 'ann', source: 'test', trusted: true });
      expect([takesBack.kind.fact, takesBack.kind.nature]).toEqual([fact, 'takes-back']);
    }
  });

  it('keeps silent about what the person may not see, and about somebody who blocked them', () => {
    expect(ruleInWords('deleted_or_not_visible', facts)).toBeUndefined();
    expect(ruleInWords('suppressed_person', facts)).toBeUndefined();
  });

  it('tells until when a reported author stays away, and what in the settings mutes it', () => {
    expect(ruleInWords('reported_author', facts)).toMatchObject({
      says: 'You reported Gus, or something of theirs, on 2026-01-15',
      remedy: 'Withdraw the report, or wait until 2026-01-29',
    });
    expect(ruleInWords('muted_tag', facts)?.says).toBe('You muted #go in your settings');
    expect(ruleInWords('muted_word', facts)?.says).toBe('Its title has “tonight”, which you muted in your settings');
    expect(ruleInWords('engaged', facts)?.says).toBe('You know it already: your like of it on 2026-01-15');
  });

  it('has words for every rule that there is', () => {
    const known = RULE_NAMES.map((rule) => ruleInWords(rule, said('hide', 'post:p1'))?.says ?? '');
    expect(known.filter((says) => says.startsWith('The rule'))).toEqual([]);
  });
});

describe('why a source did not bring something', () => {
  const nothing = {
    authorName: 'Flo',
    tied: false,
    tags: [],
    shared: [],
    inCommunity: false,
    member: false,
    similar: 0,
    alike: 0,
  };
  const says = (source: string, known = {}) => whyNotFound([source], [], { ...nothing, ...known })[0]?.says;

  it('is said from what is known of the reader', () => {
    expect(says('ties')).toBe('Flo is not among the people you are tied to');
    expect(says('interests')).toBe('It has no tags');
    expect(says('interests', { tags: ['go', 'jazz'] })).toBe('None of its tags #go and #jazz is among your interests');
    expect(says('interests', { tags: ['go'] })).toBe('Its tag #go is not among your interests');
    expect(says('communities', { inCommunity: true })).toBe('It is in a community that you are not a member of');
    expect(says('similar_content')).toBe('Nothing makes it similar to what you engaged with lately');
    expect(says('a_source_of_the_future')).toBe('It proposed other things');
    expect(whyNotFound(['ties'], ['ties'], nothing)).toEqual([
      { source: 'ties', says: 'You switched this source off' },
    ]);
  });
});

describe('settings that act', () => {
  it('are named with what they do', () => {
    expect(actingSettings({ weights: { people: 1.5 }, off: ['trending'], network: 0.2 })).toEqual([
      { name: 'people', value: 1.5, says: 'What people you are tied to made and liked counts ×1.5' },
      { name: 'network', value: 0.2, says: 'What others made counts ×0.4' },
      { name: 'off:trending', value: null, says: 'You switched trending off' },
    ]);
    expect(actingSettings({ weights: {}, off: [], network: 0.75 })[0]?.says).toBe(
      'What people you are tied to made counts ×0.5',
    );
    expect(actingSettings({ weights: {}, off: [], network: 0 })[0]?.says).toBe('Only what people you are tied to made');
    expect(actingSettings({ weights: {}, off: [], network: null })).toEqual([]);
  });
});
