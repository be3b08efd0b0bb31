import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { settingsChangeSchema } from '../../feed/settings/change.ts';
import type { SettingsView } from '../../feed/settings/control.ts';
import { HEURISTIC_NAMES, SLIDER_NAMES } from '../../feed/settings/settings.ts';
import { personAskedFor, personChangedFor } from '../access.ts';
import { readJson } from '../body.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery } from './query.ts';

const MAX_SETTINGS_BYTES = 256 * 1_024;

const readSchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe("Whose settings. Default: the token's subject; somebody else only for service, analyst and admin."),
});
const changeSchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe("Whose settings. Default: the token's subject; somebody else only for service and admin."),
});

/** `GET /feed/settings/`: what a person set, and everything that there is to set. */
export async function getFeedSettings(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personAskedFor(caller, readQuery(request, readSchema).user_id, ports);
  return shown(await ports.feedControl.read(person));
}

/** `PUT /feed/settings/`: changes what the body names and leaves the rest. */
export async function putFeedSettings(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personChangedFor(caller, readQuery(request, changeSchema).user_id, ports);
  return shown(await ports.feedControl.change(person, await readJson(request, MAX_SETTINGS_BYTES)));
}

/** `POST /feed/settings/reset/`: what the person did until now does not personalise any more. */
export async function postFeedSettingsReset(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personChangedFor(caller, readQuery(request, changeSchema).user_id, ports);
  return shown(await ports.feedControl.reset(person));
}

function shown(settings: SettingsView): Response {
  return Response.json(settings, { headers: { 'cache-control': 'private, no-store' } });
}

export const feedSettingsSchema = z
  .strictObject({
    revision: z.int().min(0).describe('0: never set. Grows with each change.'),
    sliders: z.array(
      z.strictObject({
        name: z.enum(SLIDER_NAMES),
        meaning: z.string(),
        multiplies: z.array(z.string()).describe('Parts of a score, in whatever algorithm has them.'),
        factor: z.number().min(0).max(2).describe('1: as it is.'),
      }),
    ),
    heuristics: z.array(z.strictObject({ name: z.enum(HEURISTIC_NAMES), meaning: z.string(), on: z.boolean() })),
    network: z
      .number()
      .nullable()
      .describe('0: only people I am tied to … 1: only others; null: as the algorithm has it.'),
    muted_words: z.array(z.string()),
    muted_tags: z.array(z.string()),
    interests: z
      .array(
        z.strictObject({
          tag: z.string(),
          declared: z.boolean(),
          weight: z.number().describe("What the person's own activities are worth now."),
          factor: z.number().describe("The person's own factor, 0 to 2."),
          counts: z.number().describe('What the interest counts in the end.'),
        }),
      )
      .nullable()
      .describe('What counts most first; null while the graph does not answer.'),
    reset_at: z.iso.datetime().nullable().describe('What was done before does not personalise.'),
    social_proof: z.boolean().describe('False: never named or counted as proof for others.'),
  })
  .meta({ id: 'FeedSettings' }) satisfies z.ZodType<SettingsView>;

const answer = { 200: { description: 'The settings as they are now.', schema: ref('FeedSettings') } };

export const FEED_SETTINGS_OPERATIONS = {
  'GET /feed/settings': {
    slash: true,
    id: 'getFeedSettings',
    summary: 'What a person set for their feed, everything that there is to set, and their interests as they count.',
    query: readSchema,
    answers: answer,
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
  'PUT /feed/settings': {
    slash: true,
    id: 'putFeedSettings',
    summary: 'Changes settings; what the body does not name stays. The next page of the feed is made with them.',
    query: changeSchema,
    body: ref('FeedSettingsChange'),
    answers: answer,
    errors: [
      'REQUEST_MALFORMED',
      'FORBIDDEN',
      'ACTIVITY_ERASED',
      'PAYLOAD_TOO_LARGE',
      'MEDIA_TYPE_UNSUPPORTED',
      'SETTINGS_INVALID',
      'LOG_UNAVAILABLE',
    ],
  },
  'POST /feed/settings/reset': {
    slash: true,
    id: 'postFeedSettingsReset',
    summary:
      'Resets personalisation: what the person did until now does not count any more; what was computed from all they did counts by the share of it that they did since. Connections, declared interests and settings stay.',
    query: changeSchema,
    answers: answer,
    errors: [
      'REQUEST_MALFORMED',
      'FORBIDDEN',
      'ACTIVITY_ERASED',
      'GRAPH_BEHIND',
      'GRAPH_UNAVAILABLE',
      'GRAPH_REBUILDING',
      'LOG_UNAVAILABLE',
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** Schemas that the operations point to. */
export const FEED_SETTINGS_SCHEMAS: readonly z.ZodType[] = [feedSettingsSchema, settingsChangeSchema];
