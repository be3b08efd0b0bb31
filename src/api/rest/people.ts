import { z } from 'zod';
import { idSchema } from '../../activity/activity.ts';
import type { Caller } from '../../core/caller.ts';
import { mayActForOthers } from '../../core/caller.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/errors.ts';
import { isDeeperThan } from '../../core/nesting.ts';
import type { Transport } from '../../ingest/accept.ts';
import type { Profile } from '../../log/read/catalogue.ts';
import { personAskedFor, personChangedFor } from '../access.ts';
import { readJson } from '../body.ts';
import type { ApiPorts } from '../ports.ts';
import { MAX_ACTIVITIES_BYTES } from './activities.ts';
import {
  batchAnswer,
  faulty,
  MAX_CATALOGUE_BATCH,
  parseBatch,
  send,
  singleAnswer,
  type Wanted,
  WRITE_ERRORS,
} from './catalogue.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter } from './query.ts';
import { timeZoneParameter } from './stats.ts';

const MAX_TRAITS = 100;
const MAX_DEPTH = 12;

const personPutSchema = z
  .strictObject({
    name: z
      .string()
      .max(200)
      .regex(/\S/u, 'must not be empty')
      .refine((name) => name.isWellFormed() && !name.includes('\u0000'), 'must not hold NUL or unpaired surrogates')
      .nullish(),
    emails: z
      .array(
        z
          .string()
          .max(320)
          .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'must be an address')
          .refine((address) => address.isWellFormed(), 'must not hold unpaired surrogates'),
      )
      .max(20)
      .nullish()
      .describe('All of them, in the place of those that were known.'),
    time_zone: timeZoneParameter.nullish().describe('As in Europe/Berlin.'),
    traits: z
      .record(z.string().min(1).max(100), z.unknown())
      .refine((traits) => Object.keys(traits).length <= MAX_TRAITS, `must have at most ${MAX_TRAITS} names`)
      .refine((traits) => !isDeeperThan(traits, MAX_DEPTH), `must be at most ${MAX_DEPTH} levels deep`)
      .optional()
      .describe('Anything else, by name; a name that is not given stays as it is, null takes it away.'),
    hide_from_social_proof: z
      .boolean()
      .nullish()
      .describe('True: they are neither named nor counted where others are shown who liked something.'),
  })
  .describe('What it names is changed, null takes it away, the rest stays as it is.')
  .meta({ id: 'PersonPut' });

const personBatchItemSchema = z
  .strictObject({ user_id: idSchema, ...personPutSchema.shape })
  .meta({ id: 'PersonBatchItem' });

