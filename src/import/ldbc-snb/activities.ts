import type { ActivityInput } from '../../activity/activity.ts';
import type { Fact, Forum, Friendship, Like, Membership, Message, Person } from './facts.ts';

/** Longest title taken from a text, in characters. The text itself is not kept. */
const TITLE_LENGTH = 80;
/** Tags that one activity may carry. */
const TAGS_AT_ONCE = 100;

/** One activity that a fact means, with the time it has. */
export interface Meaning {
  readonly at: number;
  readonly input: ActivityInput;
}

/** The activities that a fact means. Their ids follow from the source's, so that importing it twice is importing it once. */
export function activitiesOf(fact: Fact): Meaning[] {
  switch (fact.fact) {
    case 'person':
      return registration(fact);
    case 'friendship':
      return connection(fact);
    case 'forum':
      return [community(fact)];
    case 'membership':
      return [join(fact)];
    case 'message':
      return message(fact);
    case 'like':
      return [like(fact)];
  }
}

function registration(person: Person): Meaning[] {
  const register: Meaning = {
    at: person.at,
    input: {
      id: `register:${person.id}`,
      user_id: person.id,
      activity_type: 'register',
      metadata: { name: person.name, emails: [...person.emails] },
    },
  };
  const interests = chunks(person.interests, TAGS_AT_ONCE).map((hashtags, index) => ({
    at: person.at,
    input: {
      id: `interests:${person.id}:${index}`,
      user_id: person.id,
      activity_type: 'declare_interest',
      hashtags,
    },
  }));
  return [register, ...interests];
}

/**
 * The data say since when two people know each other, not who asked; the one with the smaller id, the older account,
 * is taken for it. The request comes a millisecond before the answer: of two words at the same time it is not
 * certain which is the last.
 */
function connection(friendship: Friendship): Meaning[] {
  const [one, other] = friendship.people;
  const oneIsOlder = one.length === other.length ? one < other : one.length < other.length;
  const [asker, asked] = oneIsOlder ? [one, other] : [other, one];
  const id = `knows:${asker}:${asked}`;
  return [
    {
      at: friendship.at - 1,
      input: { id: `${id}:request`, user_id: asker, activity_type: 'connection_request', target_user_id: asked },
    },
    {
      at: friendship.at,
      input: { id: `${id}:accept`, user_id: asked, activity_type: 'connection_accept', target_user_id: asker },
    },
  ];
}

function community(forum: Forum): Meaning {
  return {
    at: forum.at,
    input: {
      id: `create-forum:${forum.id}`,
      user_id: forum.moderator,
      activity_type: 'create',
      content: `community:${forum.id}`,
      title: titleOf(forum.title),
      hashtags: [...forum.tags],
    },
  };
}

function join(membership: Membership): Meaning {
  return {
    at: membership.at,
    input: {
      id: `join:${membership.forum}:${membership.person}`,
      user_id: membership.person,
      activity_type: 'join',
      community_id: membership.forum,
    },
  };
}

function message(said: Message): Meaning[] {
  const title = titleOf(said.text);
  const create: Meaning = {
    at: said.at,
    input: {
      id: `create-${said.type}:${said.id}`,
      user_id: said.author,
      activity_type: 'create',
      content: `${said.type}:${said.id}`,
      hashtags: [...said.tags],
      ...(title === '' ? {} : { title }),
      ...(said.forum === undefined ? {} : { community_id: said.forum }),
      ...(said.replyTo === undefined ? {} : { reply_to: `${said.replyTo.type}:${said.replyTo.id}` }),
    },
  };
  if (said.replyTo === undefined) {
    return [create];
  }
  const comment: Meaning = {
    at: said.at,
    input: {
      id: `comment:${said.id}`,
      user_id: said.author,
      activity_type: said.replyTo.type === 'post' ? 'comment' : 'reply',
      content: `${said.replyTo.type}:${said.replyTo.id}`,
    },
  };
  return [create, comment];
}

function like(liked: Like): Meaning {
  return {
    at: liked.at,
    input: {
      id: `like-${liked.type}:${liked.person}:${liked.message}`,
      user_id: liked.person,
      activity_type: 'like',
      content: `${liked.type}:${liked.message}`,
    },
  };
}

function titleOf(text: string): string {
  const trimmed = text.trim();
  // By code points, so that no character is cut in two.
  const start = [...trimmed.slice(0, 2 * TITLE_LENGTH)].slice(0, TITLE_LENGTH).join('');
  return start === trimmed ? trimmed : `${start.trimEnd()}…`;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    result.push(items.slice(start, start + size));
  }
  return result;
}
