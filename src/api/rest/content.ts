import { z } from 'zod';
import { activityInputSchema, referenceSchema } from '../../activity/activity.ts';
import { VISIBILITIES } from '../../activity/fold-row.ts';
import { normalizeTags, type Reference } from '../../activity/reference.ts';
import { type Caller, mayActForOthers, mayReadOthers } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { Transport } from '../../ingest/accept.ts';
import type { CatalogueEntry } from '../../log/read/catalogue.ts';
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

/** The fields of content, with the checks that activities make. */
const FIELDS = activityInputSchema.pick({
  author: true,
  title: true,
  url: true,
  hashtags: true,
  community_id: true,
  visibility: true,
  reply_to: true,
  created_at: true,
}).shape;

const contentPutSchema = z
  .strictObject({
    ...FIELDS,
    author: FIELDS.author.describe(
      'Who made it; from service and admin. Content that nobody is named for has no author.',
    ),
    title: FIELDS.title.nullable(),
    url: FIELDS.url.nullable(),
    hashtags: FIELDS.hashtags.nullable(),
    community_id: FIELDS.community_id.nullable(),
    reply_to: FIELDS.reply_to.nullable(),
  })
  .describe('What it names is changed, null takes it away, the rest stays as it is.')
  .meta({ id: 'ContentPut' });

const contentBatchItemSchema = z
  .strictObject({ content: referenceSchema.describe('As type:id.'), ...contentPutSchema.shape })
  .meta({ id: 'ContentBatchItem' });

export const contentSchema = z
  .strictObject({
    content: z.string().describe('As type:id.'),
    type: z.string(),
    author: z.string().nullable(),
    title: z.string().nullable(),
    url: z.string().nullable(),
    hashtags: z.array(z.string()),
    community_id: z.string().nullable(),
    reply_to: z.string().nullable(),
    visibility: z.enum(VISIBILITIES),
    created_at: z.iso.datetime().nullable(),
    deleted_at: z.iso.datetime().nullable().describe('Set only for service, analyst and admin; others get a 404.'),
  })
  .meta({ id: 'Content' });

const contentPathSchema = z.object({
  content: z
    .string()
    .describe('As type:id, percent-encoded.')
    .meta({ examples: ['post%3Aopening'] }),
});

type ContentPut = z.output<typeof contentPutSchema>;

/** `PUT /content/{content}`: says what content is. */
export async function putContent(
  request: Request,
  content: string,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const body = await readJson(request, MAX_ACTIVITIES_BYTES);
  const reference = checkedReference(content);
  const wanted = await plan([itemOf(reference, parsed(body))], caller, ports);
  return singleAnswer(await send(wanted, { caller, transport }, ports), ports);
}

/** `PUT /content/`: the same of many. */
export async function putContents(
  request: Request,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const body = await readJson(request, MAX_ACTIVITIES_BYTES);
  const items = parseBatch(contentBatchItemSchema, body).map((item) =>
    item instanceof AppError ? item : itemOf(item.content, item),
  );
  return batchAnswer(await send(await plan(items, caller, ports), { caller, transport }, ports), ports);
}

/** `GET /content/{content}`: what is known of it. */
export async function getContent(content: string, caller: Caller, ports: ApiPorts): Promise<Response> {
  const reference = checkedReference(content);
  const entry = await readable(reference, caller, ports);
  if (entry === undefined) {
    throw unknown(reference);
  }
  return Response.json(contentJson(reference, entry), { headers: { 'cache-control': 'private, no-store' } });
}

/** `DELETE /content/{content}`: takes it out of every feed at once. */
export async function deleteContent(
  content: string,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const reference = checkedReference(content);
  const known = (await ports.readContent([reference])).get(reference);
  const own = known !== undefined && known.authorId === caller.id;
  if (!own && !mayActForOthers(caller) && (await readable(reference, caller, ports)) === undefined) {
    throw unknown(reference);
  }
  const wanted: Wanted =
    known !== undefined && known.deletedAt !== null
      ? { key: reference, change: 'unchanged' }
      : { key: reference, change: 'deleted', activity: { activity_type: 'delete', content: reference } };
  return singleAnswer(await send([wanted], { caller, transport }, ports), ports);
}

