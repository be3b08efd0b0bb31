import { createHash } from 'node:crypto';
import { ERRORS } from '../../core/errors.ts';
import { DOCS_SCRIPT } from './docs-script.ts';
import type { OpenApiDocument, OpenApiOperation } from './openapi.ts';
import { EXAMPLES } from './openapi-examples.ts';

/** The page runs its own script and talks to this service; nothing comes from elsewhere. */
export const DOCS_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(DOCS_SCRIPT).digest('base64')}'`,
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page `/docs`: every operation with a form to try it, and every error. */
export function renderDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method.toUpperCase(), path, operation)),
  );
  const errors = Object.entries(ERRORS).map(
    ([code, error]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${error.status}</td><td>${escapeHtml(error.when)}</td><td>${escapeHtml(error.remedy)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${document.info.title}</title>
<style>${STYLE}</style></head>
<body><h1>${document.info.title}</h1><p>${escapeHtml(document.info.description)} The whole description is in <a href="/openapi.json">/openapi.json</a>; <a href="/graphql">/graphql</a> is for trying GraphQL.</p>
<p><label>Token <input id="token" type="password" autocomplete="off" placeholder="npm run --silent token -- --user 7 --role admin"></label> It is kept until this tab is closed.</p>
${operations.join('\n')}
<h2 id="errors">Errors</h2><table><thead><tr><th>Code</th><th>Status</th><th>When</th><th>What to do</th></tr></thead><tbody>
${errors.join('\n')}
</tbody></table><script>${DOCS_SCRIPT}</script></body></html>`;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.25rem .5rem;vertical-align:top;border-top:1px solid #ccc}details{border-top:1px solid #ccc;padding:.25rem 0}summary{cursor:pointer}label{display:block;margin:.25rem 0}input{font:inherit;width:24rem;max-width:100%}textarea{font:14px/1.4 ui-monospace,monospace;width:100%;height:8rem}output{display:block;white-space:pre-wrap;font:14px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}';

function section(method: string, path: string, operation: OpenApiOperation): string {
  const fields = operation.parameters.map(
    ({ name, in: place, description = '', schema }) =>
      `<label><code>${escapeHtml(name)}</code> <input name="${escapeHtml(name)}" data-in="${place}"${place === 'path' ? ` required value="${escapeHtml(exampleOf(schema))}"` : ''}> ${escapeHtml(description)}</label>`,
  );
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body =
    content === undefined
      ? ''
      : `<label>Body (${escapeHtml(type ?? '')})<textarea spellcheck="false">${escapeHtml(bodyExample(content.schema))}</textarea></label>`;
  return [
    `<details id="${operation.operationId}"><summary><code>${method} ${escapeHtml(path)}</code> ${escapeHtml(operation.summary)}</summary>`,
    `<p>${escapeHtml(operation.description)} Answers: ${Object.keys(operation.responses).join(', ')}</p>`,
    `<form data-method="${method}" data-path="${escapeHtml(path)}" data-type="${escapeHtml(type ?? '')}">${fields.join('')}${body}<button>Send</button><output></output></form></details>`,
  ].join('');
}

/** Path parameters are written percent-encoded in the document, and plain in a form. */
function exampleOf(schema: { readonly examples?: readonly unknown[] }): string {
  const [example] = schema.examples ?? [];
  return typeof example === 'string' ? decodeURIComponent(example) : '';
}

/** The example of the first thing with a name that a body may be; a list of it where a list is wanted. */
function bodyExample(schema: object): string {
  const [, name = ''] = /"#\/components\/schemas\/(\w+)"/u.exec(JSON.stringify(schema)) ?? [];
  const known: unknown = EXAMPLES[name];
  const example = known ?? ('examples' in schema && Array.isArray(schema.examples) ? schema.examples[0] : {});
  return JSON.stringify('type' in schema && schema.type === 'array' ? [example] : example, null, 2);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
