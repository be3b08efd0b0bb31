import { z } from 'zod';
import { activityInputSchema } from '../../activity/activity.ts';

/**
 * The GraphQL input type of an activity, made from the schema that checks it: the same fields under camelCase names.
 * GraphQL says only what kind of value a field takes; ranges and what a kind needs are checked when it is accepted, like
 * for every other door.
 */

// The shape alone: the whole schema has a name, and would come as a reference to it.
const { properties = {}, required = [] } = z.toJSONSchema(z.object(activityInputSchema.shape), { io: 'input' });

/** GraphQL name → name in activities. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  Object.keys(properties).map((name) => [
    name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
    name,
  ]),
);

type JsonSchema = z.core.JSONSchema.JSONSchema;

export function activityInputDefinition(): string {
  const enums: string[] = [];
  const fields = [...FIELDS].map(([graphqlName, name]) => {
    const property = properties[name];
    const schema: JsonSchema = typeof property === 'object' ? property : {};
    let type = typeOf(schema);
    if (schema.enum !== undefined) {
      type = graphqlName.charAt(0).toUpperCase() + graphqlName.slice(1);
      enums.push(`enum ${type} { ${schema.enum.join(' ')} }`);
    }
    const description = schema.description === undefined ? '' : `${JSON.stringify(schema.description)} `;
    return `  ${description}${graphqlName}: ${type}${required.includes(name) ? '!' : ''}`;
  });
  return `${enums.join('\n')}\ninput ActivityInput {\n${fields.join('\n')}\n}\n`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) {
    return 'ID';
  }
  switch (schema.type) {
    case 'string':
      return 'String';
    case 'number':
      return 'Float';
    case 'boolean':
      return 'Boolean';
    case 'array':
      return '[String!]';
    case 'object':
      return 'JSON';
    default:
      throw new Error(`ActivityInput holds a ${String(schema.type)}, which has no GraphQL type yet`);
  }
}

/** The activity that a GraphQL input stands for. A null says nothing, like a field that is left out. */
export function activityOf(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([graphqlName, value]) => [FIELDS.get(graphqlName) ?? graphqlName, value]));
}
