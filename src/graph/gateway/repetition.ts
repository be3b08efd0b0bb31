import { AppError } from '../../core/errors.ts';
import type { Token } from './tokens.ts';

/** Each of these makes the tree of an expression deeper by one, and Neo4j's parser and planner walk it again at every level. */
const MOST: Readonly<Record<string, number>> = {
  ...Object.fromEntries('+ - * / % ^ || . [ = < > & | AND OR XOR IS IN'.split(' ').map((one) => [one, 300])),
  ...{ NOT: 50, '!': 50, CASE: 50 },
};

/** @throws AppError `CYPHER_REFUSED` for chains that keep Neo4j busy beyond any time limit before it even begins. */
export function checkRepetition(tokens: readonly Token[]): void {
  const counts = new Map<string, number>();
  for (const { kind, text } of tokens) {
    if (kind !== 'symbol' && kind !== 'word') continue;
    const operator = text.toUpperCase();
    const count = (counts.get(operator) ?? 0) + 1;
    counts.set(operator, count);
    const most = MOST[operator];
    if (most !== undefined && count > most) {
      throw new AppError('CYPHER_REFUSED', `${operator} occurs more than ${most} times; send long lists as params.`);
    }
  }
}
