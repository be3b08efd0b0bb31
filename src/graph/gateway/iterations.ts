import { firstOutside } from './brackets.ts';
import { isFunction, isSymbol, isWord, type Token } from './tokens.ts';

type Span = readonly [from: number, to: number];

/** An expression that goes through a list: a list comprehension, all, any, none, single or reduce. */
export interface Iteration {
  readonly variable: string;
  readonly source: Span;
  /** What is done with every element. */
  readonly body: Span;
  /** The name that reduce carries along. */
  readonly accumulator: string | undefined;
}

/** All iterations of a query. Subqueries and pattern comprehensions are not among them: Neo4j can interrupt those. */
export function iterationsOf(tokens: readonly Token[], closing: ReadonlyMap<number, number>): readonly Iteration[] {
  return tokens.flatMap((token, index) => {
    const opening = isSymbol(token, '[') ? index : index + 1;
    const end = closing.get(opening);
    if (end === undefined) return [];
    if (isFunction(token, 'reduce'))
      return iterationOf(tokens, closing, { start: carried(tokens, closing, opening), end, opening });
    const goesThrough = isSymbol(token, '[') || isFunction(token, 'all', 'any', 'none', 'single');
    return goesThrough ? iterationOf(tokens, closing, { start: opening + 1, end, opening }) : [];
  });
}

/** Where reduce's element stands: behind the comma after what it carries along. */
function carried(tokens: readonly Token[], closing: ReadonlyMap<number, number>, opening: number): number {
  return firstOutside(tokens, closing, [opening + 1, closing.get(opening) ?? opening], (one) => isSymbol(one, ',')) + 1;
}

function iterationOf(
  tokens: readonly Token[],
  closing: ReadonlyMap<number, number>,
  { start, end, opening }: { start: number; end: number; opening: number },
): Iteration[] {
  const variable = tokens[start];
  if ((variable?.kind !== 'word' && variable?.kind !== 'name') || !isWord(tokens[start + 1], 'IN')) return [];
  const isEnd = (token: Token): boolean => isWord(token, 'WHERE') || isSymbol(token, '|');
  const sourceEnd = firstOutside(tokens, closing, [start + 2, end], isEnd);
  const accumulator = start > opening + 1 ? tokens[opening + 1]?.text : undefined;
  return [{ variable: variable.text, source: [start + 2, sourceEnd], body: [sourceEnd, end], accumulator }];
}
