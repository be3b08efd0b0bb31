import { AppError } from '../../core/errors.ts';
import { firstOutside, matchBrackets } from './brackets.ts';
import { growthOf } from './growth.ts';
import { type Iteration, iterationsOf } from './iterations.ts';
import { checkRepetition } from './repetition.ts';
import { isShortList, lengthOfRange, MAX_SHORT, type Reading } from './short-lists.ts';
import { isFunction, isSymbol, isWord, type Token } from './tokens.ts';

/** A text may become this many times as long, a list that was collected this many. */
const MAX_GROWTH = 100;
const MAX_GROWTH_OF_COLLECTED = 16;
const MAX_ITERATIONS = 30;
const MAX_REPLACEMENT = 15;

/**
 * Bounds the work and the memory of single expressions. Neo4j ends a query that runs too long or keeps too many rows, but it
 * cannot interrupt one expression, and does not count what one builds up: `[x IN range(1, 10^9) | x]` takes its whole
 * memory. So lists that an expression goes through must be seen to be short, and what could be long is left to
 * UNWIND and subqueries, which Neo4j can interrupt.
 *
 * @throws AppError `CYPHER_REFUSED`, `CYPHER_INVALID`
 */
export function checkExpressions(tokens: readonly Token[], params: Readonly<Record<string, unknown>>): void {
  checkRepetition(tokens);
  const closing = matchBrackets(tokens);
  const iterations = iterationsOf(tokens, closing);
  const reading = {
    tokens,
    closing,
    params,
    elements: new Set(iterations.flatMap(({ variable, accumulator = variable }) => [variable, accumulator])),
  };
  if (iterations.length > MAX_ITERATIONS) {
    throw new AppError('CYPHER_REFUSED', `More than ${MAX_ITERATIONS} expressions go through lists; use UNWIND.`);
  }
  for (const iteration of iterations) {
    checkIteration(iteration, iterations, reading);
  }
  for (const [index, token] of tokens.entries()) {
    const called = isSymbol(tokens[index + 1], '(');
    if (called && isFunction(token, 'range')) checkRange(index, reading);
    if (called && isFunction(token, 'replace')) checkReplace(index + 1, reading);
    if (isSymbol(token, '=~')) checkPattern(tokens[index + 1]);
  }
  checkGrowth(tokens);
}

function checkIteration(iteration: Iteration, all: readonly Iteration[], reading: Reading): void {
  if (!isShortList(iteration.source, reading)) {
    throw new AppError(
      'CYPHER_REFUSED',
      `The list that ${iteration.variable.slice(0, 50)} goes through may be of any length, and an expression cannot be interrupted: write a slice such as xs[..1000], or use UNWIND or COLLECT { … }.`,
    );
  }
  const [start] = iteration.source;
  const around = all.filter(({ body: [from, to] }) => from < start && start < to);
  if (around.length > 1) {
    throw new AppError('CYPHER_REFUSED', 'Expressions over lists are nested more than two deep; use UNWIND.');
  }
  checkMembership(iteration, new Set(all.map(({ source: [start] }) => start - 1)), reading);
  const { accumulator, body } = iteration;
  const uses = reading.tokens.slice(...body).filter((token) => token.text === accumulator).length;
  if (accumulator !== undefined && uses > 1) {
    throw new AppError(
      'CYPHER_REFUSED',
      `reduce may use ${accumulator.slice(0, 50)} once in its expression; with two uses it can double.`,
    );
  }
}

/** Looking something up in a list goes through that list as well, for each element anew. */
function checkMembership({ body: [from, to] }: Iteration, heads: ReadonlySet<number>, reading: Reading): void {
  const { tokens, closing } = reading;
  for (let index = from; index < to; index += 1) {
    if (
      isWord(tokens[index], 'IN') &&
      !heads.has(index) &&
      !isShortList([index + 1, endOfOperand(index + 1, tokens, closing)], reading)
    ) {
      throw new AppError(
        'CYPHER_REFUSED',
        'A list that is searched for each element of another may be of any length: write a slice such as xs[..1000], or use UNWIND.',
      );
    }
  }
}

/** Behind a name with its properties, a call, a literal or a parameter, and the slices of these. */
function endOfOperand(start: number, tokens: readonly Token[], closing: ReadonlyMap<number, number>): number {
  let end = (closing.get(start) ?? start) + 1;
  for (;;) {
    if (isSymbol(tokens[end], '.')) end += 2;
    else if (isSymbol(tokens[end], '(', '[')) end = (closing.get(end) ?? end) + 1;
    else return end;
  }
}

/** As rows, a range of any length is fine: rows can be interrupted. */
function checkRange(index: number, reading: Reading): void {
  const { tokens, closing } = reading;
  const isRows = isWord(tokens[index - 1], 'UNWIND') && isWord(tokens[(closing.get(index + 1) ?? 0) + 1], 'AS');
  const length = isRows ? 0 : lengthOfRange(index + 1, reading);
  if (length === undefined || length > MAX_SHORT) {
    throw new AppError(
      'CYPHER_REFUSED',
      `range makes a list of more than ${MAX_SHORT} numbers, or of nobody knows how many; give numbers, or use UNWIND range(…) AS name.`,
    );
  }
}

function checkReplace(opening: number, { tokens, closing }: Reading): void {
  const end = closing.get(opening) ?? opening;
  const isComma = (token: Token): boolean => isSymbol(token, ',');
  const second = firstOutside(tokens, closing, [opening + 1, end], isComma) + 1;
  const third = firstOutside(tokens, closing, [second, end], isComma) + 1;
  const replacement = tokens[third];
  if (replacement?.kind !== 'string' || third !== end - 1 || replacement.text.length > MAX_REPLACEMENT) {
    throw new AppError(
      'CYPHER_REFUSED',
      `replace puts in a text of at most ${MAX_REPLACEMENT} characters, given as it is.`,
    );
  }
}

/** Patterns with repeated groups, or many repetitions, take for ever on some texts. */
function checkPattern(pattern: Token | undefined): void {
  const text = pattern?.text ?? '';
  const plain = text.replace(/^\(\?i\)/, '').replaceAll(/\\\\./g, '');
  const repetitions = plain.match(/[*+{]/g)?.length ?? 0;
  if (pattern?.kind !== 'string' || plain.includes('(') || /\\\\?\d/.test(text) || repetitions > 2) {
    throw new AppError(
      'CYPHER_REFUSED',
      'A regular expression is taken as a plain text without groups and with at most two repetitions, since it cannot be interrupted; use CONTAINS, STARTS WITH or ENDS WITH.',
    );
  }
}

function checkGrowth(tokens: readonly Token[]): void {
  const collects = tokens.some((token) => isFunction(token, 'collect'));
  if (growthOf(tokens) > (collects ? MAX_GROWTH_OF_COLLECTED : MAX_GROWTH)) {
    throw new AppError(
      'CYPHER_REFUSED',
      'The query puts texts or lists together so often that they could grow beyond memory; multiply or convert numbers (1.0 * x, toFloat(x)) to show that they are numbers.',
    );
  }
}
