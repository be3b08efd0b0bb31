import { expect } from 'vitest';
import type { Operation } from '../../src/api/graphql/operations/operation.ts';
import { OPERATIONS } from '../../src/api/graphql/operations/operations.ts';
import { bearer, type TestApi } from './fixture.ts';

export interface Tracked {
  readonly id: string | null;
  readonly position: number | null;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const operationNamed = new Map(OPERATIONS.map((operation) => [operation.name, operation]));

/** Sends an operation as a person's client does, with its arguments as variables. */
export async function performOperation(
  api: TestApi,
  by: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Tracked> {
  const operation = operationNamed.get(name);
  if (operation === undefined) {
    throw new Error(`There is no operation ${name}`);
  }
  const { query, variables } = requestOf(operation, args);
  const { data, errors } = await api.graphql(query, { variables, headers: await bearer(by, 'user') });
  expect(errors, name).toEqual([]);
  return data?.[name] as Tracked;
}

/** The text and the variables of a request. */
export function requestOf(
  { name, input, arguments: known }: Operation,
  args: Readonly<Record<string, unknown>>,
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const result = '{ id position status error { code message } }';
  if (input !== undefined) {
    return { query: `mutation ($input: ${input}!) { ${name}(input: $input) ${result} }`, variables: { input: args } };
  }
  const given = known.filter((argument) => argument.name in args);
  const list = (entry: (argument: (typeof given)[number]) => string) =>
    given.length === 0 ? '' : `(${given.map(entry).join(', ')})`;
  const head = list((one) => `$${one.name}: ${one.type}`);
  return {
    query: `mutation ${head} { ${name}${list((one) => `${one.name}: $${one.name}`)} ${result} }`,
    variables: args,
  };
}