export const personSchema = z
  .strictObject({
    user_id: z.string(),
    name: z.string().nullable(),
    emails: z.array(z.string()),
    time_zone: z.string().nullable(),
    traits: z.record(z.string(), z.unknown()),
    hide_from_social_proof: z.boolean().describe('What the product said for them.'),
    social_proof: z
      .boolean()
      .describe(
        'Whether others are shown what they liked: false also when they said so in the settings of their feed.',
      ),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Person' });

const personPathSchema = z.object({
  user: idParameter.describe('The id, percent-encoded.').meta({ examples: ['ann'] }),
});

type PersonPut = z.output<typeof personPutSchema>;

/** `PUT /users/{user}`: says who a person is. */
export async function putPerson(
  request: Request,
  user: string,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const body = await readJson(request, MAX_ACTIVITIES_BYTES);
  const parsed = personPutSchema.safeParse(body);
  if (!parsed.success) {
    throw faulty(parsed.error);
  }
  const person = await personChangedFor(caller, checkedId(user), ports);
  const wanted = await plan([{ person, put: parsed.data }], caller, ports);
  return singleAnswer(await send(wanted, { caller, transport }, ports), ports);
}

/** `PUT /users/`: the same of many. */
export async function putPeople(
  request: Request,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const body = await readJson(request, MAX_ACTIVITIES_BYTES);
  const parsed = parseBatch(personBatchItemSchema, body);
  const people = await ports.peopleNow(parsed.flatMap((item) => (item instanceof AppError ? [] : [item.user_id])));
  const items = parsed.map((item) => {
    if (item instanceof AppError) {
      return item;
    }
    const { user_id: named, ...put } = item;
    return { person: people.get(named)?.id ?? named, put };
  });
  return batchAnswer(await send(await plan(items, caller, ports), { caller, transport }, ports), ports);
}

/** `GET /users/{user}`: all that the product said of a person. */
export async function getPerson(user: string, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personAskedFor(caller, checkedId(user), ports);
  const profile = (await ports.readProfiles([person])).get(person);
  if (profile === undefined) {
    throw new AppError('NOT_FOUND', `Nothing is known of a person ${person}.`);
  }
  return Response.json(personJson(profile), { headers: { 'cache-control': 'private, no-store' } });
}

/** @throws AppError `REQUEST_MALFORMED` for what cannot be an id. */
function checkedId(user: string): string {
  const parsed = idSchema.safeParse(user);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', 'user: must be an id of 1 to 200 characters without control characters.');
  }
  return parsed.data;
}

interface Item {
  readonly person: string;
  readonly put: PersonPut;
}

/** What has to be recorded; of others than oneself the log refuses it, and it is not compared with what is known. */
async function plan(items: readonly (Item | AppError)[], caller: Caller, ports: ApiPorts): Promise<readonly Wanted[]> {
  const readable = items.flatMap((item) =>
    item instanceof AppError || !(mayActForOthers(caller) || item.person === caller.id) ? [] : [item.person],
  );
  const known = new Map(await ports.readProfiles([...new Set(readable)]));
  const seen = new Set<string>();
  return items.map((item): Wanted => {
    if (item instanceof AppError) {
      return { key: null, change: 'invalid', error: item };
    }
    const { person, put } = item;
    const before = known.get(person);
    const again = seen.has(person);
    seen.add(person);
    if (before !== undefined && !again && saysNothingNew(put, before)) {
      return { key: person, change: 'unchanged' };
    }
    const change = before === undefined && !again ? 'created' : 'updated';
    return { key: person, change, activity: activityOf(person, put) };
  });
}

function activityOf(person: string, { hide_from_social_proof: hide, ...fields }: PersonPut): Record<string, unknown> {
  const settings = hide === undefined ? {} : { settings: { hide_from_social_proof: hide } };
  return { activity_type: 'profile_update', user_id: person, metadata: { ...fields, ...settings } };
}

function saysNothingNew(put: PersonPut, known: Profile): boolean {
  const said = [
    [put.name === null ? null : put.name?.trim(), known.name],
    [put.emails === null ? [] : put.emails, known.emails],
    [put.time_zone, known.timeZone],
    [put.hide_from_social_proof === null ? false : put.hide_from_social_proof, known.hideFromSocialProof],
    ...Object.entries(put.traits ?? {}).map(([name, value]) => [value, known.traits[name] ?? null]),
  ];
  return said.every(([stated, now]) => stated === undefined || canonicalJson(stated) === canonicalJson(now));
}

function personJson({ id, timeZone, hideFromSocialProof, ...profile }: Profile): z.input<typeof personSchema> {
  return {
    user_id: id,
    name: profile.name,
    emails: [...profile.emails],
    time_zone: timeZone,
    traits: { ...profile.traits },
    hide_from_social_proof: hideFromSocialProof,
    social_proof: profile.socialProof,
    created_at: new Date(profile.createdAt).toISOString(),
    updated_at: new Date(profile.updatedAt).toISOString(),
  };
}

export const PEOPLE_SCHEMAS: readonly z.ZodType[] = [personPutSchema, personBatchItemSchema, personSchema];

export const PEOPLE_OPERATIONS = {
  'PUT /users': {
    slash: true,
    id: 'putPeople',
    summary: `Says who up to ${MAX_CATALOGUE_BATCH} people are; a bad entry does not harm the others.`,
    body: { type: 'array', maxItems: MAX_CATALOGUE_BATCH, items: ref('PersonBatchItem') },
    answers: { 200: { description: 'One result an entry, in order.', schema: ref('CatalogueBatch') } },
    errors: WRITE_ERRORS,
  },
  'PUT /users/:user': {
    id: 'putPerson',
    summary:
      'Says who a person is: name, addresses, time zone, traits, and whether they are shown to others. A person says it of themselves, service and admin of anybody.',
    path: personPathSchema,
    body: ref('PersonPut'),
    answers: {
      200: { description: 'It is so now, or was so already.', schema: ref('CatalogueChange') },
      201: { description: 'Nothing was known of them.', schema: ref('CatalogueChange') },
    },
    errors: WRITE_ERRORS,
  },
  'GET /users/:user': {
    id: 'getPerson',
    summary: 'All that the product, or they themselves, said of a person.',
    path: personPathSchema,
    answers: { 200: { description: 'The person.', schema: ref('Person') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'NOT_FOUND', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
