import { z } from 'zod';
import { defineQuery, nothing } from '../query.ts';

/**
 * The statements of one folded batch. They run one after the other in the transaction that holds the lock of the
 * projection, nodes first.
 */

const id = z.string().min(1);
const time = z.number();

function write<P extends z.ZodType>(name: string, params: P) {
  return defineQuery({ name: `projection/${name}`, mode: 'write', params, row: nothing });
}

const rowsOf = <S extends z.ZodType>(row: S) => z.object({ rows: z.array(row) });

/** One list a column: a tenth less work for Neo4j than a list of maps, on what is most of the projector's work. */
const fadingParams = z.object({
  halfLifeMs: z.number().positive(),
  from: z.array(id),
  to: z.array(id),
  weight: z.array(z.number()),
  asOf: z.array(time),
  lastAt: z.array(time.nullable()),
});
const suppressionParams = rowsOf(z.object({ from: id, to: id, reason: z.string(), on: z.boolean(), at: time }));
const description = z.object({
  id,
  title: z.string().nullable(),
  createdAt: time.nullable(),
  visibility: z.string(),
  deletedAt: time.nullable(),
});
const patchParams = rowsOf(
  z.object({
    from: id,
    to: id,
    patch: z.object({
      status: z.string().nullable().optional(),
      since: time.nullable().optional(),
      follows: z.literal(true).nullable().optional(),
      circle: z.string().nullable().optional(),
    }),
  }),
);

export const makeUsers = write('users', z.object({ ids: z.array(id) }));
export const makeTags = write('tags', z.object({ names: z.array(id) }));
export const makeCommunities = write('communities', z.object({ ids: z.array(id) }));
export const makeContents = write(
  'contents',
  rowsOf(z.object({ id, type: z.string(), labels: z.array(z.string()).readonly(), firstAt: time.nullable() })),
);

export const addFading = {
  ENGAGED: write('engaged', fadingParams),
  INTERACTED: write('interacted', fadingParams),
  INTERESTED_IN: write('interested-in', fadingParams),
};

export const addEngagement = write(
  'content-engagement',
  z.object({
    halfLifeMs: z.number().positive(),
    contents: z.array(id),
    weight: z.array(z.number()),
    asOf: z.array(time),
  }),
);

export const setConnections = write('connections', patchParams);
export const setSuppressions = {
  Content: write('suppressed-contents', suppressionParams),
  User: write('suppressed-users', suppressionParams),
  Tag: write('suppressed-tags', suppressionParams),
  Community: write('suppressed-communities', suppressionParams),
};
export const setMemberships = write(
  'memberships',
  rowsOf(z.object({ from: id, to: id, on: z.boolean(), since: time })),
);
export const declareInterests = write(
  'declared-interests',
  rowsOf(z.object({ from: id, to: id, declared: z.boolean() })),
);

/** One statement, since five that look up the same content cost twice as much. */
export const describeContents = write(
  'described-contents',
  rowsOf(
    description.extend({
      author: id.nullable(),
      tags: z.array(id).readonly(),
      community: id.nullable(),
      parent: id.nullable(),
    }),
  ),
);
export const describeCommunities = write('described-communities', rowsOf(description));
