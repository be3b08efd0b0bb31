import { isFunction, isSymbol, isWord, type Token } from './tokens.ts';

/**
 * How much larger a text or a list can become by being put together with itself: `WITH s + s AS s` thirty times over makes
 * a thousand million letters of one. Between two clauses a value grows at most by the number of its summands; from one
 * clause to the next these multiply. Summands that are seen to be numbers do not count.
 */
export function growthOf(tokens: readonly Token[]): number {
  let growth = 1;
  let stage: Token[] = [];
  const close = (): void => {
    growth *= growthOfStage(stage);
    stage = [];
  };
  for (const token of tokens) {
    if (isWord(token, 'WITH', 'RETURN', 'UNWIND', 'CALL')) close();
    stage.push(token);
  }
  close();
  return growth;
}

function growthOfStage(stage: readonly Token[]): number {
  const summands = 1 + scopesOf(stage).reduce((sum, scope) => sum + additionsOf(scope), 0);
  // An expression may give a sum a name of its own once: [t IN [s + s] | t + t].
  const named = stage.some((token, index) => isWord(token, 'IN') && index > 0) ? summands ** 2 : summands;
  return stage.reduce((product, token, index) => product * growthOfReplace(token, stage[index + 1]), named);
}

/** The tokens of each bracket's inside; a bracket within counts as one token there. */
function scopesOf(stage: readonly Token[]): Token[][] {
  const scopes: Token[][] = [[]];
  const open: Token[][] = [scopes[0] ?? []];
  for (const token of stage) {
    const inner = open.at(-1);
    inner?.push(token);
    if (isSymbol(token, '(', '[', '{')) {
      const scope: Token[] = [];
      scopes.push(scope);
      open.push(scope);
    } else if (isSymbol(token, ')', ']', '}') && open.length > 1) {
      open.pop();
    }
  }
  return scopes;
}

const KEYWORDS = [
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'AND',
  'OR',
  'XOR',
  'NOT',
  'IN',
  'AS',
  'WHERE',
  'BY',
  'LIMIT',
  'SKIP',
];
const NUMERIC = [
  'size',
  'count',
  'sum',
  'avg',
  'tofloat',
  'tointeger',
  'round',
  'floor',
  'ceil',
  'abs',
  'sqrt',
  'exp',
  'log',
];

/** How many sums of a scope add something that may be a text or a list to another such. */
function additionsOf(scope: readonly Token[]): number {
  let additions = 0;
  let terms: Token[][] = [[]];
  const close = (): void => {
    additions += Math.max(0, terms.filter((term) => !isNumber(term)).length - 1);
    terms = [[]];
  };
  for (const token of scope) {
    if (isSymbol(token, ',', '|', ':', '=', '<', '>', '<>', '<=', '>=') || isWord(token, ...KEYWORDS)) close();
    else if (isSymbol(token, '+', '||')) terms.push([]);
    else terms.at(-1)?.push(token);
  }
  close();
  return additions;
}

function isNumber(term: readonly Token[]): boolean {
  const [first] = term;
  const calculated = term.some((token) => isSymbol(token, '*', '/', '%', '^', '-'));
  return calculated || (term.length === 1 && first?.kind === 'number') || isFunction(first, ...NUMERIC);
}

/** `replace` grows by what it puts in, of which the checks have seen that it is a short text. */
function growthOfReplace(token: Token, next: Token | undefined): number {
  return isFunction(token, 'replace') && isSymbol(next, '(') ? 16 : 1;
}
