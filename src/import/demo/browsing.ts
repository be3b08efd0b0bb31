import type { ActivityInput } from '../../activity/activity.ts';
import { referenceTo } from '../../activity/reference.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/clock.ts';
import { createSampler, type Random, zipfWeights } from './random.ts';
import { TITLES, TOPICS } from './topics.ts';
import type { Member, World } from './world.ts';

/** Takes one activity; its id is given by who takes it. */
export type Emit = (at: number, activity: Omit<ActivityInput, 'id'>) => void;

/** What somebody made, as far as others find it. */
interface Item {
  readonly content: string;
  readonly type: string;
  readonly author: number;
  readonly at: number;
}

/** Content as it can be found: by topic and by author, newest last, and by how often it was looked at. */
interface Shelf {
  readonly byTopic: readonly Item[][];
  readonly byAuthor: readonly Item[][];
  /** Each item once for every view: picking blindly prefers what is popular, which makes popularity follow Zipf (H. Simon 1955). */
  readonly views: readonly Item[][];
}

interface Browsing {
  readonly world: World;
  readonly key: string;
  readonly random: Random;
  readonly emit: Emit;
  readonly shelf: Shelf;
  readonly chooseType: () => string;
  made: number;
}

/** Activities of one visit to the product, on average; measured over seeds. */
export const ACTIVITIES_PER_VISIT = 7.9;

/** How busy the hours of a day are where people live, from midnight on. */
const HOURS = [2, 1, 0.5, 0.4, 0.4, 1, 3, 6, 8, 7, 6, 6, 8, 8, 6, 5, 6, 7, 9, 11, 13, 13, 9, 5];

/** How many of the latest items and views count when somebody looks for something. */
const NEW_ITEMS = 15;
const RECENT_VIEWS = 600;

/** People come at the hours of their day, look at things, and do something with some of them. */
export function browse(
  options: {
    readonly world: World;
    readonly key: string;
    readonly days: number;
    readonly now: number;
    readonly visits: number;
  },
  random: Random,
  emit: Emit,
): void {
  const { world, key } = options;
  const types = ['post', 'image', 'question', 'video', 'article'];
  const typeIndex = createSampler([55, 15, 12, 10, 8], random);
  const browsing: Browsing = {
    world,
    key,
    random,
    emit,
    shelf: { byTopic: TOPICS.map(() => []), byAuthor: world.members.map(() => []), views: TOPICS.map(() => []) },
    chooseType: () => types[typeIndex()] ?? 'post',
    made: 0,
  };
  for (const [index, { member, at }] of visitTimes(options, random).entries()) {
    visit(browsing, member, at, `${key}-v${index + 1}`);
  }
}

/** When who comes, in order of time. A few come very often, most now and then. */
function visitTimes(
  options: { readonly world: World; readonly days: number; readonly now: number; readonly visits: number },
  random: Random,
): { member: Member; at: number }[] {
  const { world, days, now, visits } = options;
  const active = world.members.filter(({ topics }) => topics.length > 0);
  const eagerness = zipfWeights(active.length, 0.6)
    .map((weight) => ({ weight, order: random.next() }))
    .sort((a, b) => a.order - b.order);
  const chooseMember = createSampler(
    eagerness.map(({ weight }) => weight),
    random,
  );
  const chooseHour = createSampler(HOURS, random);
  const midnight = Math.floor(now / DAY_MS) * DAY_MS - now;
  const times: { member: Member; at: number }[] = [];
  for (let attempt = 0; times.length < visits && attempt < 20 * visits; attempt += 1) {
    const member = active[chooseMember()];
    const local = midnight - random.integer(days + 1) * DAY_MS + chooseHour() * HOUR_MS + random.integer(HOUR_MS);
    if (member !== undefined) {
      const at = local - member.offsetMs;
      if (at > member.joinedAt + MINUTE_MS && at < 0) {
        times.push({ member, at });
      }
    }
  }
  return times.sort((a, b) => a.at - b.at);
}

function visit(browsing: Browsing, member: Member, start: number, session: string): void {
  const { random, emit } = browsing;
  let at = start;
  const act = (activity: Omit<ActivityInput, 'id' | 'user_id' | 'session_id'>): void => {
    at += SECOND_MS + Math.floor(random.exponential(40 * SECOND_MS));
    if (at < 0) {
      emit(at, { user_id: member.id, session_id: session, ...activity });
    }
  };
  if (random.chance(member.creativity)) {
    at = make(browsing, member, at, session);
  }
  const looks = 1 + Math.floor(random.exponential(4));
  for (let look = 0; look < looks && at < 0; look += 1) {
    const found = find(browsing, member, at);
    if (found !== undefined) {
      respond(browsing, member, found, act);
    }
  }
  const friend = random.chance(0.25) ? friendAt(browsing, member, at) : undefined;
  if (friend !== undefined) {
    act({ activity_type: random.chance(0.6) ? 'message' : 'profile_visit', target_user_id: friend.id });
  }
}

