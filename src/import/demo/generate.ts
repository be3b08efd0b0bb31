import { createHash } from 'node:crypto';
import type { ActivityInput } from '../../activity/activity.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { ImportedActivity } from '../load.ts';
import { ACTIVITIES_PER_VISIT, browse, communityId, type Emit } from './browsing.ts';
import { createRandom, type Random } from './random.ts';
import { TOPICS } from './topics.ts';
import { type Friendship, founderOf, type Member, makeWorld, type World } from './world.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly people: number;
  readonly days: number;
  /** How many activities, about. */
  readonly activities: number;
}

/** `small` comes in within seconds; `large` folds into some 10⁵ edges. */
export const DEMO_SIZES = {
  small: { people: 300, days: 30, activities: 10_000 },
  large: { people: 2_000, days: 30, activities: 68_000 },
} as const satisfies Record<string, Omit<DemoOptions, 'seed'>>;

export interface Demo {
  /** Name of this very community; its ids begin with it. */
  readonly key: string;
  /** In order of time; `at` counts from the end of the demo, so it is zero or below. */
  readonly activities: readonly ImportedActivity[];
  /** Three people whose feeds are worth a look. */
  readonly introduced: { readonly manyTies: Person; readonly average: Person; readonly newcomer: Person };
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly friends: number;
}

/**
 * Makes up a community: people with interests, most of whose friends share them, who come at the hours of their day, make
 * things, and look at what friends made and what is popular. Pure: the same options and the same `now` (milliseconds
 * since the epoch at which the demo ends, which sets the hours) give the same activities with the same ids.
 *
 * @throws AppError `REQUEST_MALFORMED` when a size is out of range.
 */
export function generateDemo(options: DemoOptions, now: number): Demo {
  checkDemoOptions(options);
  const key = keyOf(options);
  const random = createRandom(options.seed);
  const world = makeWorld({ key, people: options.people, days: options.days, now }, random);
  const activities: ImportedActivity[] = [];
  const emit: Emit = (at, activity) => {
    const input: ActivityInput = { id: `${activities.length + 1}`, ...activity };
    activities.push({ at, input });
  };
  settle(world, key, random, emit);
  const visits = Math.max(0, Math.round((options.activities - activities.length) / ACTIVITIES_PER_VISIT));
  browse({ world, key, days: options.days, now, visits }, random, emit);
  activities.sort((a, b) => a.at - b.at);
  return { key, activities, introduced: introduce(world) };
}

/** @throws AppError `REQUEST_MALFORMED` when a size is out of range. */
export function checkDemoOptions({ seed, people, days, activities }: DemoOptions): void {
  const inRange =
    Number.isSafeInteger(seed) &&
    Number.isSafeInteger(people) &&
    Number.isSafeInteger(days) &&
    Number.isSafeInteger(activities);
  if (
    !inRange ||
    people < 3 ||
    people > 100_000 ||
    days < 1 ||
    days > 365 ||
    activities < 0 ||
    activities > 5_000_000
  ) {
    throw new AppError(
      'REQUEST_MALFORMED',
      'The demo takes a whole number as --seed, 3 to 100,000 --people, 1 to 365 --days and up to 5,000,000 --activities.',
    );
  }
}

/** Communities of other sizes are other communities: their people and posts must not get mixed up. */
function keyOf({ seed, people, days, activities }: DemoOptions): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, people, days, activities]))
    .digest('hex');
  return `demo-${digest.slice(0, 4)}`;
}

/** Registrations, interests, communities and friendships. */
function settle(world: World, key: string, random: Random, emit: Emit): void {
  for (const member of world.members) {
    register(member, emit);
  }
  for (const [topic, { community, tags }] of TOPICS.entries()) {
    const founder = world.members[founderOf(topic, world.members)];
    const at = world.foundedAt[topic];
    if (founder !== undefined && at !== undefined) {
      const content = `community:${communityId(key, topic)}`;
      emit(at, { user_id: founder.id, activity_type: 'create', content, title: community, hashtags: [...tags] });
    }
  }
  for (const member of world.members) {
    joinCommunities(world, member, key, random, emit);
  }
  for (const friendship of world.friendships) {
    befriend(world, friendship, random, emit);
  }
}

function register(member: Member, emit: Emit): void {
  emit(member.joinedAt, {
    user_id: member.id,
    activity_type: 'register',
    metadata: { name: member.name, time_zone: member.timeZone },
  });
  const tags = member.topics.flatMap((topic) => TOPICS[topic]?.tags.slice(0, 3) ?? []);
  if (tags.length > 0) {
    emit(member.joinedAt + 1, { user_id: member.id, activity_type: 'declare_interest', hashtags: tags });
  }
}

function joinCommunities(world: World, member: Member, key: string, random: Random, emit: Emit): void {
  for (const topic of member.topics) {
    const earliest = Math.max(member.joinedAt, world.foundedAt[topic] ?? 0) + 1;
    const at = Math.floor(earliest + random.exponential(12 * HOUR_MS));
    if (at < 0 && random.chance(0.8)) {
      emit(at, { user_id: member.id, activity_type: 'join', community_id: communityId(key, topic) });
    }
  }
}

function befriend(world: World, friendship: Friendship, random: Random, emit: Emit): void {
  const { askedAt, acceptedAt } = friendship;
  const asker = world.members[friendship.asker]?.id;
  const asked = world.members[friendship.asked]?.id;
  emit(askedAt, { user_id: asker, activity_type: 'connection_request', target_user_id: asked });
  if (acceptedAt === undefined) {
    return;
  }
  emit(acceptedAt, { user_id: asked, activity_type: 'connection_accept', target_user_id: asker });
  const circledAt = Math.floor(acceptedAt + MINUTE_MS + random.exponential(DAY_MS));
  if (circledAt < 0 && random.chance(0.3)) {
    const circle = random.pick(['inner', 'outer', 'outer', 'universal'] as const);
    emit(circledAt, { user_id: asker, activity_type: 'circle_update', target_user_id: asked, circle });
  }
}

function introduce(world: World): Demo['introduced'] {
  const settled = world.members.slice(0, -1).toSorted((a, b) => b.friends.length - a.friends.length);
  const person = (member: Member | undefined): Person => ({
    id: member?.id ?? '',
    name: member?.name ?? '',
    friends: member?.friends.length ?? 0,
  });
  return {
    manyTies: person(settled[0]),
    average: person(settled[Math.floor(settled.length / 2)]),
    newcomer: person(world.members.at(-1)),
  };
}
