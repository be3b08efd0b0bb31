import { listed } from './words.ts';

/** Why a source did not propose something, as far as can be told. */
export interface NotFoundBy {
  readonly source: string;
  readonly says: string;
}

/** What the words about sources are made of. */
export interface AbsenceFacts {
  readonly authorName: string | null;
  /** Whether its author is among the people that the reader is tied to. */
  readonly tied: boolean;
  readonly tags: readonly string[];
  /** Those of its tags that the reader is interested in. */
  readonly shared: readonly string[];
  readonly inCommunity: boolean;
  readonly member: boolean;
  /** How similar it is to what the reader did lately. */
  readonly similar: number;
  /** How many of the people most like the reader engaged with it. */
  readonly alike: number;
}

/** Each source that was asked and did not bring it, with the reason. */
export function whyNotFound(sources: readonly string[], off: readonly string[], facts: AbsenceFacts): NotFoundBy[] {
  return sources.map((source) => ({
    source,
    says: off.includes(source)
      ? 'You switched this source off'
      : (ABSENCES[source]?.(facts) ?? 'It proposed other things'),
  }));
}

const ABSENCES: Readonly<Record<string, (facts: AbsenceFacts) => string>> = {
  ties: ({ authorName, tied }) =>
    tied
      ? `You are tied to ${authorName ?? 'its author'}, but they made newer things, or others did who are closer to you`
      : `${authorName ?? 'Its author'} is not among the people you are tied to`,
  similar_content: ({ similar }) =>
    similar > 0
      ? 'It is similar to what you engaged with, but other things are more so'
      : 'Nothing makes it similar to what you engaged with lately',
  similar_people: ({ alike }) =>
    alike > 0
      ? 'People like you engaged with it, but with other things more'
      : 'None of the people most like you engaged with it lately',
  communities: ({ inCommunity, member }) => {
    if (!inCommunity) {
      return 'It is in no community';
    }
    return member ? 'There are newer things in your communities' : 'It is in a community that you are not a member of';
  },
  interests: ({ tags, shared }) => {
    if (tags.length === 0) {
      return 'It has no tags';
    }
    return shared.length > 0
      ? `It is about ${hashed(shared)}, but newer things are about your interests too`
      : `${tags.length === 1 ? 'Its tag' : 'None of its tags'} ${hashed(tags)} ${tags.length === 1 ? 'is not' : 'is'} among your interests`;
  },
  trending: () => 'No more people than usual turned to it of late',
  new_authors: () => 'Its author is not new here',
  catch_up: () => 'Its author is no friend of yours who rarely posts',
  popular: () => 'People turn to other things more',
  new: () => 'Many things were made after it',
};

function hashed(tags: readonly string[]): string {
  return listed(tags.map((tag) => `#${tag}`));
}
