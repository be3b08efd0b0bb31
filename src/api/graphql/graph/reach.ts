import {
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

interface Field {
  readonly type: GraphQLType;
  readonly args: readonly { readonly type: GraphQLType }[];
}

/** Every type that a query of this field can come to, and those of its arguments. */
export function reachableFrom(field: Field): ReadonlySet<GraphQLNamedType> {
  const found = new Set<GraphQLNamedType>();
  const waiting = typesOf(field);
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (!found.has(type)) {
      found.add(type);
      waiting.push(...nextTo(type));
    }
  }
  return found;
}

function nextTo(type: GraphQLNamedType): GraphQLNamedType[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap(typesOf);
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => getNamedType(field.type));
  }
  return isUnionType(type) ? [...type.getTypes()] : [];
}

function typesOf({ type, args }: Field): GraphQLNamedType[] {
  return [getNamedType(type), ...args.map((argument) => getNamedType(argument.type))];
}
