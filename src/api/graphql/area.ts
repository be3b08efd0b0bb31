import type { GraphQLScalarType } from 'graphql';
import type { Caller } from '../../core/caller.ts';
import type { Transport } from '../../ingest/accept.ts';
import type { ApiPorts } from '../ports.ts';

/** What every resolver is given. Without a caller every root field refuses. */
export interface GraphqlContext {
  readonly caller: Caller | undefined;
  readonly transport: Transport;
}

/** Resolves a root field of our own, behind the guard of its entry in FIELD_ACCESS. */
export type Resolver = (
  source: unknown,
  args: Record<string, unknown>,
  context: GraphqlContext & { readonly caller: Caller },
) => unknown;

/** Opens the stream of a root field of `Subscription`, behind the guard of its entry in FIELD_ACCESS. */
export type Subscriber = (...given: Parameters<Resolver>) => Promise<AsyncIterable<unknown>>;

export interface AreaResolvers {
  readonly Query?: Readonly<Record<string, Resolver>>;
  readonly Mutation?: Readonly<Record<string, Resolver>>;
  /** What each opens yields what the field answers, or what ends it: see subscribers.ts. */
  readonly Subscription?: Readonly<Record<string, Subscriber>>;
  /** Fields of the area's own types, and its scalars. */
  readonly types?: Readonly<Record<string, object | GraphQLScalarType>>;
}

/** A part of the schema: its types, with `extend type Query` and `extend type Mutation`, and what resolves them. */
export interface Area {
  readonly typeDefinitions: string;
  resolvers(ports: ApiPorts): AreaResolvers;
}
