/**
 * JSON Schema with patterns that more programs can read: classes of characters by their Unicode property are part of
 * ECMAScript's expressions, but not of those of Python, Go or Java.
 */
export function withPortablePatterns<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'pattern' && typeof value === 'string' ? portable(value) : value,
  ) as T;
}

const CONTROL = String.raw`\u0000-\u001F\u007F-\u009F`;

function portable(pattern: string): string {
  return pattern.replaceAll(String.raw`\P{Cc}`, `[^${CONTROL}]`).replaceAll(String.raw`\p{Cc}`, CONTROL);
}
