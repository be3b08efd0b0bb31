import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { AppError } from '../../core/errors.ts';
import { checkBatchSize } from '../rest/activities.ts';
import { MAX_FEED_PAGE } from '../rest/feed.ts';
import { DEFAULT_FEED_PAGE } from './feed.ts';
import { MAX_OFFSET, rowsBefore } from './graph/cursor.ts';
import { FETCHED_FOR_COMPUTED, ROOT_LISTS } from './graph/types.ts';

/** Most rows that one list may be asked for. */
export const MAX_LIMIT = 500;
/** Most rows of all lists together, as if every list were full. */
export const MAX_ROWS = 20_000;
/** Most fields, fragments spread out: a few tokens of nested fragments can stand for millions of fields. */
const MAX_FIELDS = 2_000;
/** Most root fields that rank a feed or count the log; each works for itself, however few rows it answers. */
const MAX_HEAVY_FIELDS = 5;
/** Most root fields that read the graph: each is a transaction of its own, and all of them run at once. */
const MAX_GRAPH_FIELDS = 10;
const GRAPH_FIELDS: ReadonlySet<string> = new Set(ROOT_LISTS.flatMap(({ list, connection }) => [list, connection]));
/** Heavy ones that answer no page of a feed. */
const OWN_ROWS: ReadonlySet<string> = new Set(['activityStats', 'engagementScores', 'feedItemExplanation']);
const MAX_FILTER_DEPTH = 8;
const MAX_FILTER_VALUES = 1_000;
/** Where a filter may have null: `eq: null` finds what has none. */
const FILTER_OPERATORS: ReadonlySet<string> = new Set([
  'AND',
  'OR',
  'NOT',
  'eq',
  'in',
  'startsWith',
  'gt',
  'gte',
  'lt',
  'lte',
]);

type Variables = Readonly<Record<string, unknown>>;

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** Whether each root field records something. */
  readonly records: boolean;
  fields: number;
  rows: number;
  rootFields: number;
  /** Activities of all mutations, root fields that are heavy, and those that read the graph. */
  activities: number;
  heavy: number;
  graph: number;
}

/** Where a selection stands: rows of the lists around it, and whether it selects root fields. */
interface Place {
  readonly rows: number;
  readonly root: boolean;
}

/** What an operation asks for. */
interface Cost {
  /** But for those about the schema. */
  readonly rootFields: number;
}

type Arguments = ReadonlyMap<string, unknown>;

/**
 * Measures a validated operation, with its variables, before it runs.
 *
 * @throws AppError `QUERY_TOO_COSTLY` for too many fields, rows or filters; `PAYLOAD_TOO_LARGE` for more activities than a
 * batch may have, of all mutations together; `REQUEST_MALFORMED` for a limit out of range; `CURSOR_MALFORMED` for a cursor of the graph's lists that was not received from them.
 */
export function checkCost(
  document: DocumentNode,
  operationName: string | null | undefined,
  variableValues: Variables | null | undefined,
): Cost {
  const operation = getOperationAST(document, operationName);
  if (operation == null) {
    return { rootFields: 0 }; // execution names the mistake
  }
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const state: Walk = {
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...defaults(operation), ...variableValues },
    records: operation.operation === OperationTypeNode.MUTATION,
    fields: 0,
    rows: 0,
    rootFields: 0,
    activities: 0,
    heavy: 0,
    graph: 0,
  };
  walk(operation.selectionSet, state, { rows: 1, root: true });
  return { rootFields: state.rootFields };
}

function defaults(operation: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  );
}

function walk(selections: SelectionSetNode, state: Walk, place: Place): void {
  for (const selection of selections.selections) {
    state.fields += 1;
    if (state.fields > MAX_FIELDS) {
      throw tooCostly(`more than ${MAX_FIELDS} fields, counted with fragments spread out`);
    }
    if (selection.kind === Kind.FIELD) {
      walkField(selection, state, place);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      walk(selection.selectionSet, state, place);
    } else {
      const fragment = state.fragments.get(selection.name.value);
      if (fragment !== undefined) {
        walk(fragment.selectionSet, state, place);
      }
    }
  }
}

