import { ERRORS } from './errors.ts';

/** The page `docs/errors.md`, made from the catalogue. */
export function renderErrorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, error]) => `| \`${code}\` | ${error.status} | ${error.exit} | ${error.when} | ${error.remedy} |`,
  );
  return [
    '# Errors',
    '',
    'Made from `src/core/errors.ts`; `UPDATE_DOCS=1 npx vitest run test/core/errors-page.unit.test.ts` writes it anew.',
    '',
    'A code is a promise: it keeps its meaning. REST answers it in `code` of an `application/problem+json` body, beside',
    '`detail` (what was wrong in this case) and `remedy`; GraphQL in `extensions.code` and `extensions.remedy`; a command ends',
    'with the exit code. Failures of the service itself (5xx) tell no details: `instance` (REST) or `extensions.id` (GraphQL)',
    'is the id under which the cause was logged. A 503 says in `Retry-After` when to try again.',
    '',
    '| Code | HTTP | Exit | When | What to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
