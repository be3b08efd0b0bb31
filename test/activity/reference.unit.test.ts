import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALL_CONTENT_LABELS,
  contentLabel,
  isContentType,
  normalizeTag,
  normalizeTags,
  parseReference,
  referenceTo,
} from '../../src/activity/reference.ts';

describe('a reference', () => {
  test('is split at its first colon, so that ids may hold colons', () => {
    expect(parseReference('post:a:b')).toEqual({ type: 'post', id: 'a:b' });
  });

  test.each(['post', 'post:', ':1', 'Post:1', '1post:1', 'po st:1', ''])('%j is none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  test('comes back as it was put together, for every id', () => {
    const type = fc.stringMatching(/^[a-z][a-z0-9_]{0,31}$/);
    fc.assert(
      fc.property(type, fc.string({ minLength: 1, unit: 'binary' }), (name, id) => {
        expect(parseReference(referenceTo(name, id))).toEqual({ type: name, id });
      }),
    );
  });
});

describe('the label of a content type', () => {
  test.each([
    ['post', 'Post'],
    ['question', 'Question'],
    ['gif', 'Media'],
    ['comment_media', 'Media'],
  ])('of %s is %s', (type, label) => {
    expect(contentLabel(type)).toBe(label);
    expect(ALL_CONTENT_LABELS).toContain(label);
  });

  test.each(['recipe', 'constructor', '__proto__', 'valueof'])('of %s, which is not in the list, is none', (type) => {
    expect(contentLabel(type)).toBeUndefined();
  });

  test('is for content: people, tags and communities are none', () => {
    expect(['user', 'tag', 'community', 'post', 'recipe'].map(isContentType)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('a tag', () => {
  test.each([
    ['#Cats', 'cats'],
    ['Hamid_Karzai', 'hamid-karzai'],
    ['  New  York ', 'new-york'],
    ['##a--b__c', 'a-b-c'],
    ['Ｃａｆé', 'café'],
    ['cafe\u0301', 'café'],
  ])('%j is spelled %j', (given, spelled) => {
    expect(normalizeTag(given)).toBe(spelled);
  });

  test.each(['', '#', ' - ', '__'])('%j has nothing left', (given) => {
    expect(normalizeTag(given)).toBeUndefined();
  });

  test('once spelled stays as it is, for every text', () => {
    const awkward = fc.string({
      unit: fc.constantFrom('#', '-', '_', ' ', 'a', 'É', 'İ', 'ß', 'ﬁ', 'Ω', '😀', '\u0301'),
    });
    const long = fc.string({ unit: fc.constantFrom('a', '-', '😀'), minLength: 95, maxLength: 110 });
    fc.assert(
      fc.property(fc.oneof(awkward, long, fc.string({ unit: 'binary' })), (given) => {
        const spelled = normalizeTag(given);
        if (spelled !== undefined) {
          expect(normalizeTag(spelled)).toBe(spelled);
          expect(spelled).not.toMatch(/^[#-]|-$|[\s_]/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is listed once, in order, so that equal sets are equal lists', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tags) => {
        expect(normalizeTags([...tags].reverse())).toEqual(normalizeTags([...tags, ...tags]));
      }),
    );
  });
});
