import { firstOutside } from './brackets.ts';
import { isFunction, isSymbol, isWord, type Token } from './tokens.ts';

type Span = readonly [from: number, to: number];

/** A query as the checks of its lists see it. */
export interface Reading {
  readonly tokens: readonly Token[];
  readonly closing: ReadonlyMap<number, number>;
  readonly params: Readonly<Record<string, unknown>>;
  /** Names that expressions give to single elements, or carry along; what those hold is unknown. */
  readonly elements: ReadonlySet<string>;
}

/** Longest list that an expression may go through; Neo4j cannot interrupt it on the way. */
export const MAX_SHORT = 1_000;

const SMALL = ['nodes', 'relationships', 'labels', 'range'];

/**
 * Whether an expression can be seen to be a short list: of a path, of labels, of the keys of a node or relationship, a parameter that is short, a literal, a stored
 * property, a range (each range is checked by itself), a slice with a number as its end, or a name for one of these.
 */
export function isShortList(span: Span, reading: Reading, seen: ReadonlySet<string> = new Set()): boolean {
  const { tokens, closing } = reading;
  const [from, to] = span;
  const first = tokens[from];
  if (first === undefined || from >= to) return false;
  if (endsInSlice(span, reading)) return true;
  if (isSymbol(first, '[')) return closing.get(from) === to - 1;
  if (isFunction(first, ...SMALL) && isSymbol(tokens[from + 1], '(')) return closing.get(from + 1) === to - 1;
  if (isFunction(first, 'keys') && closing.get(from + 1) === to - 1) return hasFewKeys([from + 2, to - 1], reading);
  if (first.kind === 'parameter') return to - from === 1 && isShortValue(reading.params[first.text]);
  if (first.kind !== 'word' && first.kind !== 'name') return false;
  if (to - from === 1)
    return !seen.has(first.text) && isNameOfShort(first.text, reading, new Set([...seen, first.text]));
  return isAccess(span, tokens) && isStored(first.text, reading);
}

const isShortValue = (value: unknown): boolean => Array.isArray(value) && value.length <= MAX_SHORT;

/** A parameter is seen, and what a pattern names has the properties that were stored; a map that was made may have any. */
function hasFewKeys([from, to]: Span, reading: Reading): boolean {
  const first = reading.tokens[from];
  if (first === undefined || to - from !== 1) return false;
  if (first.kind === 'parameter') {
    const value = reading.params[first.text];
    return typeof value === 'object' && value !== null && Object.keys(value).length <= MAX_SHORT;
  }
  return (first.kind === 'word' || first.kind === 'name') && isStored(first.text, reading);
}

/** As in `xs[..100]` or `xs[10..20]`. */
function endsInSlice([from, to]: Span, { tokens, closing }: Reading): boolean {
  const [dots, end, bracket] = [tokens[to - 3], tokens[to - 2], tokens[to - 1]];
  const opening = [to - 4, to - 5].find((index) => isSymbol(tokens[index], '[') && closing.get(index) === to - 1);
  const wellFormed = isSymbol(bracket, ']') && isSymbol(dots, '..') && end?.kind === 'number';
  return wellFormed && opening !== undefined && opening > from && Number(end.text) <= MAX_SHORT;
}

/** A name and one property of it. */
function isAccess([from, to]: Span, tokens: readonly Token[]): boolean {
  return to - from === 3 && isSymbol(tokens[from + 1], '.');
}

/** A property is as short as whoever stored it made it, unless the name stands for a map that the query put together. */
function isStored(name: string, { tokens, elements }: Reading): boolean {
  const made = tokens.some((token, index) => isWord(token, 'AS') && tokens[index + 1]?.text === name);
  return !made && !elements.has(name);
}

/** Whether every expression that is given this name is short. */
function isNameOfShort(name: string, reading: Reading, seen: ReadonlySet<string>): boolean {
  const { tokens } = reading;
  const given = tokens.flatMap((token, index) =>
    isWord(token, 'AS') && tokens[index + 1]?.text === name ? [index] : [],
  );
  return (
    given.length > 0 &&
    !reading.elements.has(name) &&
    given.every((as) => {
      const from = beginningOf(as, reading);
      return !isWord(tokens[from - 1], 'UNWIND') && isShortList([from, as], reading, seen);
    })
  );
}

/** Where the expression before an AS begins. */
function beginningOf(as: number, { tokens, closing }: Reading): number {
  const opened = new Map([...closing].map(([open, close]) => [close, open]));
  let index = as - 1;
  while (index >= 0) {
    const token = tokens[index];
    const ends =
      isSymbol(token, ',', '(', '[', '{', '}') || isWord(token, 'WITH', 'RETURN', 'DISTINCT', 'UNWIND', 'YIELD');
    if (ends) break;
    index = (opened.get(index) ?? index) - 1;
  }
  return index + 1;
}

/** The most elements that a range can have; undefined when that cannot be seen from the text. */
export function lengthOfRange(opening: number, reading: Reading): number | undefined {
  const { tokens, closing } = reading;
  const end = closing.get(opening) ?? opening;
  const bounds: (number | undefined)[] = [];
  for (let from = opening + 1; from < end; ) {
    const to = firstOutside(tokens, closing, [from, end], (token) => isSymbol(token, ','));
    bounds.push(boundOf([from, to], reading));
    from = to + 1;
  }
  const [low, high] = bounds;
  return low === undefined || high === undefined ? undefined : Math.abs(high - low) + 1;
}

/** A number, a numeric parameter, or the size of a short list, with a number added or taken away. */
function boundOf([from, to]: Span, reading: Reading): number | undefined {
  const { tokens, closing, params } = reading;
  const first = tokens[from];
  if (isSymbol(first, '-') && to - from === 2) return negative(boundOf([from + 1, to], reading));
  const last = tokens[to - 1];
  if (to - from > 2 && last?.kind === 'number' && isSymbol(tokens[to - 2], '-', '+')) {
    const bound = boundOf([from, to - 2], reading);
    return bound === undefined ? undefined : bound + Number(last.text);
  }
  if (isFunction(first, 'size') && closing.get(from + 1) === to - 1) {
    return isShortList([from + 2, to - 1], reading) ? MAX_SHORT - 1 : undefined;
  }
  if (to - from !== 1) return undefined;
  const value =
    first?.kind === 'parameter' ? params[first.text] : first?.kind === 'number' ? Number(first.text) : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const negative = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value);
