import type { SuppressingFact } from '../../activity/kinds.ts';
import { parseReference, referenceTo } from '../../activity/reference.ts';
import { ownValue } from '../../core/own.ts';
import type { OwnAct, Refusal } from '../../log/read/own-words.ts';
import { REPORTED_OUT_MS } from '../../log/read/permissions.ts';
import type { Judged } from '../rules.ts';
import { holdsMuted } from '../settings/muted.ts';
import type { FeedSettings } from '../settings/settings.ts';
import { actWords, day, listed } from './words.ts';

/** Which rule keeps something out of a person's feed, and what they can do about it. */
export interface RuledOut {
  readonly rule: string;
  readonly says: string;
  /** What brings it back; null when nothing that the person does would. */
  readonly remedy: string | null;
  /** The activity that takes the person's own word back, as `POST /activities/` takes it. */
  readonly undo: Readonly<Record<string, string>> | null;
  /** False: it held when the feed was ranked and does not any more. */
  readonly still: boolean;
}

/** What the words about a rule are made of. */
export interface RuleFacts {
  readonly item: Judged;
  readonly title: string | null;
  readonly authorName: string | null;
  /** What the person said against it, its author, its tags and its community. */
  readonly refusals: readonly Refusal[];
  /** When the person last reported the author or something of theirs, milliseconds. */
  readonly reportedAt: number | null;
  /** What the person did with it, newest first. */
  readonly acts: readonly OwnAct[];
  readonly settings: Pick<FeedSettings, 'mutedTags' | 'mutedWords' | 'network'>;
}

/** Things that a rule about people, tags and communities may be about. */
export function judgedObjects({ content, author, tags, community }: Judged): string[] {
  return [
    content,
    ...(author === null ? [] : [referenceTo('user', author)]),
    ...tags.map((tag) => referenceTo('tag', tag)),
    ...(community === null ? [] : [referenceTo('community', community)]),
  ];
}

/**
 * A rule in words. Undefined when the person must not be told: content that they may not see does not exist for them,
 * and whoever blocked them does not either.
 */
export function ruleInWords(rule: string, facts: RuleFacts): Omit<RuledOut, 'rule' | 'still'> | undefined {
  const { item, authorName, acts, settings, reportedAt } = facts;
  switch (rule) {
    case 'deleted_or_not_visible':
      return undefined;
    case 'own':
      return { says: 'You made it yourself', remedy: null, undo: null };
    case 'suppressed':
    case 'suppressed_person':
    case 'suppressed_tag':
    case 'suppressed_community':
      return ownWord(rule, facts);
    case 'reported_author':
      return {
        says:
          reportedAt === null
            ? 'You reported its author, or something of theirs'
            : `You reported ${authorName ?? 'its author'}, or something of theirs, on ${day(reportedAt)}`,
        remedy:
          reportedAt === null
            ? 'Withdraw the report'
            : `Withdraw the report, or wait until ${day(reportedAt + REPORTED_OUT_MS)}`,
        undo: null,
      };
    case 'muted_tag': {
      const muted = item.tags.filter((tag) => settings.mutedTags.includes(tag)).map((tag) => `#${tag}`);
      return { says: `You muted ${listed(muted)} in your settings`, remedy: TAKE_OFF.muted_tags, undo: null };
    }
    case 'muted_word': {
      const muted = settings.mutedWords.filter((word) => holdsMuted(facts.title ?? '', [word]));
      const quoted = listed(muted.map((word) => `“${word}”`));
      return {
        says: `Its title has ${quoted}, which you muted in your settings`,
        remedy: TAKE_OFF.muted_words,
        undo: null,
      };
    }
    case 'network':
      return {
        says:
          settings.network === 1
            ? 'You are tied to who made it, and set your feed to what others made'
            : 'You are not tied to who made it, and set your feed to what people you are tied to made',
        remedy: 'Turn network in the settings of your feed away from its end',
        undo: null,
      };
    case 'not_an_item':
      return { says: 'It belongs to something else and is no item of a feed by itself', remedy: null, undo: null };
    case 'engaged':
      return { says: `You know it already: ${actsInWords(acts)}`, remedy: null, undo: null };
    case 'seen':
      return { says: `You have seen it already: ${actsInWords(acts)}`, remedy: null, undo: null };
    default:
      return { says: `The rule ${rule} took it out`, remedy: null, undo: null };
  }
}

const TAKE_OFF = {
  muted_tags: 'Take the tag off muted_tags in the settings of your feed',
  muted_words: 'Take the word off muted_words in the settings of your feed',
} as const;

const OBJECT_OF = {
  suppressed: (type: string) => type !== 'user' && type !== 'tag' && type !== 'community',
  suppressed_person: (type: string) => type === 'user',
  suppressed_tag: (type: string) => type === 'tag',
  suppressed_community: (type: string) => type === 'community',
} as const;

/** A rule that stands on what the person said; undefined when they said nothing: then somebody blocked them. */
function ownWord(rule: keyof typeof OBJECT_OF, facts: RuleFacts): Omit<RuledOut, 'rule' | 'still'> | undefined {
  const word = facts.refusals.find(({ object }) => OBJECT_OF[rule](parseReference(object)?.type ?? ''));
  if (word === undefined) {
    return undefined;
  }
  const { type = '', id = '' } = parseReference(word.object) ?? {};
  const what = ownValue({ user: facts.authorName ?? id, tag: `#${id}`, community: 'its community' }, type) ?? 'it';
  const undo = {
    activity_type: RELEASES[word.fact].by,
    ...(type === 'user'
      ? { target_user_id: id }
      : type === 'community'
        ? { community_id: id }
        : { content: word.object }),
  };
  return {
    says: `You ${RELEASES[word.fact].did} ${what} on ${day(word.at)}`,
    remedy: `Send ${undo.activity_type} to see ${type === 'user' ? `what ${what} makes` : what} again`,
    undo,
  };
}

const RELEASES: Readonly<Record<SuppressingFact, { readonly did: string; readonly by: string }>> = {
  hide: { did: 'hid', by: 'unhide' },
  report: { did: 'reported', by: 'withdraw_report' },
  not_interested: { did: 'were not interested in', by: 'interested_again' },
  mute: { did: 'muted', by: 'unmute' },
  block: { did: 'blocked', by: 'unblock' },
};

const MOST_NAMED_ACTS = 3;

function actsInWords(acts: readonly OwnAct[]): string {
  const named = acts.slice(0, MOST_NAMED_ACTS).map(({ kind, at }) => `your ${actWords(kind)} it on ${day(at)}`);
  return named.length === 0 ? 'you turned to it lately' : listed(named);
}
