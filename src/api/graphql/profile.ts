import { personalWeights } from '../../activity/personal-weights.ts';
import type { BehaviourProfile } from '../../signals/profile/behaviour.ts';
import type { PersonalInterest } from '../../signals/profile/interests.ts';
import { personAskedFor } from '../access.ts';
import { DEFAULT_INTERESTS, MAX_INTERESTS } from '../rest/profile.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';

/** How a person uses the product, and what they are interested in. */
export const profileArea: Area = {
  typeDefinitions: /* GraphQL */ `
"A share in [0, 1] of what its name says."
type NamedShare { name: String! share: Float! }
type NamedWeight { name: String! weight: Float! }

type ContentTypePreference {
  type: String!
  interactions: Int!
  "Mean engagement of an interaction."
  engagement: Float!
  "Smoothed share of all engagement, as ranking takes it."
  preference: Float!
  "Mean of those interactions that say so; null when none does."
  dwellSeconds: Float
  "Mean of those interactions that say so; null when none does."
  scrollPercentage: Float
}

type MediaPreference {
  interactions: Int!
  "Share of each type of media."
  types: [NamedShare!]!
  "Of all engagement with content and media, the part that went to something to look at."
  visualShare: Float!
}

type SessionPattern { count: Int! meanSeconds: Float! medianSeconds: Float! }

type QualityIndicators {
  creationsPerWeek: Float!
  "Mean engagement of others with what the person made; null while they are too few to tell."
  engagementPerCreation: Float
  "Share of the people turned to that turned back; null while they are too few to tell."
  reciprocity: Float
}

"What the last week says."
type BehaviourFlags { highlySocial: Boolean! visual: Boolean! creator: Boolean! }

type BehaviourProfile {
  "ISO time; at most an hour ago."
  computedAt: String!
  "ISO time; what was done before is not in it."
  since: String!
  "Hours and days are those of this zone."
  timeZone: String!
  activities: Int!
  contentTypes: [ContentTypePreference!]!
  "The preference for any type that is not listed."
  otherTypesPreference: Float!
  "Share of each kind among all interactions with content."
  interactions: [NamedShare!]!
  "Mean of those interactions that say so; null when none does."
  dwellSeconds: Float
  "Mean of those interactions that say so; null when none does."
  scrollPercentage: Float
  media: MediaPreference!
  "At most three, most active first."
  peakHours: [Int!]!
  "Smoothed share of each hour, from 0 to 23."
  hourlyShare: [Float!]!
  "Smoothed share of each day of the week, from Monday on."
  weekdayShare: [Float!]!
  sessions: SessionPattern!
  "Share of days with activity."
  consistency: Float!
  quality: QualityIndicators!
  flags: BehaviourFlags!
  "The weights of the feed that follow from the flags."
  weights: [NamedWeight!]!
}

type Interest {
  tag: String!
  "What the person did with it since their last reset, faded by a half-life of 30 days."
  weight: Float!
  "What they turned it up or down by in the settings of their feed, 0 to 2."
  factor: Float!
  "They said so themselves."
  declared: Boolean!
  "It shows in what they did."
  learned: Boolean!
  "ISO time when they last showed it; null when it was only declared."
  lastAt: String
}

extend type Query {
  "How a person uses the product, from what they did in the last 30 days. userId: somebody else only for service, analyst and admin."
  behaviourProfile(userId: ID): BehaviourProfile!
  "The tags that a person is interested in now, as the settings of their feed have it, strongest first. userId: somebody else only for service, analyst and admin."
  interests(userId: ID, first: Int = ${DEFAULT_INTERESTS}): [Interest!]!
}
`,
  resolvers: (ports) => ({
    Query: {
      behaviourProfile: async (_source, args, { caller }) =>
        ports.behaviourProfile(await personAskedFor(caller, idArgument(args['userId']), ports)),
      interests: async (_source, args, { caller }) =>
        ports.interestsOf(
          await personAskedFor(caller, idArgument(args['userId']), ports),
          firstArgument(args['first'], { most: MAX_INTERESTS, fallback: DEFAULT_INTERESTS }),
        ),
    },
    types: {
      BehaviourProfile: {
        computedAt: ({ computedAt }: BehaviourProfile) => new Date(computedAt).toISOString(),
        since: ({ since }: BehaviourProfile) => new Date(since).toISOString(),
        contentTypes: ({ contentTypes, typePreference, otherTypes }: BehaviourProfile) =>
          Object.entries(contentTypes).map(([type, behaviour]) => ({
            type,
            preference: typePreference[type] ?? otherTypes,
            ...behaviour,
          })),
        otherTypesPreference: ({ otherTypes }: BehaviourProfile) => otherTypes,
        interactions: ({ interactions }: BehaviourProfile) => namedShares(interactions),
        weights: ({ flags }: BehaviourProfile) =>
          Object.entries(personalWeights(flags)).map(([name, weight]) => ({ name, weight })),
      },
      MediaPreference: { types: ({ types }: BehaviourProfile['media']) => namedShares(types) },
      Interest: {
        lastAt: ({ lastAt }: PersonalInterest) => (lastAt === null ? null : new Date(lastAt).toISOString()),
      },
    },
  }),
};

function namedShares(shares: Readonly<Record<string, number>>): { name: string; share: number }[] {
  return Object.entries(shares).map(([name, share]) => ({ name, share }));
}