/** Makes something in one of the member's topics; returns when it was done. */
function make(browsing: Browsing, member: Member, start: number, session: string): number {
  const { random, emit, shelf, world } = browsing;
  const at = start + MINUTE_MS + Math.floor(random.exponential(2 * MINUTE_MS));
  const topic = topicFor(member, random);
  const about = TOPICS[topic];
  if (at >= 0 || about === undefined) {
    return at;
  }
  const type = browsing.chooseType();
  browsing.made += 1;
  const content = referenceTo(type, `${browsing.key}-${browsing.made}`);
  const title = random.pick(TITLES[type] ?? []).replace('{thing}', random.pick(about.things));
  const hashtags = [...new Set([random.pick(about.tags), random.pick(about.tags), random.pick(about.tags)])];
  const inCommunity = random.chance(0.6) && (world.foundedAt[topic] ?? 0) < at;
  emit(at, {
    user_id: member.id,
    session_id: session,
    activity_type: 'create',
    content,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    hashtags,
    ...(inCommunity ? { community_id: communityId(browsing.key, topic) } : {}),
  });
  const item = { content, type, author: member.index, at };
  shelf.byTopic[topic]?.push(item);
  shelf.byAuthor[member.index]?.push(item);
  return at;
}

export function communityId(key: string, topic: number): string {
  return `${key}-${TOPICS[topic]?.name ?? topic}`;
}

type Act = (activity: Omit<ActivityInput, 'id' | 'user_id' | 'session_id'>) => void;

function respond(browsing: Browsing, member: Member, item: Item, act: Act): void {
  const { random } = browsing;
  const { content } = item;
  const author = browsing.world.members[item.author];
  const keen = member.friends.some(({ index }) => index === item.author) ? 1.6 : 1;
  const seconds = Math.round(3 + random.exponential(35 * keen));
  act({
    activity_type: 'view',
    content,
    duration_seconds: seconds,
    scroll_depth_percentage: Math.min(100, Math.round(seconds * 2 + random.integer(30))),
  });
  if (random.chance(0.012)) {
    act({ activity_type: 'hide', content });
    return;
  }
  const likes = item.type === 'question' ? 'upvote' : 'like';
  for (const [activity_type, probability] of [
    [likes, 0.28],
    ['comment', 0.08],
    ['save', 0.05],
    ['share', 0.04],
  ] as const) {
    if (random.chance(probability * keen)) {
      act({ activity_type, content });
    }
  }
  if (random.chance(0.08)) {
    act({ activity_type: 'time_spent', content, duration_seconds: Math.round(20 + random.exponential(90)) });
  }
  if (author !== undefined && random.chance(0.07)) {
    act({ activity_type: 'profile_visit', target_user_id: author.id });
    if (random.chance(0.3)) {
      act({ activity_type: 'follow', target_user_id: author.id });
    }
  }
}

/** Something of somebody else that is there already: from a friend, from a topic of theirs, or from anywhere. */
function find(browsing: Browsing, member: Member, at: number): Item | undefined {
  const { random, shelf } = browsing;
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const friend = random.chance(0.3) ? friendAt(browsing, member, at) : undefined;
    const item =
      friend === undefined
        ? browseTopic(shelf, random.chance(0.85) ? topicFor(member, random) : random.integer(TOPICS.length), random)
        : latest(shelf.byAuthor[friend.index] ?? [], 5, random);
    if (item !== undefined && item.at < at && item.author !== member.index) {
      return item;
    }
  }
  return undefined;
}

/** Something new in a topic, or something that others look at; it counts as looked at. */
function browseTopic(shelf: Shelf, topic: number, random: Random): Item | undefined {
  const views = shelf.views[topic] ?? [];
  const seen = random.chance(0.3) ? undefined : latest(views, RECENT_VIEWS, random);
  const item = seen ?? latest(shelf.byTopic[topic] ?? [], NEW_ITEMS, random);
  if (item !== undefined) {
    views.push(item);
  }
  return item;
}

function latest<T>(items: readonly T[], within: number, random: Random): T | undefined {
  return items.length === 0 ? undefined : items[items.length - 1 - random.integer(Math.min(within, items.length))];
}

function topicFor(member: Member, random: Random): number {
  return random.chance(0.55) ? (member.topics[0] ?? 0) : random.pick(member.topics);
}

function friendAt(browsing: Browsing, member: Member, at: number): Member | undefined {
  const { random, world } = browsing;
  const friend = member.friends.length === 0 ? undefined : random.pick(member.friends);
  return friend !== undefined && friend.since < at ? world.members[friend.index] : undefined;
}
