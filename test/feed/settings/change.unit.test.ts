import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, parseSettingsChange } from '../../../src/feed/settings/change.ts';
import { holdsMuted } from '../../../src/feed/settings/muted.ts';
import { HEURISTIC_NAMES, NO_SETTINGS, SLIDER_NAMES } from '../../../src/feed/settings/settings.ts';

const change = (value: unknown) => changed(NO_SETTINGS, parseSettingsChange(value));

describe('a change of settings', () => {
  it('names the sliders that exist when one does not', () => {
    expect(() => parseSettingsChange({ weights: { poeple: 1 } })).toThrow(
      `weights.poeple: there is no such slider; those that exist: ${SLIDER_NAMES.join(', ')}`,
    );
    expect(() => parseSettingsChange({ weights: { constructor: 1 } })).toThrow('there is no such slider');
  });

  it('names the heuristics that exist when one does not', () => {
    expect(() => parseSettingsChange({ off: ['gravity'] })).toThrow(
      `off.0: there is no such heuristic; those that exist: ${HEURISTIC_NAMES.join(', ')}`,
    );
  });

  it.each([
    [{ weights: { people: 2.1 } }, 'weights.people'],
    [{ weights: { people: -0.1 } }, 'weights.people'],
    [{ weights: { people: 'much' } }, 'weights.people'],
    [{ network: 1.5 }, 'network'],
    [{ interests: { chess: 3 } }, 'interests.chess'],
    [{ interests: { '##': 1 } }, 'interests.##'],
    [{ muted_words: [' '] }, 'muted_words.0'],
    [{ muted_words: ['a\u0000'] }, 'muted_words.0'],
    [{ muted_tags: ['a\u0000'] }, 'muted_tags.0'],
    [{ muted_words: Array(201).fill('a') }, 'muted_words'],
    [{ revision: 7 }, 'revision: there is no such setting'],
    [[], ''],
  ])('refuses %j, naming the field', (value, named) => {
    try {
      parseSettingsChange(value);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'SETTINGS_INVALID', status: 422 });
      expect(String(error)).toContain(named);
    }
  });

  it('changes what it names and leaves the rest', () => {
    const before = change({ weights: { people: 1.5 }, muted_words: ['Spoiler'], network: 0.2 });
    const after = changed(before, parseSettingsChange({ weights: { new: 0 }, interests: { '#Chess': 2 } }));
    expect(after).toMatchObject({
      revision: 2,
      weights: { new: 0, people: 1.5 },
      interests: { chess: 2 },
      mutedWords: ['spoiler'],
      network: 0.2,
    });
  });

  it('takes back by null or 1', () => {
    const before = change({ weights: { people: 1.5, new: 0 }, network: 0.2 });
    const after = changed(before, parseSettingsChange({ weights: { people: null, new: 1 }, network: null }));
    expect(after).toEqual({ ...NO_SETTINGS, revision: 2 });
  });

  it('keeps the revision when it changes nothing, so that sending it again does no harm', () => {
    const sent = { weights: { people: 1.5 }, off: ['trending', 'ties'], muted_tags: ['b', 'a'] };
    const once = change(sent);
    expect(changed(once, parseSettingsChange({ ...sent, off: ['ties', 'trending'] }))).toBe(once);
  });

  it('never lets a number out of its range in, whatever is sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SLIDER_NAMES), fc.double()), (weights) => {
        const valid = Object.values(weights).every((value) => value >= 0 && value <= 2);
        if (valid) {
          expect(Object.values(change({ weights }).weights).every((value) => value >= 0 && value <= 2)).toBe(true);
        } else {
          expect(() => change({ weights })).toThrow('weights.');
        }
      }),
    );
  });
});

describe('a muted word', () => {
  it.each([
    ['The SPOILER of the year', 'spoiler', true],
    ['spoilers', 'spoiler', false],
    ['Unspoiled', 'spoil', false],
    ['season  finale!', 'season finale', true],
    ['spoiler-free', 'spoiler', true],
    ['ﬁnale', 'finale', true],
    ['日本語の本', '日本', true],
    ['concatenate the cat', 'cat', true],
    ['', 'cat', false],
  ])('in "%s": %s is %s', (title, word, found) => {
    expect(holdsMuted(title, [word])).toBe(found);
  });
});
