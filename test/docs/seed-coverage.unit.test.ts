import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOT_YET_SHOWN, SEED_NAMES } from './seed-names.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/seed-coverage.md', root), 'utf8');

interface Row {
  readonly section: string;
  readonly name: string;
  readonly cells: readonly string[];
}

/** The rows of all tables below a heading, without the heads of the tables. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    section = line.startsWith('## ') ? line.slice(3) : section;
    const cells = line.startsWith('| `') ? line.split('|').slice(1, -1) : [];
    const [name = '', ...rest] = cells.map((cell) => cell.trim());
    if (name !== '') {
      rows.push({ section, name: name.replaceAll('`', ''), cells: rest });
    }
  }
  return rows;
}

/** What is wrong with a row: an empty cell, or a test that is not there. */
function faultsOf({ section, name, cells }: Row): string[] {
  const [here = '', shownBy = ''] = cells;
  const where = `${section}: ${name}`;
  if (cells.length !== 2 || here === '' || shownBy === '') {
    return [`${where} has an empty cell`];
  }
  return shownBy.split('<br>').flatMap((shown) => {
    const [, file = '', test = ''] = /^`(test\/[^`]+\.test\.ts)` (\S.*)$/.exec(shown.trim()) ?? [];
    if (file === '') {
      return [`${where} names no test; write \`test/….test.ts\` and the name of the test`];
    }
    if (!existsSync(new URL(file, root))) {
      return [`${where} names ${file}, which is not there`];
    }
    return hasTest(readFileSync(new URL(file, root), 'utf8'), test) ? [] : [`${file} has no test “${test}”`];
  });
}

/** Whether the text declares a test, or a group of tests, of this name. */
function hasTest(text: string, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));
}

const rows = rowsOf(page);

test('every row of docs/seed-coverage.md says what there is and names a test that exists', () => {
  expect(rows.flatMap(faultsOf)).toEqual([]);
});

test('everything that the seeds name has a row', () => {
  const listed = new Set(rows.map(({ section, name }) => `${section}: ${name}`));
  const missing = Object.entries(SEED_NAMES).flatMap(([section, names]) =>
    names
      .filter((name) => !listed.has(`${section}: ${name}`) && !NOT_YET_SHOWN.includes(name))
      .map((name) => `${section}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('what is shown is no longer said to be missing', () => {
  const named = new Set(rows.map(({ name }) => name));
  expect(NOT_YET_SHOWN.filter((name) => named.has(name))).toEqual([]);
});

test.each([
  ['a row without a test', '| `a` | here | |'],
  ['a row that says nothing', '| `a` | | `test/tidy.unit.test.ts` keeps Cypher in cypher/ |'],
  ['a file that is not there', '| `a` | here | `test/no.unit.test.ts` something |'],
  ['a test that is not there', '| `a` | here | `test/tidy.unit.test.ts` no such test |'],
  ['no file at all', '| `a` | here | keeps Cypher in cypher/ |'],
])('%s is found out', (_, line) => {
  expect(rowsOf(line).flatMap(faultsOf)).toHaveLength(1);
});
