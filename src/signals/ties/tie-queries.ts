import { z } from 'zod';
import { CIRCLES } from '../../activity/fold-row.ts';
import { defineQuery, nothing } from '../../graph/query.ts';

const relation = z.object({
  accepted: z.boolean(),
  follows: z.boolean(),
  circle: z.enum(CIRCLES).nullable(),
});
const tie = z.object({
  fading: z.number(),
  /** Milliseconds since the epoch that the fading parts are of. */
  asOf: z.number(),
  standing: z.number(),
  direct: z.boolean(),
  outgoing: z.number(),
  incoming: z.number(),
  mutualContacts: z.number(),
  coEngagement: z.number(),
  mutualConnections: z.number(),
});

/** What a TIE edge holds. */
export type StoredTie = z.output<typeof tie>;

export const tiesOfPerson = defineQuery({
  name: 'ties/of-person',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    now: z.number(),
    halfLifeMs: z.number(),
    leastWeight: z.number(),
    maxIncoming: z.number(),
    maxBetween: z.number(),
    maxContacts: z.number(),
    maxContents: z.number(),
    maxEngagers: z.number(),
    maxFriends: z.number(),
    maxConnections: z.number(),
    mutualContactShare: z.number(),
    coEngagementShare: z.number(),
    mutualConnectionShare: z.number(),
    limit: z.number(),
  }),
  row: z.object({
    person: z.string(),
    complete: z.boolean(),
    outgoing: z.number(),
    incoming: z.number(),
    mutualContacts: z.number(),
    coEngagement: z.number(),
    mutualConnections: z.number(),
    blocked: z.boolean(),
    relation,
    relationBack: relation,
    stored: tie.nullable(),
    storedBack: tie.nullable(),
  }),
});

/** One person's view of what is between them and another. */
export type Between = z.output<typeof tiesOfPerson.row>;

export const strongestTies = defineQuery({
  name: 'ties/strongest',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    now: z.number(),
    halfLifeMs: z.number(),
    directOnly: z.boolean(),
    limit: z.number(),
  }),
  row: z.object({ person: z.string(), tie, ...relation.shape, since: z.number().nullable() }),
});

const ends = { from: z.string(), to: z.string() };

export const writeTies = defineQuery({
  name: 'ties/write',
  mode: 'write',
  params: z.object({ rows: z.array(z.object({ ...ends, tie })) }),
  row: nothing,
});
export const deleteTies = defineQuery({
  name: 'ties/delete',
  mode: 'write',
  params: z.object({ rows: z.array(z.object(ends)), now: z.number() }),
  row: nothing,
});
export const trimTies = defineQuery({
  name: 'ties/trim',
  mode: 'write',
  params: z.object({
    people: z.array(z.string()),
    now: z.number(),
    halfLifeMs: z.number(),
    keep: z.number(),
    keepIndirect: z.number(),
  }),
  row: nothing,
});

const person = z.object({ person: z.string() });

export const changedContacts = defineQuery({
  name: 'ties/changed-contacts',
  mode: 'read',
  params: z.object({ people: z.array(z.string()), maxContacts: z.number() }),
  row: person.extend({ contacts: z.number(), noted: z.number() }),
});
export const noteContacts = defineQuery({
  name: 'ties/note-contacts',
  mode: 'write',
  params: z.object({ rows: z.array(person.extend({ contacts: z.number() })) }),
  row: nothing,
});
export const neighbours = defineQuery({
  name: 'ties/neighbours',
  mode: 'read',
  params: z.object({ contacts: z.array(z.string()), connections: z.array(z.string()), limit: z.number() }),
  row: person,
});
