import type { Caller } from '../../core/caller.ts';
import type { SettingsView } from '../../feed/settings/control.ts';
import { HEURISTIC_NAMES, SLIDER_NAMES } from '../../feed/settings/settings.ts';
import { personAskedFor, personChangedFor } from '../access.ts';
import type { Area } from './area.ts';
import { idArgument } from './arguments.ts';

/** What people set for their own feeds. */
export const feedSettings: Area = {
  typeDefinitions: /* GraphQL */ `
"What a person set for their feed, and everything that there is to set."
type FeedSettings {
  "0: never set. Grows with each change."
  revision: Int!
  sliders: [FeedSlider!]!
  heuristics: [FeedHeuristic!]!
  "0: only people I am tied to … 1: only others; null: as the algorithm has it."
  network: Float
  "What has one of these words in its title is not shown."
  mutedWords: [String!]!
  "What has one of these tags is not shown."
  mutedTags: [String!]!
  "What counts most first; null while the graph does not answer."
  interests: [FeedInterest!]
  "ISO time: what was done before does not personalise."
  resetAt: String
  "False: never named or counted as social proof for others."
  socialProof: Boolean!
}

type FeedSlider {
  name: String!
  "What is turned up or down, in words."
  meaning: String!
  "0 (counts nothing) over 1 (as it is) to 2 (counts double)."
  factor: Float!
  "The parts of a score that it multiplies, in whatever algorithm has them."
  multiplies: [String!]!
}

type FeedHeuristic {
  name: String!
  "What it does, in words."
  meaning: String!
  on: Boolean!
}

type FeedInterest {
  tag: String!
  "Whether the person said so."
  declared: Boolean!
  "What the person's own activities are worth now."
  weight: Float!
  "The person's own factor, 0 to 2."
  factor: Float!
  "What the interest counts in the end."
  counts: Float!
}

input FactorInput {
  "A slider or a tag."
  name: String!
  "0 to 2; null or 1: as it is."
  factor: Float
}

"What is left out stays as it is."
input FeedSettingsInput {
  "Sliders by name: ${SLIDER_NAMES.join(', ')}."
  weights: [FactorInput!]
  "Heuristics to switch off, of ${HEURISTIC_NAMES.join(', ')}; replaces the list."
  off: [String!]
  "0: only people I am tied to … 1: only others; null: as the algorithm has it."
  network: Float
  "Replaces the list."
  mutedWords: [String!]
  "Replaces the list."
  mutedTags: [String!]
  "Interests by tag: 0 never counts, 2 counts double."
  interests: [FactorInput!]
  "False: never named or counted as social proof for others."
  socialProof: Boolean
}

extend type Query {
  "What a person set for their feed. userId: somebody else only for service, analyst and admin."
  feedSettings(userId: ID): FeedSettings!
}

extend type Mutation {
  "Changes settings; the next page of the feed is made with them. userId: somebody else only for service and admin."
  updateFeedSettings(input: FeedSettingsInput!, userId: ID): FeedSettings!
  """
  What the person did until now does not personalise any more: history, learned interests, habits, visits and contact. What
  was computed from all they did (people alike, what they have in common with others) counts by the share of it that they
  did since. Connections, declared interests and settings stay, and what they saw is not shown again.
  """
  resetPersonalisation(userId: ID): FeedSettings!
}
`,
  resolvers: (ports) => {
    const { feedControl } = ports;
    const changedFor = (caller: Caller, args: Record<string, unknown>) =>
      personChangedFor(caller, idArgument(args['userId']), ports);
    return {
      Query: {
        feedSettings: async (_source, args, { caller }) =>
          feedControl.read(await personAskedFor(caller, idArgument(args['userId']), ports)),
      },
      Mutation: {
        updateFeedSettings: async (_source, args, { caller }) =>
          feedControl.change(await changedFor(caller, args), changeOf(args['input'] as FeedSettingsInput)),
        resetPersonalisation: async (_source, args, { caller }) => feedControl.reset(await changedFor(caller, args)),
      },
      types: {
        FeedSettings: {
          mutedWords: (settings: SettingsView) => settings.muted_words,
          mutedTags: (settings: SettingsView) => settings.muted_tags,
          resetAt: (settings: SettingsView) => settings.reset_at,
          socialProof: (settings: SettingsView) => settings.social_proof,
        },
      },
    };
  },
};

type Factors = readonly { readonly name: string; readonly factor?: number | null }[] | null;

interface FeedSettingsInput {
  readonly weights?: Factors;
  readonly off?: readonly string[] | null;
  readonly network?: number | null;
  readonly mutedWords?: readonly string[] | null;
  readonly mutedTags?: readonly string[] | null;
  readonly interests?: Factors;
  readonly socialProof?: boolean | null;
}

/** The change as every door sends it. A null says nothing, but for `network`, which it takes back. */
function changeOf(input: FeedSettingsInput): Record<string, unknown> {
  return {
    ...(input.weights == null ? {} : { weights: byName(input.weights) }),
    ...(input.off == null ? {} : { off: input.off }),
    ...(input.network === undefined ? {} : { network: input.network }),
    ...(input.mutedWords == null ? {} : { muted_words: input.mutedWords }),
    ...(input.mutedTags == null ? {} : { muted_tags: input.mutedTags }),
    ...(input.interests == null ? {} : { interests: byName(input.interests) }),
    ...(input.socialProof == null ? {} : { social_proof: input.socialProof }),
  };
}

function byName(factors: NonNullable<Factors>): Record<string, number | null> {
  return Object.fromEntries(factors.map(({ name, factor }) => [name, factor ?? null]));
}
