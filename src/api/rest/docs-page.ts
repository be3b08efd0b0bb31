import { ERRORS } from '../../core/errors.ts';
import type { OpenApiDocument } from './openapi.ts';

/** The page `/docs`: every operation and every error, without scripts, so that it needs nothing from elsewhere. */
export function renderDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = operation.parameters.map(
        ({ name, description = '' }) => `<li><code>${escapeHtml(name)}</code> ${escapeHtml(description)}</li>`,
      );
      return [
        `<section><h2><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h2>`,
        `<p>${escapeHtml(operation.summary)} ${escapeHtml(operation.description)}</p>`,
        parameters.length === 0 ? '' : `<ul>${parameters.join('')}</ul>`,
        `<p>Answers: ${Object.keys(operation.responses).join(', ')}</p></section>`,
      ].join('');
    }),
  );
  const errors = Object.entries(ERRORS).map(
    ([code, error]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${error.status}</td><td>${escapeHtml(error.when)}</td><td>${escapeHtml(error.remedy)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${document.info.title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.25rem .5rem;vertical-align:top;border-top:1px solid #ccc}</style></head>
<body><h1>${document.info.title}</h1><p>${escapeHtml(document.info.description)} The whole description is in <a href="/openapi.json">/openapi.json</a>; <a href="/graphql">/graphql</a> is for trying GraphQL.</p>
${operations.join('\n')}
<h2 id="errors">Errors</h2><table><thead><tr><th>Code</th><th>Status</th><th>When</th><th>What to do</th></tr></thead><tbody>
${errors.join('\n')}
</tbody></table></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
