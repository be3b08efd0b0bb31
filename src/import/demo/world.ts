import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/clock.ts';
import { REGIONS } from './names.ts';
import { createSampler, type Random, zipfWeights } from './random.ts';
import { TOPICS } from './topics.ts';

/** Times of the demo are milliseconds before its end, at zero or below. */
type Time = number;

export interface Member {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** Local time minus UTC, in milliseconds. */
  readonly offsetMs: number;
  readonly joinedAt: Time;
  /** Indexes of topics, the dearest first; none for the newcomer. */
  readonly topics: readonly number[];
  /** Share of their visits to the product in which they make something themselves. */
  readonly creativity: number;
  readonly friends: Friend[];
}

interface Friend {
  readonly index: number;
  readonly since: Time;
}

export interface Friendship {
  readonly asker: number;
  readonly asked: number;
  readonly askedAt: Time;
  /** Undefined: the request is still open. */
  readonly acceptedAt: Time | undefined;
}

export interface World {
  readonly members: readonly Member[];
  readonly friendships: readonly Friendship[];
  /** When the community of each topic was founded; the member of the same index founded it. */
  readonly foundedAt: readonly Time[];
}

const FRIENDS_MEAN = 2.6;

/**
 * Who there is and who knows whom. The last member has just registered and has done nothing yet. Friends are mostly found
 * among those of the same dearest topic, and more easily by who has many already (preferential attachment).
 */
export function makeWorld(
  options: { readonly key: string; readonly people: number; readonly days: number; readonly now: number },
  random: Random,
): World {
  const start = -options.days * DAY_MS;
  const joinTimes = Array.from({ length: options.people - 1 }, (_, index) => joinTime(index, start, random));
  const offsets = new Map(REGIONS.map(({ timeZone }) => [timeZone, zoneOffset(timeZone, options.now)]));
  const chooseTopic = createSampler(zipfWeights(TOPICS.length, 0.8), random);
  const members = [...joinTimes.sort((a, b) => a - b), 0].map((joinedAt, index): Member => {
    const region = random.pick(REGIONS);
    return {
      index,
      id: `${options.key}-${index + 1}`,
      name: `${random.pick(region.firstNames)} ${random.pick(region.lastNames)}`,
      timeZone: region.timeZone,
      offsetMs: offsets.get(region.timeZone) ?? 0,
      joinedAt,
      topics: joinedAt === 0 ? [] : topicsOf(index, chooseTopic, random),
      creativity: random.chance(0.15) ? 0.6 : 0.2,
      friends: [],
    };
  });
  return {
    members,
    friendships: makeFriends(members, random),
    foundedAt: TOPICS.map((_, topic) => (members[founderOf(topic, members)]?.joinedAt ?? start) + MINUTE_MS),
  };
}

/** Index of the member who founds the community of a topic. */
export function founderOf(topic: number, members: readonly Member[]): number {
  return topic % Math.max(members.length - 1, 1);
}

/** The founders come first; most of the others within the first tenth of the time, the rest later. */
function joinTime(index: number, start: Time, random: Random): Time {
  if (index < TOPICS.length) {
    return start + index * MINUTE_MS;
  }
  const span = random.chance(0.85) ? 0.1 : 0.9;
  return Math.floor(start + HOUR_MS + random.next() * (span * -start - HOUR_MS));
}

function topicsOf(index: number, chooseTopic: () => number, random: Random): number[] {
  const first = index < TOPICS.length ? index : chooseTopic();
  const others = Array.from({ length: 1 + random.integer(3) }, chooseTopic);
  return [...new Set([first, ...others])];
}

function makeFriends(members: readonly Member[], random: Random): Friendship[] {
  const everybody: number[] = [];
  // Each member once and once more for every friend, so that a blind pick prefers who has many.
  const byTopic = TOPICS.map((): number[] => []);
  const friendships: Friendship[] = [];
  const known = new Set<number>();
  for (const member of members) {
    const peers = byTopic[member.topics[0] ?? -1];
    if (peers === undefined) {
      continue;
    }
    const wanted = 1 + Math.floor(random.exponential(FRIENDS_MEAN));
    for (let attempt = 0; attempt < wanted && everybody.length > 0; attempt += 1) {
      const other = members[random.pick(peers.length > 0 && random.chance(0.8) ? peers : everybody)];
      const pair = member.index * members.length + (other?.index ?? 0);
      if (other === undefined || other === member || known.has(pair)) {
        continue;
      }
      const friendship = meet(member, other, random);
      if (friendship !== undefined) {
        known.add(pair);
        friendships.push(friendship);
        everybody.push(member.index, other.index);
        peers.push(member.index);
        byTopic[other.topics[0] ?? -1]?.push(other.index);
      }
    }
    everybody.push(member.index);
    peers.push(member.index);
  }
  return friendships;
}

/** Undefined when it would happen only after the end. */
function meet(member: Member, other: Member, random: Random): Friendship | undefined {
  const askedAt = Math.floor(member.joinedAt + MINUTE_MS + random.exponential(2 * DAY_MS));
  if (askedAt >= -HOUR_MS) {
    return undefined;
  }
  const [asker, asked] = random.chance(0.7) ? [member, other] : [other, member];
  const acceptedAt = Math.floor(askedAt + MINUTE_MS + random.exponential(6 * HOUR_MS));
  if (acceptedAt >= 0 || random.chance(0.1)) {
    return { asker: asker.index, asked: asked.index, askedAt, acceptedAt: undefined };
  }
  member.friends.push({ index: other.index, since: acceptedAt });
  other.friends.push({ index: member.index, since: acceptedAt });
  return { asker: asker.index, asked: asked.index, askedAt, acceptedAt };
}

/** Local time minus UTC at a moment, in milliseconds. A change of the clocks within the demo's days is not followed. */
function zoneOffset(timeZone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const ahead = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS;
  return sign === '-' ? -ahead : ahead;
}
