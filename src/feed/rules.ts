import { REPORTED_OUT_MS, type Suppressions } from '../log/read/permissions.ts';
import type { Hydrated } from './find/candidate.ts';
import { holdsMuted } from './settings/muted.ts';
import type { FeedSettings } from './settings/settings.ts';

export const NO_SUPPRESSIONS: Unwanted = {
  content: new Set(),
  people: new Set(),
  tags: new Set(),
  communities: new Set(),
  reportedAuthors: new Map(),
  notInterested: new Map(),
  mutedTags: [],
  mutedWords: [],
};

/** What law 6 looks at: enough of an item to tell whether it may be shown, kept in the snapshot with it. */
export interface Judged {
  readonly content: string;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly community: string | null;
}

/** Every "no" of a person: what they said of content and people, and what they muted in the settings of their feed. */
export interface Unwanted extends Suppressions, Pick<FeedSettings, 'mutedTags' | 'mutedWords'> {}

export interface RuleContext {
  readonly viewer: string | null;
  readonly now: number;
  readonly suppressions: Unwanted;
  readonly seen: ReadonlySet<string>;
  readonly excludedTypes: ReadonlySet<string>;
  readonly attachmentTypes: ReadonlySet<string>;
  /** The person's own dial; only its two ends take anything out. */
  readonly network: number | null;
  /** Whom the person is tied to. */
  readonly ties: { has(person: string): boolean };
}

/** Below this, engagement was taken back and only the rounding of its sum is left. */
const LEAST_ENGAGEMENT = 1e-9;

/** The title is that of now: a snapshot keeps none. */
type Titled = Judged & { readonly title: string | null };
type Refusal = (item: Titled, suppressions: Unwanted, now: number) => boolean;

/** "No" said by people; the only rules that hold for pages of a snapshot too, with visibility. */
const REFUSALS = {
  suppressed: (item, { content }) => content.has(item.content),
  suppressed_person: (item, { people }) => item.author !== null && people.has(item.author),
  suppressed_tag: (item, { tags }) => item.tags.some((tag) => tags.has(tag)),
  suppressed_community: (item, { communities }) => item.community !== null && communities.has(item.community),
  reported_author: (item, { reportedAuthors }, now) => {
    const at = item.author === null ? undefined : reportedAuthors.get(item.author);
    return at !== undefined && now - at < REPORTED_OUT_MS;
  },
  muted_tag: (item, { mutedTags }) => item.tags.some((tag) => mutedTags.includes(tag)),
  muted_word: (item, { mutedWords }) => item.title !== null && holdsMuted(item.title, mutedWords),
} as const satisfies Record<string, Refusal>;

type RefusalName = keyof typeof REFUSALS;
/** Rules that stand on a person's own word. */
export const REFUSAL_NAMES = Object.keys(REFUSALS) as RefusalName[];

type Rule = (candidate: Hydrated, context: RuleContext) => boolean;

const refusal =
  (rule: Refusal): Rule =>
  (candidate, context) =>
    rule(candidate, context.suppressions, context.now);

/** Each says true of a candidate that it takes out. */
const RULES = {
  deleted_or_not_visible: (candidate) => !candidate.visible,
  own: (candidate, { viewer }) => viewer !== null && candidate.author === viewer,
  suppressed: refusal(REFUSALS.suppressed),
  suppressed_person: refusal(REFUSALS.suppressed_person),
  suppressed_tag: refusal(REFUSALS.suppressed_tag),
  suppressed_community: refusal(REFUSALS.suppressed_community),
  reported_author: refusal(REFUSALS.reported_author),
  muted_tag: refusal(REFUSALS.muted_tag),
  muted_word: refusal(REFUSALS.muted_word),
  // At its ends the dial says "only"; between them it weighs.
  network: ({ author }, { network, ties }) => {
    const tied = author !== null && ties.has(author);
    return (network === 0 && !tied) || (network === 1 && tied);
  },
  not_an_item: (candidate, { excludedTypes, attachmentTypes }) =>
    excludedTypes.has(candidate.type) || (attachmentTypes.has(candidate.type) && !candidate.described),
  engaged: (candidate) => Math.abs(candidate.mine) >= LEAST_ENGAGEMENT,
  seen: (candidate, { seen }) => seen.has(candidate.content),
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;
export const RULE_NAMES = Object.keys(RULES) as RuleName[];

export interface Ruled {
  readonly kept: readonly Hydrated[];
  /** Which rule took out what, for the question why something is not shown. */
  readonly removed: Readonly<Record<string, readonly string[]>>;
}

/** Third step of the feed: takes out what must not or need not be shown; the first rule that applies is named. */
export function applyRules(candidates: readonly Hydrated[], names: readonly RuleName[], context: RuleContext): Ruled {
  const kept: Hydrated[] = [];
  const removed: Record<string, string[]> = {};
  for (const candidate of candidates) {
    const reason = names.find((name) => RULES[name](candidate, context));
    if (reason === undefined) {
      kept.push(candidate);
    } else {
      removed[reason] = [...(removed[reason] ?? []), candidate.content];
    }
  }
  return { kept, removed };
}

/** Law 6 for a page of a snapshot: may this item still be shown? Visibility is asked for beside it. */
export function isRefused(item: Titled, suppressions: Unwanted, now: number): boolean {
  return refusalOf(item, suppressions, now) !== undefined;
}

/** The first "no" of the person that an item meets. */
export function refusalOf(item: Titled, suppressions: Unwanted, now: number): RefusalName | undefined {
  return REFUSAL_NAMES.find((name) => REFUSALS[name](item, suppressions, now));
}
