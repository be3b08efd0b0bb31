import { Neo4jGraphQL } from '@neo4j/graphql';
import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Caller, Role } from '../../core/caller.ts';
import { ANALYSTS, FIELD_ACCESS, requireRole } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { toldBy } from '../subscribers.ts';
import type { Area, GraphqlContext, Resolver, Subscriber } from './area.ts';
import { commentsArea } from './comments.ts';
import { connectionsArea } from './connections.ts';
import { daily } from './daily.ts';
import { engagementArea } from './engagement.ts';
import { engagementReportArea } from './engagement-report.ts';
import { feedArea } from './feed.ts';
import { feedExplanation } from './feed-explanation.ts';
import { feedMetricsArea } from './feed-metrics.ts';
import { feedSettings } from './feed-settings.ts';
import { graphResolvers } from './graph/computed.ts';
import { describeGenerated } from './graph/described.ts';
import { orderRootLists } from './graph/lists.ts';
import { narrowFilters } from './graph/narrow.ts';
import { reachableFrom } from './graph/reach.ts';
import { GRAPH_NODES, GRAPH_TYPE_DEFINITIONS } from './graph/types.ts';
import { privacyArea } from './privacy.ts';
import { productOperations } from './product-operations.ts';
import { profileArea } from './profile.ts';
import { recordedReading } from './recorded-reading.ts';
import { statistics } from './statistics.ts';
import { subscriptions } from './subscriptions.ts';
import { tracking } from './tracking.ts';
import { trendingArea } from './trending.ts';

type Resolvers = NonNullable<ConstructorParameters<typeof Neo4jGraphQL>[0]['resolvers']>;

/** What the product's own part of the schema is made of. */
const AREAS: readonly Area[] = [
  tracking,
  productOperations,
  feedArea,
  feedExplanation,
  feedSettings,
  feedMetricsArea,
  profileArea,
  privacyArea,
  trendingArea,
  commentsArea,
  recordedReading,
  engagementReportArea,
  engagementArea,
  connectionsArea,
  statistics,
  daily,
  subscriptions,
];

/** The whole schema: our operations, and the graph read-only; every root field behind its entry in FIELD_ACCESS. */
export async function createSchema(ports: ApiPorts): Promise<GraphQLSchema> {
  const areas = AREAS.map((area) => area.resolvers(ports));
  const types = Object.assign({}, ...areas.map((area) => area.types)) as Record<string, object>;
  const computed = graphResolvers(ports.halfLifeMs, ports.clock);
  const library = new Neo4jGraphQL({
    typeDefs: [GRAPH_TYPE_DEFINITIONS, ...AREAS.map((area) => area.typeDefinitions)],
    resolvers: { ...types, ...computed } as Resolvers,
    driver: ports.graphqlDriver,
    features: {
      limitRequired: true,
      excludeDeprecatedFields: {
        aggregationFilters: true,
        aggregationFiltersOutsideConnection: true,
        attributeFilters: true,
        mutationOperations: true,
        relationshipFilters: true,
      },
    },
  });
  const schema = await withoutWarnings('Custom resolver for ', () => library.getSchema());
  // Not handed to @neo4j/graphql: it asks Neo4j for its version before every resolver of a root field, and activities
  // must be accepted while Neo4j is away.
  for (const { Query = {}, Mutation = {}, Subscription = {} } of areas) {
    setResolvers(schema.getQueryType(), Query);
    setResolvers(schema.getMutationType(), Mutation);
    setSubscribers(schema.getSubscriptionType(), Subscription);
  }
  narrowFilters(schema, computed);
  orderRootLists(schema);
  describeGenerated(schema);
  guardRootFields(schema);
  return schema;
}

type RootType = GraphQLObjectType | null | undefined;

function setResolvers(type: RootType, resolvers: Readonly<Record<string, Resolver>>): void {
  for (const [name, resolve] of Object.entries(resolvers)) {
    fieldOf(type, name).resolve = resolve;
  }
}

function setSubscribers(type: RootType, subscribers: Readonly<Record<string, Subscriber>>): void {
  for (const [name, subscribe] of Object.entries(subscribers)) {
    const field = fieldOf(type, name);
    field.subscribe = subscribe;
    field.resolve = toldBy;
  }
}

function fieldOf(type: RootType, name: string): GraphQLField<unknown, GraphqlContext & { readonly caller: Caller }> {
  const field = type?.getFields()[name];
  if (field === undefined) {
    throw new Error(`The schema has no field ${name} to resolve`);
  }
  return field;
}

/**
 * Puts a check of the caller's role before every root field. The directives of @neo4j/graphql are not relied upon.
 *
 * @throws Error when the schema has a root field that FIELD_ACCESS does not list, or one that leads others than analysts
 * to a node of the graph.
 */
export function guardRootFields(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      guard(field, `${type?.name}.${field.name}`);
    }
  }
}

function guard(field: GraphQLField<unknown, GraphqlContext>, name: string): void {
  const roles: readonly Role[] | undefined = new Map<string, readonly Role[]>(Object.entries(FIELD_ACCESS)).get(name);
  if (roles === undefined) {
    throw new Error(`Nobody may use ${name}: give it an entry in FIELD_ACCESS`);
  }
  const others = roles.filter((role) => !ANALYSTS.includes(role));
  const node = [...reachableFrom(field)].find((type) => GRAPH_NODES.includes(type.name));
  if (others.length > 0 && node !== undefined) {
    throw new Error(`${name} leads ${others.join(', ')} to ${node.name} of the graph: answer with a type of its own`);
  }
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    requireRole(context.caller, roles, name);
    return resolve(source, args, context, info);
  };
  const { subscribe } = field;
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      requireRole(context.caller, roles, name);
      return subscribe(source, args, context, info);
    };
  }
}

/**
 * @neo4j/graphql 7.6 looks for the resolvers of relationship properties in the wrong place, finds none, and says so on
 * the console, although it calls them later.
 */
async function withoutWarnings<T>(beginning: string, work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...args: unknown[]) => {
    if (!String(args[0]).startsWith(beginning)) {
      warn(...args);
    }
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
