import { type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql';

/** A range index does not help them: they look at every node. */
const WITHOUT_INDEX = ['contains', 'endsWith'];

/**
 * Takes out of the generated schema what no index serves, and what cannot be sorted by: a field that is computed after
 * Neo4j answered. @neo4j/graphql has no setting for the one, and generates the other in spite of `@customResolver`.
 */
export function narrowFilters(schema: GraphQLSchema, computed: Readonly<Record<string, object>>): void {
  for (const name of ['IDScalarFilters', 'StringScalarFilters']) {
    takeOut(schema, name, WITHOUT_INDEX);
  }
  for (const [type, fields] of Object.entries(computed)) {
    takeOut(schema, `${type}Sort`, Object.keys(fields));
    if (!isObjectType(schema.getType(type))) {
      throw new Error(`The schema has no type ${type} with computed fields`);
    }
  }
}

function takeOut(schema: GraphQLSchema, name: string, fields: readonly string[]): void {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) {
    throw new Error(`The schema has no input ${name} to narrow`);
  }
  for (const field of fields) {
    delete type.getFields()[field];
  }
}
