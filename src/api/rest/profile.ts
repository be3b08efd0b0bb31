import { z } from 'zod';
import { personalWeights } from '../../activity/personal-weights.ts';
import type { Caller } from '../../core/caller.ts';
import type { BehaviourProfile } from '../../signals/profile/behaviour.ts';
import { personAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

export const MAX_INTERESTS = 200;
export const DEFAULT_INTERESTS = 50;

const whose = (what: string) =>
  idParameter
    .optional()
    .describe(`Whose ${what}. Default: the token's subject; somebody else only for service, analyst and admin.`);

const profileQuerySchema = z.strictObject({ user_id: whose('profile') });
const interestsQuerySchema = z.strictObject({
  user_id: whose('interests'),
  limit: wholeNumber(1, MAX_INTERESTS).default(DEFAULT_INTERESTS),
});

const time = z.iso.datetime();
const share = z.number().min(0).max(1);
const shares = z.record(z.string(), share);

export const behaviourProfileSchema = z
  .strictObject({
    user_id: z.string(),
    computed_at: time,
    since: time.describe('What was done before is not in it.'),
    time_zone: z.string().describe('Hours and days are those of this zone.'),
    activities: z.int().min(0),
    content_types: z.record(
      z.string(),
      z.strictObject({
        interactions: z.int().min(1),
        engagement: z.number().describe('Mean engagement of an interaction.'),
        preference: share.describe('Smoothed share of all engagement, as ranking takes it.'),
        dwell_seconds: z.number().nullable(),
        scroll_percentage: z.number().nullable(),
      }),
    ),
    other_types_preference: share.describe('The preference for any type that is not listed.'),
    interactions: shares.describe('Share of each kind among all interactions with content.'),
    dwell_seconds: z.number().nullable(),
    scroll_percentage: z.number().nullable(),
    media: z.strictObject({ interactions: z.int().min(0), types: shares, visual_share: share }),
    peak_hours: z.array(z.int().min(0).max(23)).max(3).describe('Most active first.'),
    hourly_share: z.array(share).length(24),
    weekday_share: z.array(share).length(7).describe('From Monday on.'),
    sessions: z.strictObject({ count: z.int().min(0), mean_seconds: z.number(), median_seconds: z.number() }),
    consistency: share.describe('Share of days with activity.'),
    quality: z.strictObject({
      creations_per_week: z.number(),
      engagement_per_creation: z
        .number()
        .nullable()
        .describe('Mean engagement of others with what the person made; null while they are too few to tell.'),
      reciprocity: share
        .nullable()
        .describe('Share of the people turned to that turned back; null while they are too few to tell.'),
    }),
    flags: z.strictObject({ highly_social: z.boolean(), visual: z.boolean(), creator: z.boolean() }),
    weights: z.record(z.string(), z.number()).describe('The weights of the feed that follow from the flags.'),
  })
  .meta({ id: 'BehaviourProfile' });

export const interestListSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          tag: z.string(),
          weight: z
            .number()
            .describe('What the person did with it since their last reset, faded by a half-life of 30 days.'),
          factor: z.number().describe('What they turned it up or down by in the settings of their feed, 0 to 2.'),
          declared: z.boolean(),
          learned: z.boolean(),
          last_at: time.nullable(),
        }),
      )
      .describe('Strongest first.'),
  })
  .meta({ id: 'InterestList' });

export const PROFILE_SCHEMAS = [behaviourProfileSchema, interestListSchema];

export const PROFILE_OPERATIONS = {
  'GET /profile': {
    slash: true,
    id: 'getProfile',
    summary: 'How a person uses the product: from what they did in the last 30 days, at most an hour old.',
    query: profileQuerySchema,
    answers: { 200: { description: 'The profile.', schema: ref('BehaviourProfile') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE', 'GRAPH_UNAVAILABLE'],
  },
  'GET /interests': {
    slash: true,
    id: 'getInterests',
    summary:
      'The tags that a person is interested in now, declared and learned, as the settings of their feed have it.',
    query: interestsQuerySchema,
    answers: { 200: { description: 'The interests.', schema: ref('InterestList') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE', 'GRAPH_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;

const PRIVATE = { headers: { 'cache-control': 'private, no-store' } };

/** `GET /profile/`: how a person uses the product. */
export async function getProfile(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const query = readQuery(request, profileQuerySchema);
  const person = await personAskedFor(caller, query.user_id, ports);
  return Response.json(profileJson(person, await ports.behaviourProfile(person)), PRIVATE);
}

/** `GET /interests/`: what a person is interested in. */
export async function getInterests(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const query = readQuery(request, interestsQuerySchema);
  const found = await ports.interestsOf(await personAskedFor(caller, query.user_id, ports), query.limit);
  const items = found.map(({ lastAt, ...interest }) => ({
    ...interest,
    last_at: lastAt === null ? null : iso(lastAt),
  }));
  return Response.json({ items }, PRIVATE);
}

function profileJson(person: string, profile: BehaviourProfile): z.input<typeof behaviourProfileSchema> {
  const { contentTypes, typePreference, otherTypes, media, sessions, quality, flags } = profile;
  return {
    user_id: person,
    computed_at: iso(profile.computedAt),
    since: iso(profile.since),
    time_zone: profile.timeZone,
    activities: profile.activities,
    content_types: Object.fromEntries(
      Object.entries(contentTypes).map(([type, { interactions, engagement, dwellSeconds, scrollPercentage }]) => [
        type,
        {
          interactions,
          engagement,
          preference: typePreference[type] ?? otherTypes,
          dwell_seconds: dwellSeconds,
          scroll_percentage: scrollPercentage,
        },
      ]),
    ),
    other_types_preference: otherTypes,
    interactions: profile.interactions,
    dwell_seconds: profile.dwellSeconds,
    scroll_percentage: profile.scrollPercentage,
    media: { interactions: media.interactions, types: media.types, visual_share: media.visualShare },
    peak_hours: [...profile.peakHours],
    hourly_share: [...profile.hourlyShare],
    weekday_share: [...profile.weekdayShare],
    sessions: { count: sessions.count, mean_seconds: sessions.meanSeconds, median_seconds: sessions.medianSeconds },
    consistency: profile.consistency,
    quality: {
      creations_per_week: quality.creationsPerWeek,
      engagement_per_creation: quality.engagementPerCreation,
      reciprocity: quality.reciprocity,
    },
    flags: { highly_social: flags.highlySocial, visual: flags.visual, creator: flags.creator },
    weights: personalWeights(flags),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