/** What the caller may know of content: of what is not public only whom it is for, of what is deleted only who may read others. */
async function readable(reference: Reference, caller: Caller, ports: ApiPorts): Promise<CatalogueEntry | undefined> {
  const known = (await ports.readContent([reference])).get(reference);
  const visible = known !== undefined && (mayReadOthers(caller) || (await ports.maySee(caller.id, reference)));
  return visible ? known : undefined;
}

function unknown(reference: Reference): AppError {
  return new AppError('NOT_FOUND', `The catalogue knows no ${reference}.`);
}

/** @throws AppError `REQUEST_MALFORMED` for what is no reference. */
function checkedReference(content: string): Reference {
  const parsed = referenceSchema.safeParse(content);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', 'content: must be type:id, percent-encoded, as in post%3Ac954.');
  }
  return parsed.data;
}

/** @throws AppError `ACTIVITY_INVALID` naming each field that is wrong. */
function parsed(body: unknown): ContentPut {
  const checked = contentPutSchema.safeParse(body);
  if (!checked.success) {
    throw faulty(checked.error);
  }
  return checked.data;
}

interface Item {
  readonly reference: Reference;
  readonly put: ContentPut;
}

function itemOf(reference: Reference, { content: _, ...put }: ContentPut & { readonly content?: string }): Item {
  return { reference, put };
}

/**
 * What has to be recorded so that the catalogue says what is wanted. Whoever may not act for others is told of content
 * of others no more than that the log refuses it.
 */
async function plan(items: readonly (Item | AppError)[], caller: Caller, ports: ApiPorts): Promise<readonly Wanted[]> {
  const trusted = mayActForOthers(caller);
  const references = items.flatMap((item) => (item instanceof AppError ? [] : [item.reference]));
  const known = new Map<Reference, CatalogueEntry>(await ports.readContent([...new Set(references)]));
  const seen = new Set<Reference>();
  return items.map((item) => {
    if (item instanceof AppError) {
      return { key: null, change: 'invalid', error: item };
    }
    const { reference, put } = item;
    const entry = known.get(reference);
    const before = trusted || entry?.authorId === caller.id ? entry : undefined;
    const again = seen.has(reference);
    seen.add(reference);
    return planOne(reference, put, { before, again, trusted, now: ports.clock.now() });
  });
}

interface Situation {
  readonly before: CatalogueEntry | undefined;
  /** An item before it in the batch is about the same content. */
  readonly again: boolean;
  readonly trusted: boolean;
  readonly now: number;
}

function planOne(reference: Reference, put: ContentPut, { before, again, trusted, now }: Situation): Wanted {
  const { author, created_at: createdAt, ...fields } = put;
  const stated = {
    content: reference,
    ...withoutNull(fields),
    ...(trusted && createdAt !== undefined ? { created_at: createdAt } : {}),
  };
  const known = before !== undefined && before.deletedAt === null;
  if (known || again) {
    const update = {
      activity_type: 'update',
      ...stated,
      ...clearing(fields),
      ...(author === undefined ? {} : { author }),
    };
    return !again && known && saysNothingNew(put, before, trusted)
      ? { key: reference, change: 'unchanged' }
      : { key: reference, change: 'updated', activity: update };
  }
  const maker = author ?? before?.authorId ?? undefined;
  if (!trusted || maker !== undefined) {
    return {
      key: reference,
      change: 'created',
      activity: { activity_type: 'create', ...stated, ...madeBy(maker, createdAt, { before, trusted }) },
    };
  }
  // Nobody made it, so that nobody's feed is told so; when it came up is known all the same.
  const cameUp = { created_at: createdAt ?? new Date(now).toISOString() };
  const kind = before === undefined ? 'update' : 'create';
  return { key: reference, change: 'created', activity: { activity_type: kind, ...stated, ...cameUp } };
}

type Fields = Omit<ContentPut, 'author' | 'created_at'>;

/** What has a value; no hashtags are a list of none. */
function withoutNull({ hashtags, ...fields }: Fields): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(given), ...(hashtags === undefined ? {} : { hashtags: hashtags ?? [] }) };
}

