import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderKindsPage } from './kinds-page.ts';

const PAGE = new URL('../../docs/activity-kinds.md', import.meta.url);

test('docs/activity-kinds.md is what the catalogue says; UPDATE_DOCS=1 writes it anew', () => {
  const page = renderKindsPage();
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(PAGE, page);
  }
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
