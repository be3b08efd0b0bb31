import { AppError } from '../../core/errors.ts';
import { isSymbol, isWord, type Token } from './tokens.ts';

/**
 * What a query may say. The plan that EXPLAIN shows is not enough: a subquery inside of a list comprehension does not
 * appear in it, and such a one may hold LOAD CSV or a procedure.
 */

/** Clauses that a reading query begins with. EXPLAIN, PROFILE, CYPHER, USE, SHOW and all commands are not among them. */
const BEGINNINGS = ['MATCH', 'OPTIONAL', 'WITH', 'UNWIND', 'RETURN', 'CALL'];

const PROCEDURES: ReadonlySet<string> = new Set([
  'db.labels',
  'db.propertykeys',
  'db.relationshiptypes',
  'db.schema.nodetypeproperties',
  'db.schema.reltypeproperties',
  'db.schema.visualization',
]);

/** Functions with a dot in their name that come with Neo4j; any other was installed and could do anything. */
const FUNCTIONS =
  /^(?:(?:date|datetime|localdatetime|localtime|time)\.(?:truncate|transaction|statement|realtime)|datetime\.from(?:epoch|epochmillis)|duration\.(?:between|inmonths|indays|inseconds)|point\.(?:distance|withinbbox)|vector\.similarity\.(?:cosine|euclidean))$/;

/** @throws AppError `CYPHER_REFUSED` for whatever is not reading this graph. */
export function checkClauses(tokens: readonly Token[]): void {
  if (!isWord(tokens[0], ...BEGINNINGS)) {
    throw refused(`A query begins with ${BEGINNINGS.join(', ')}; commands and the prefixes of plans are not taken.`);
  }
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (isSymbol(token, ';')) {
      throw refused('One query at a time, please: a semicolon stands at most at the end.');
    }
    if (isWord(token, 'LOAD') && isWord(next, 'CSV')) {
      throw refused('LOAD CSV reads files and other machines, so it is not taken; send data as params.');
    }
    if (isWord(token, 'TRANSACTIONS') && isWord(tokens[index - 1], 'IN', 'CONCURRENT')) {
      throw refused('CALL … IN TRANSACTIONS is for writing; leave IN TRANSACTIONS out.');
    }
    if (isWord(token, 'CALL') && (next?.kind === 'word' || next?.kind === 'name')) {
      checkProcedure(dottedName(tokens, index + 1));
    }
    if (token.kind === 'name' && token.text.includes('.') && isSymbol(next, '(')) {
      throw refused(`The function ${token.text.slice(0, 100)} is not one of Neo4j's own.`);
    }
    if (isSymbol(next, '.') && !isSymbol(tokens[index - 1], '.')) {
      checkFunction(tokens, index);
    }
  }
}

function checkProcedure(name: string): void {
  if (!PROCEDURES.has(name)) {
    throw refused(`The procedure ${name.slice(0, 100)} is not taken; these are: ${[...PROCEDURES].join(', ')}.`);
  }
}

function checkFunction(tokens: readonly Token[], index: number): void {
  const name = dottedName(tokens, index);
  const length = name.split('.').length * 2 - 1;
  const called = isSymbol(tokens[index + length], '(');
  if (called && !isWord(tokens[index - 1], 'CALL') && !FUNCTIONS.test(name)) {
    throw refused(`The function ${name.slice(0, 100)} is not one of Neo4j's own.`);
  }
}

/** The names from `index` on that are joined by dots, in small letters. */
function dottedName(tokens: readonly Token[], index: number): string {
  const first = tokens[index];
  if (first?.kind !== 'word' && first?.kind !== 'name') return '';
  const rest = isSymbol(tokens[index + 1], '.') ? dottedName(tokens, index + 2) : '';
  return rest === '' ? first.text.toLowerCase() : `${first.text.toLowerCase()}.${rest}`;
}

function refused(message: string): AppError {
  return new AppError('CYPHER_REFUSED', message);
}
