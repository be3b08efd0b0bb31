import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

/** A place in the log: a JSON number, gapless from 1 on. */
export const positionScalar = new GraphQLScalarType<number, number>({
  name: 'Position',
  description: 'A place in the log, as a JSON number.',
  parseValue: toPosition,
  parseLiteral: (node) => toPosition(node.kind === Kind.INT ? Number(node.value) : undefined),
});

export const jsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function toPosition(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new GraphQLError('A Position is a whole number from 0 on.');
  }
  return value;
}