/** What is taken away. */
function clearing({ hashtags: _, ...fields }: Fields): { readonly clears?: readonly string[] } {
  const clears = Object.entries(fields).flatMap(([field, value]) => (value === null ? [field] : []));
  return clears.length === 0 ? {} : { clears };
}

/** Who made it did so when it was made: the signal has faded since. What was deleted is made again now. */
function madeBy(
  maker: string | undefined,
  createdAt: string | undefined,
  { before, trusted }: Pick<Situation, 'before' | 'trusted'>,
): Record<string, unknown> {
  if (!trusted || maker === undefined) {
    return {};
  }
  const then = createdAt !== undefined && before === undefined ? { occurred_at: createdAt } : {};
  return { user_id: maker, author: maker, ...then };
}

function saysNothingNew(put: ContentPut, known: CatalogueEntry, trusted: boolean): boolean {
  const { author, title, url, hashtags, community_id, visibility, reply_to, created_at } = put;
  const said = [
    [trusted ? author : undefined, known.authorId],
    [title, known.title],
    [url, known.url],
    [hashtags === undefined ? undefined : normalizeTags(hashtags ?? []).join(), known.tags.join()],
    [community_id, known.communityId],
    [visibility, known.visibility],
    [reply_to, known.replyTo],
    [trusted && created_at !== undefined ? Date.parse(created_at) : undefined, known.createdAt],
  ];
  return said.every(([stated, now]) => stated === undefined || stated === now);
}

function contentJson(reference: Reference, entry: CatalogueEntry): z.input<typeof contentSchema> {
  return {
    content: reference,
    type: entry.type,
    author: entry.authorId,
    title: entry.title,
    url: entry.url,
    hashtags: [...entry.tags],
    community_id: entry.communityId,
    reply_to: entry.replyTo,
    visibility: entry.visibility,
    created_at: iso(entry.createdAt),
    deleted_at: iso(entry.deletedAt),
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

export const CONTENT_SCHEMAS: readonly z.ZodType[] = [contentPutSchema, contentBatchItemSchema, contentSchema];

export const CONTENT_OPERATIONS = {
  'PUT /content': {
    slash: true,
    id: 'putContents',
    summary: `Says what up to ${MAX_CATALOGUE_BATCH} pieces of content are; a bad one does not harm the others.`,
    body: { type: 'array', maxItems: MAX_CATALOGUE_BATCH, items: ref('ContentBatchItem') },
    answers: { 200: { description: 'One result an item, in order.', schema: ref('CatalogueBatch') } },
    errors: WRITE_ERRORS,
  },
  'PUT /content/:content': {
    id: 'putContent',
    summary:
      'Says what content is, for products that keep their catalogue elsewhere. What is new is recorded as created, what differs as updated; who made it says so of their own, service and admin of any.',
    path: contentPathSchema,
    body: ref('ContentPut'),
    answers: {
      200: { description: 'It is so now, or was so already.', schema: ref('CatalogueChange') },
      201: { description: 'It was not known.', schema: ref('CatalogueChange') },
    },
    errors: WRITE_ERRORS,
  },
  'GET /content/:content': {
    id: 'getContent',
    summary: 'What the catalogue knows of content that one may see.',
    path: contentPathSchema,
    answers: { 200: { description: 'The content.', schema: ref('Content') } },
    errors: ['REQUEST_MALFORMED', 'NOT_FOUND', 'LOG_UNAVAILABLE'],
  },
  'DELETE /content/:content': {
    id: 'deleteContent',
    summary: 'Takes content out of every feed at once; PUT brings it back.',
    path: contentPathSchema,
    answers: { 200: { description: 'It is gone, or was already.', schema: ref('CatalogueChange') } },
    errors: [
      'REQUEST_MALFORMED',
      'FORBIDDEN',
      'NOT_FOUND',
      'ACTIVITY_ERASED',
      'ACTIVITY_INVALID',
      'LOG_UNAVAILABLE',
      'LOG_OVERLOADED',
    ],
  },
} as const satisfies Record<string, Operation>;
