import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ACTIVITY_WORDS } from '../../src/activity/kinds.ts';

const FILE = new URL('../../src/client/words.ts', import.meta.url);

it('the words of the client are those of the catalogue; UPDATE_DOCS=1 writes them anew', () => {
  const words = [...ACTIVITY_WORDS].sort().map((word) => `  | '${word}'`);
  const text = [
    '/** Every word for a kind of activity. Made from the catalogue by test/client/words.unit.test.ts. */',
    'export type ActivityWord =',
    ...words,
  ];
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(FILE, `${text.join('\n')};\n`);
  }
  expect(readFileSync(FILE, 'utf8')).toBe(`${text.join('\n')};\n`);
});
