import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/core/errors.ts';
import { readCursor, writeCursor } from '../../src/feed/cursor.ts';

const owner = { viewer: 'ann', scope: 'tag chess' };
const SECRET = 'a secret of at least thirty-two characters';
const place = fc.record({ snapshot: fc.uuid(), rank: fc.integer({ min: 0, max: 10_000 }) });

function refused(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return isAppError(error, 'CURSOR_MALFORMED');
  }
}

describe('a feed cursor', () => {
  it('leads back to its place', () => {
    fc.assert(
      fc.property(place, (at) => {
        expect(readCursor(writeCursor(at, owner, SECRET), owner, SECRET)).toEqual(at);
      }),
    );
  });

  it('is refused after any change of any character', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.constantFrom(...'ABCz09-_=. '), (at, where, character) => {
        const cursor = writeCursor(at, owner, SECRET);
        const index = where % cursor.length;
        const altered = cursor.slice(0, index) + character + cursor.slice(index + 1);
        fc.pre(altered !== cursor);
        expect(refused(() => readCursor(altered, owner, SECRET))).toBe(true);
      }),
    );
  });

  it('is refused when it is any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refused(() => readCursor(text, owner, SECRET))).toBe(true);
      }),
    );
  });

  it('is good for its person, its scope and its server only', () => {
    const cursor = writeCursor({ snapshot: '7f1f7f6e-6f2b-4a3e-9c57-0f4f0a7b8f11', rank: 20 }, owner, SECRET);
    expect(refused(() => readCursor(cursor, { ...owner, viewer: 'bo' }, SECRET))).toBe(true);
    expect(refused(() => readCursor(cursor, { ...owner, viewer: null }, SECRET))).toBe(true);
    expect(refused(() => readCursor(cursor, { ...owner, scope: '' }, SECRET))).toBe(true);
    expect(refused(() => readCursor(cursor, owner, `${SECRET}!`))).toBe(true);
  });
});