function walkField(field: FieldNode, state: Walk, place: Place): void {
  checkAlias(field);
  const args = new Map(
    (field.arguments ?? []).map((argument) => [
      argument.name.value,
      valueFromASTUntyped(argument.value, state.variables),
    ]),
  );
  const limit = (place.root ? countRootField(field.name.value, args, state) : undefined) ?? limitOf(args);
  wholeNumber('offset', args.get('offset'), 0, MAX_OFFSET);
  checkFilter(args.get('where'), MAX_FILTER_DEPTH, { values: 0 });
  if (field.name.value.endsWith('Connection')) {
    const after = args.get('after');
    if (typeof after === 'string') {
      rowsBefore(after);
    }
  }
  const rows = place.rows * (limit ?? 1);
  state.rows += limit === undefined ? 0 : rows;
  if (state.rows > MAX_ROWS) {
    throw tooCostly(`more than ${MAX_ROWS} rows, counted as if every list were full`);
  }
  if (field.selectionSet !== undefined) {
    walk(field.selectionSet, state, { rows, root: false });
  }
}

/** @neo4j/graphql fetches under these names what a computed field needs, and would answer it in the place of the alias. */
function checkAlias({ alias, name }: FieldNode): void {
  if (alias !== undefined && alias.value !== name.value && FETCHED_FOR_COMPUTED.has(alias.value)) {
    throw new AppError('REQUEST_MALFORMED', `${alias.value}: is the name of a field; choose another alias`);
  }
}

function limitOf(args: Arguments): number | undefined {
  const name = args.has('first') ? 'first' : 'limit';
  return wholeNumber(name, args.get(name), 1, MAX_LIMIT);
}

/** Counts what the operations of our own cost, aliases and all; answers the rows of a feed. */
function countRootField(name: string, args: Arguments, state: Walk): number | undefined {
  state.rootFields += name.startsWith('__') ? 0 : 1;
  if (state.records) {
    const inputs = args.get('inputs');
    state.activities += Array.isArray(inputs) ? inputs.length : 1;
    checkBatchSize(state.activities);
    return undefined;
  }
  switch (name) {
    case 'feed':
    case 'feedItemExplanation':
    case 'hashtagFeed':
    case 'profileFeed':
    case 'similarContent':
    case 'activityStats':
    case 'engagementScores':
    case 'postcommentsByPostUid':
      state.heavy += 1;
      if (state.heavy > MAX_HEAVY_FIELDS) {
        throw tooCostly(
          `more than ${MAX_HEAVY_FIELDS} feeds, fields feedItemExplanation, activityStats, engagementScores and postcommentsByPostUid`,
        );
      }
      return OWN_ROWS.has(name)
        ? undefined
        : (wholeNumber('first', args.get('first'), 1, MAX_FEED_PAGE) ?? DEFAULT_FEED_PAGE);
    default:
      state.graph += GRAPH_FIELDS.has(name) ? 1 : 0;
      if (state.graph > MAX_GRAPH_FIELDS) {
        throw tooCostly(`more than ${MAX_GRAPH_FIELDS} lists of nodes of the graph`);
      }
      return undefined;
  }
}

/** Checks a number; other kinds of values are left to the coercion of GraphQL. */
function wholeNumber(name: string, value: unknown, min: number, max: number): number | undefined {
  if (typeof value !== 'number') {
    return undefined;
  }
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be a whole number from ${min} to ${max}`);
  }
  return value;
}

function checkFilter(value: unknown, depth: number, count: { values: number }): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const inner = Object.values(value);
  const missing = Object.entries(value).find(([name, each]) => each === null && !FILTER_OPERATORS.has(name));
  if (missing !== undefined && !Array.isArray(value)) {
    throw new AppError('REQUEST_MALFORMED', `where: ${missing[0]} must not be null; "eq: null" finds what has none`);
  }
  count.values += inner.length;
  if (depth === 0 || count.values > MAX_FILTER_VALUES) {
    throw tooCostly(`a filter of more than ${MAX_FILTER_DEPTH} levels or ${MAX_FILTER_VALUES} values`);
  }
  for (const each of inner) {
    checkFilter(each, Array.isArray(value) ? depth : depth - 1, count);
  }
}

function tooCostly(found: string): AppError {
  return new AppError('QUERY_TOO_COSTLY', `The query has ${found}.`);
}
