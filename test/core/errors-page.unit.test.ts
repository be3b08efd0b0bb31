import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ERRORS } from '../../src/core/errors.ts';
import { renderErrorsPage } from '../../src/core/errors-page.ts';

const PAGE = new URL('../../docs/errors.md', import.meta.url);

test('docs/errors.md is the catalogue of errors', async () => {
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(PAGE, renderErrorsPage());
  }
  expect(await readFile(PAGE, 'utf8')).toBe(renderErrorsPage());
});

test('every error says when it happens and what to do, in sentences', () => {
  for (const [code, error] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$|^INTERNAL$|^FORBIDDEN$/);
    expect(error.when, code).toMatch(/^[A-Z].*\.$/);
    expect(error.remedy, code).toMatch(/^[A-Z].*\.$/);
  }
});
