import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');

/** The first block of a language on the page of the client. */
export function blockOf(language: string): string {
  const [, block] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
  if (block === undefined) {
    throw new Error(`docs/client.md has no block of ${language}`);
  }
  return block;
}
