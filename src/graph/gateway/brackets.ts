import { AppError } from '../../core/errors.ts';
import { isSymbol, type Token } from './tokens.ts';

/** Deeper ones keep Neo4j's parser and planner busy beyond any time limit: each level may double the work. */
const MAX_DEPTH = 30;
const MAX_SUBQUERY_DEPTH = 6;

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Where each opening bracket is closed. @throws AppError `CYPHER_INVALID`, `CYPHER_REFUSED` */
export function matchBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (isSymbol(token, '(', '[', '{')) {
      open.push(index);
    } else if (isSymbol(token, ')', ']', '}')) {
      const start = open.pop();
      if (start === undefined || PAIRS[tokens[start]?.text ?? ''] !== token.text) {
        throw new AppError('CYPHER_INVALID', `A ${token.text} closes nothing.`);
      }
      closing.set(start, index);
    }
    const subqueries = open.filter((start) => isSymbol(tokens[start], '{')).length;
    if (open.length > MAX_DEPTH || subqueries > MAX_SUBQUERY_DEPTH) {
      throw new AppError(
        'CYPHER_REFUSED',
        `Brackets are nested more than ${MAX_DEPTH} levels deep, or braces more than ${MAX_SUBQUERY_DEPTH}.`,
      );
    }
  }
  const [unclosed] = open;
  if (unclosed !== undefined) {
    throw new AppError('CYPHER_INVALID', `A ${tokens[unclosed]?.text} is never closed.`);
  }
  return closing;
}

/** The first of `tokens` from `from` to before `to` that is wanted, not looking into brackets; `to` when there is none. */
export function firstOutside(
  tokens: readonly Token[],
  closing: ReadonlyMap<number, number>,
  [from, to]: readonly [from: number, to: number],
  wanted: (token: Token) => boolean,
): number {
  for (let index = from; index < to; index = (closing.get(index) ?? index) + 1) {
    const token = tokens[index];
    if (token !== undefined && wanted(token)) return index;
  }
  return to;
}
