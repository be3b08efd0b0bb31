import { AppError } from '../../core/errors.ts';

/** A piece of a query's text. `text` of quoted names and of strings is what stands between the quotes. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'parameter' | 'symbol';
  readonly text: string;
}

export interface ReadText {
  readonly tokens: readonly Token[];
  /** The text as it may be sent: comments are blanks of the same length, so that positions stay true. */
  readonly text: string;
}

const PATTERNS: readonly (readonly [kind: Token['kind'] | 'blank' | 'comment', pattern: RegExp])[] = [
  ['blank', /[ \t\r\n]+/y],
  ['comment', /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y],
  ['name', /`((?:[^`]|``)*)`/y],
  ['parameter', /\$(?:(\w+)|`((?:[^`]|``)*)`)/y],
  ['number', /0x[\da-f]+|0o[0-7]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/iy],
  ['word', /[a-z_]\w*/iy],
  ['symbol', /=~|\|\||\.\.|<>|<=|>=|[!-/:-@[-^{-~]/y],
];

/**
 * Reads a query into tokens. What could be read in two ways is refused instead of guessed at: escapes such as `\u004C`, with
 * which a word can be hidden, letters outside of ASCII in bare words, and quotes or comments without an end.
 *
 * @throws AppError `CYPHER_REFUSED`
 */
export function readTokens(query: string): ReadText {
  if (/\\u/i.test(query)) {
    throw new AppError('CYPHER_REFUSED', 'Escapes such as \\u0041 are not taken; write the character itself.');
  }
  const tokens: Token[] = [];
  let text = '';
  for (let at = 0; at < query.length; ) {
    const found = tokenAt(query, at);
    if (found === undefined) {
      throw new AppError('CYPHER_REFUSED', unreadable(query, at));
    }
    const { kind, match } = found;
    text += kind === 'comment' ? match[0].replaceAll(/[^\r\n]/g, ' ') : match[0];
    if (kind !== 'comment' && kind !== 'blank') {
      tokens.push({ kind, text: match.slice(1).find((group) => group !== undefined) ?? match[0] });
    }
    at += match[0].length;
  }
  return { tokens, text };
}

function tokenAt(query: string, at: number) {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(query);
    // A slash and a star that open a comment without an end must not pass as a division.
    if (match !== null && !(kind === 'symbol' && query.startsWith('/*', at)) && !/^['"`]$/.test(match[0])) {
      return { kind, match };
    }
  }
  return undefined;
}

function unreadable(query: string, at: number): string {
  const line = query.slice(0, at).split('\n').length;
  return /['"`/$]/.test(query[at] ?? '')
    ? `Line ${line}: a quote or a comment has no end.`
    : `Line ${line}: outside of quotes only ASCII is taken; put other names into backticks.`;
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

export function isSymbol(token: Token | undefined, ...symbols: readonly string[]): boolean {
  return token?.kind === 'symbol' && symbols.includes(token.text);
}

/** A function's name may stand in backticks; keywords may not. */
export function isFunction(token: Token | undefined, ...names: readonly string[]): boolean {
  return (token?.kind === 'word' || token?.kind === 'name') && names.includes(token.text.toLowerCase());
}
