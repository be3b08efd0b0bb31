/** What the page `/docs` does in the browser: keeps a token for as long as its tab is open, and sends what a form says. */
export const DOCS_SCRIPT = `
'use strict';
const token = document.getElementById('token');
token.value = sessionStorage.getItem('token') ?? '';
token.addEventListener('input', () => sessionStorage.setItem('token', token.value.trim()));

function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll('[data-in]')) {
    if (field.dataset.in === 'path') {
      path = path.replace('{' + field.name + '}', encodeURIComponent(field.value));
    } else if (field.value !== '') {
      query.set(field.name, field.value);
    }
  }
  const body = form.querySelector('textarea');
  const headers = {};
  if (token.value.trim() !== '') headers.authorization = 'Bearer ' + token.value.trim();
  if (body !== null) headers['content-type'] = form.dataset.type;
  const url = path + (query.size > 0 ? '?' + query : '');
  return [url, { method: form.dataset.method, headers, ...(body === null ? {} : { body: body.value }) }];
}

function shown(text, type) {
  if (!type.includes('json')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const output = form.querySelector('output');
  const [url, options] = requestOf(form);
  output.textContent = options.method + ' ' + url + ' …';
  try {
    const answer = await fetch(url, options);
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    output.textContent =
      options.method + ' ' + url + '\\n' + answer.status + ' ' + answer.statusText + '\\n\\n' + shown(text, type).slice(0, 100000);
  } catch (error) {
    output.textContent = String(error);
  }
});
`;
