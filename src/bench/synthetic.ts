import type { ActivityInput } from '../activity/activity.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/clock.ts';
import { createRandom, createSampler, type Random } from '../import/demo/random.ts';

/** Engagements for each person, and for each piece of content. */
const ENGAGEMENTS_PER_PERSON = 10;
const TOPICS = 100;
const TAGS = 500;
const DAYS = 30;
/** How often people stay with their own topic. */
const OWN_TOPIC = 0.7;
const TYPES = ['post', 'post', 'article', 'question', 'video'];
const KINDS = [
  { kind: 'view', share: 0.6 },
  { kind: 'like', share: 0.25 },
  { kind: 'comment', share: 0.06 },
  { kind: 'save', share: 0.05 },
  { kind: 'share', share: 0.04 },
];

/** A made-up world that can be made larger. */
export interface Synthetic {
  /** How many people there are, and things that they made: the first are the busiest and the most popular. */
  readonly people: number;
  person(index: number): string;
  content(index: number): string;
  /** The activities that make the world as large as so many engagements ask for. */
  grow(engagements: number): Generator<ActivityInput>;
}

/**
 * People who engage with content, a tenth as many of each as there are engagements. Content is picked by Zipf's law
 * (the r-th with a chance of 1/r), within the person's topic or among everything; how busy people are follows 1/√r. Each
 * person makes one thing, joins a community, follows two people, and every second one is connected with another. Times
 * are those of the last 30 days before `now`, what is done with a thing soon after it was made.
 */
export function createSynthetic(seed: number, now: number): Synthetic {
  const random = createRandom(seed);
  const pickKind = createSampler(
    KINDS.map(({ share }) => share),
    random,
  );
  /** When each piece of content was made. */
  const madeAt: number[] = [];
  let engagements = 0;
  return {
    get people() {
      return madeAt.length;
    },
    person,
    content,
    *grow(total) {
      const size = Math.max(TOPICS, Math.ceil(total / ENGAGEMENTS_PER_PERSON));
      for (let index = madeAt.length; index < size; index += 1) {
        madeAt.push(now - HOUR_MS - random.next() * DAYS * DAY_MS);
        yield* settle(index, size, madeAt[index] ?? now, random);
      }
      for (; engagements < total; engagements += 1) {
        const by = mild(size, random);
        const index = pickContent(by, size, random);
        const made = madeAt[index] ?? now;
        const later = made + random.exponential(2 * DAY_MS);
        const at = later < now - MINUTE_MS ? later : made + random.next() * (now - MINUTE_MS - made);
        yield {
          user_id: person(by),
          activity_type: KINDS[pickKind()]?.kind ?? 'view',
          content: content(index),
          occurred_at: iso(at),
        };
      }
    },
  };
}

/** What somebody does who comes to the world, and the thing that they make. */
function* settle(index: number, size: number, at: number, random: Random): Generator<ActivityInput> {
  const topic = index % TOPICS;
  const user_id = person(index);
  const early = iso(at - HOUR_MS);
  const inTopic = (): string => person(ofTopic(topic, mild(Math.floor(size / TOPICS), random), size));
  yield { user_id, activity_type: 'join', community_id: `community-${topic}`, occurred_at: early };
  for (const target_user_id of new Set([inTopic(), inTopic()])) {
    if (target_user_id !== user_id) {
      yield { user_id, activity_type: 'follow', target_user_id, occurred_at: early };
    }
  }
  const friend = inTopic();
  if (index % 2 === 0 && friend !== user_id) {
    yield { user_id, activity_type: 'connection_request', target_user_id: friend, occurred_at: early };
    yield { user_id: friend, activity_type: 'connection_accept', target_user_id: user_id, occurred_at: early };
  }
  yield {
    user_id,
    activity_type: 'create',
    content: content(index),
    title: `Thing ${index}`,
    hashtags: [`topic-${topic}`, `tag-${zipf(TAGS, random)}`],
    ...(index % 5 === 0 ? { community_id: `community-${topic}` } : {}),
    occurred_at: iso(at),
  };
}

function pickContent(by: number, size: number, random: Random): number {
  return random.chance(OWN_TOPIC)
    ? ofTopic(by % TOPICS, zipf(Math.floor(size / TOPICS), random), size)
    : zipf(size, random);
}

/** The r-th of a topic. */
function ofTopic(topic: number, rank: number, size: number): number {
  return Math.min(rank * TOPICS + topic, size - 1);
}

/** A rank from 0 on, the r-th (from 1) with a chance of about 1/r: the inverse of a distribution that grows with log r. */
function zipf(size: number, random: Random): number {
  return Math.min(size - 1, Math.floor(Math.exp(random.next() * Math.log(size + 1))) - 1);
}

/** A rank from 0 on, the r-th with a chance of about 1/√r. */
function mild(size: number, random: Random): number {
  return Math.floor(size * random.next() ** 2);
}

function person(index: number): string {
  return `p${index}`;
}

function content(index: number): string {
  return `${TYPES[index % TYPES.length]}:c${index}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
