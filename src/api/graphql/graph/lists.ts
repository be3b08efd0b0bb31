import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionNode,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { AppError } from '../../../core/errors.ts';
import { cursorOf, MAX_OFFSET, rowsBefore } from './cursor.ts';
import { ROOT_LISTS } from './types.ts';

type Direction = 'ASC' | 'DESC';
type Sort = Readonly<Record<string, Direction | null | undefined>>;
type Where = Readonly<Record<string, unknown>>;
type Resolve = GraphQLFieldResolver<unknown, object, Record<string, unknown>>;

/** Which nodes a root list has, and in which order; as @neo4j/graphql takes them. */
interface Ordered {
  readonly where: Where;
  readonly sort: readonly Sort[];
}

/**
 * Brings the lists of Query into a total order that an index gives, so that Neo4j stops reading when a page is full.
 * As they are generated a list has no order of its own, and a connection first gathers all nodes that there are.
 */
export function orderRootLists(schema: GraphQLSchema): void {
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const { list, connection, key } of ROOT_LISTS) {
    const [rows, pages] = [fields[list], fields[connection]];
    if (rows?.resolve === undefined || pages?.resolve === undefined) {
      throw new Error(`The schema has no lists ${list} and ${connection} to order`);
    }
    const [readRows, readAll] = [rows.resolve, pages.resolve];
    rows.resolve = (source, args, context, info) => readRows(source, { ...args, ...ordered(args, key) }, context, info);
    pages.resolve = pageResolver({ rows, readRows, readAll, key });
    resolveByName(pages.type);
  }
}

/**
 * A page and its items have their fields by name. What the library resolves them with looks for an alias first, and finds
 * another field when that is the alias.
 */
function resolveByName(type: GraphQLOutputType): void {
  const page = getNamedType(type);
  const item = isObjectType(page) ? getNamedType(page.getFields()['edges']?.type) : undefined;
  for (const object of [page, item]) {
    for (const field of isObjectType(object) ? Object.values(object.getFields()) : []) {
      field.resolve = defaultFieldResolver;
    }
  }
}

/**
 * Where and sort with the key as the last thing to sort by. What is sorted by first has to be there: only then may
 * Neo4j read an index in its order.
 */
function ordered({ where, sort }: Record<string, unknown>, key: string): Ordered {
  const given = ((sort ?? []) as readonly Sort[]).flatMap((one) =>
    Object.entries(one).flatMap(([property, direction]) => (direction == null ? [] : [{ [property]: direction }])),
  );
  const total = given.some((one) => key in one) ? given : [...given, { [key]: 'ASC' as const }];
  const first = Object.keys(total[0] ?? {})[0] ?? key;
  const present = { [first]: first === key ? { startsWith: '' } : { gte: -Number.MAX_VALUE } };
  return { where: where == null ? present : { AND: [where, present] }, sort: total };
}

interface Lists {
  readonly rows: GraphQLField<unknown, object>;
  /** Reads the nodes of a page. */
  readonly readRows: Resolve;
  /** Reads a connection as it is generated; asked for totalCount alone, it only counts. */
  readonly readAll: Resolve;
  readonly key: string;
}

/** Answers a connection with the rows of the list of the same nodes. */
function pageResolver({ rows, readRows, readAll, key }: Lists): Resolve {
  return async (source, args, context, info) => {
    const { where, sort } = ordered(args, key);
    const first = args['first'] as number;
    const offset = typeof args['after'] === 'string' ? rowsBefore(args['after']) : 0;
    const asked = askedFor(info);
    const page = async (): Promise<unknown[]> => {
      const listed = { where, sort, offset, limit: first + 1 };
      return (await readRows(source, listed, context, selecting(info, rows.name, asked.node))) as unknown[];
    };
    const count = async (): Promise<unknown> => {
      const all = await readAll(source, { where, first }, context, selecting(info, info.fieldName, [TOTAL_COUNT]));
      return (all as { totalCount: unknown }).totalCount;
    };
    const found = asked.page ? await page() : [];
    const nodes = found.slice(0, first);
    return {
      edges: nodes.map((node, index) => ({ node, cursor: cursorOf(offset + index) })),
      pageInfo: {
        startCursor: nodes.length === 0 ? null : cursorOf(offset),
        endCursor: nodes.length === 0 ? null : cursorOf(offset + nodes.length - 1),
        // What lies beyond the reach of cursors cannot be asked for.
        hasNextPage: found.length > first && offset + first - 1 <= MAX_OFFSET,
        hasPreviousPage: offset > 0,
      },
      totalCount: asked.count ? await count() : null,
    };
  };
}

interface Asked {
  /** What is selected of each node. */
  readonly node: readonly SelectionNode[];
  readonly page: boolean;
  readonly count: boolean;
}

function askedFor(info: GraphQLResolveInfo): Asked {
  const ofPage = fieldsOf(info, info.returnType, info.fieldNodes);
  const edges = ofPage.get('edges') ?? [];
  const edgeType = getNamedType(info.returnType);
  const ofEdge = isObjectType(edgeType)
    ? fieldsOf(info, edgeType.getFields()['edges']?.type, edges)
    : new Map<string, FieldNode[]>();
  const nodes = ofEdge.get('node') ?? [];
  return {
    node: nodes.flatMap((field) => field.selectionSet?.selections ?? []),
    page: edges.length > 0 || ofPage.has('pageInfo'),
    count: ofPage.has('totalCount'),
  };
}

/**
 * The fields that are selected of what some fields answer, by name.
 *
 * @throws AppError `REQUEST_MALFORMED` when one with fields of its own is asked for twice: what is selected of both is read at once.
 */
function fieldsOf(info: GraphQLResolveInfo, type: unknown, fields: readonly FieldNode[]): Map<string, FieldNode[]> {
  const object = getNamedType(type as GraphQLField<unknown, unknown>['type']);
  const found = new Map<string, FieldNode[]>();
  if (!isObjectType(object)) {
    return found;
  }
  for (const nodes of collectSubfields(info.schema, info.fragments, info.variableValues, object, [
    ...fields,
  ]).values()) {
    const [field] = nodes;
    if (field === undefined) {
      continue;
    }
    const name = field.name.value;
    if (found.has(name) && (name === 'edges' || name === 'node')) {
      throw new AppError('REQUEST_MALFORMED', `${name}: ask for it once in a connection, without a second alias.`);
    }
    found.set(name, [...nodes]);
  }
  return found;
}

const TOTAL_COUNT: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'totalCount' } };

/** The same question as if it were asked of another root field, with only this selected. The arguments are given apart. */
function selecting(info: GraphQLResolveInfo, name: string, selections: readonly SelectionNode[]): GraphQLResolveInfo {
  const required = (argument: string) => ({
    kind: Kind.ARGUMENT as const,
    name: { kind: Kind.NAME as const, value: argument },
    value: { kind: Kind.INT as const, value: '1' },
  });
  const field: FieldNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    arguments: [required(name === info.fieldName ? 'first' : 'limit')],
    selectionSet: { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [TYPE_NAME] },
  };
  return { ...info, fieldName: name, fieldNodes: [field] };
}

const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
