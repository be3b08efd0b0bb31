import { type GraphQLNamedType, type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql';
import { MAX_LIMIT, MAX_ROWS } from '../cost.ts';
import { MAX_OFFSET } from './cursor.ts';
import { reachableFrom } from './reach.ts';
import { ROOT_LISTS } from './types.ts';

const PAGE = `From 1 to ${MAX_LIMIT}; all lists of a query together may have ${MAX_ROWS} rows, counted as if each were full.`;

const ARGUMENTS: Readonly<Record<string, string>> = {
  limit: PAGE,
  first: PAGE,
  offset: `How many to pass over, up to ${MAX_OFFSET}.`,
  after: 'The cursor of the last item of the page before.',
  where: 'Which of them; by default all.',
  sort: 'In which order. What Query answers is ordered by its key where nothing else is said; what edges lead to is not.',
};

const FIELDS: Readonly<Record<string, string>> = {
  edges: 'The items of this page.',
  node: 'What the item is.',
  edge: 'The properties of the edge that leads there.',
  properties: 'The properties of the edge that leads there.',
  cursor: 'Where the item is, for after.',
  pageInfo: 'Where the page is.',
  totalCount: 'How many items all pages have together; counted only when it is asked for.',
  startCursor: 'The cursor of the first item.',
  endCursor: 'The cursor of the last item, for after.',
  hasNextPage: 'Whether something comes after this page.',
  hasPreviousPage: 'Whether something comes before this page.',
  AND: 'All of these.',
  OR: 'At least one of these.',
  NOT: 'Not this.',
  eq: 'Equal to this; null finds what has none.',
  in: 'One of these.',
  startsWith: 'Begins with this; upper and lower case differ.',
  gt: 'Greater than this.',
  gte: 'This or greater.',
  lt: 'Less than this.',
  lte: 'This or less.',
};

/** The first that fits the name of a type describes it. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/ScalarFilters$/, 'What a value has to be; all that is given has to hold.'],
  [/Where$/, 'Which of them; all that is given has to hold.'],
  [/Sort$/, 'In which order; one field an object.'],
  [/Relationship$/, 'An edge and what it leads to.'],
  [/Edge$/, 'An item of a page.'],
  [/Connection$/, 'A page of them.'],
];

interface Described {
  readonly name: string;
  description?: string | null | undefined;
  readonly args?: readonly { readonly name: string; description?: string | null | undefined }[];
}

/** Describes what @neo4j/graphql generates for the graph, and leaves what has a description as it is. */
export function describeGenerated(schema: GraphQLSchema): void {
  const roots = schema.getQueryType()?.getFields() ?? {};
  for (const { list, connection } of ROOT_LISTS) {
    for (const field of [roots[list], roots[connection]].filter((one) => one !== undefined)) {
      const form = field.name === list ? '' : ', as a Relay connection';
      describe(field, `Nodes of the graph${form}; for roles analyst and admin.`);
      reachableFrom(field).forEach((type) => {
        describeType(type, schema);
      });
    }
  }
}

function describeType(type: GraphQLNamedType, schema: GraphQLSchema): void {
  if (!isObjectType(type) && !isInputObjectType(type)) {
    return;
  }
  type.description ||= TYPES.find(([name]) => name.test(type.name))?.[1];
  const fields: Readonly<Record<string, Described>> = type.getFields();
  // A filter or an order by a property means the property of that name.
  const meant = schema.getType(type.name.replace(/(Where|Sort)$/, ''));
  const properties = isObjectType(meant) ? meant.getFields() : {};
  for (const field of Object.values(fields)) {
    const list = field.name.endsWith('Connection') ? fields[field.name.slice(0, -'Connection'.length)] : undefined;
    describe(
      field,
      list === undefined
        ? (FIELDS[field.name] ?? properties[field.name]?.description)
        : `${list.description} As a Relay connection, with the properties of the edges.`,
    );
  }
}

function describe(field: Described, description: string | null | undefined): void {
  field.description ||= description;
  for (const argument of field.args ?? []) {
    argument.description ||= ARGUMENTS[argument.name];
  }
}
