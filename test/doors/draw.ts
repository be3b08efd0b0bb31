import fc from 'fast-check';
import { KINDS, type Kind, type Need } from '../../src/activity/kinds.ts';
import { parseReference } from '../../src/activity/reference.ts';
import type { Said } from './say.ts';

/** People who act one after the other; those of different lanes act at the same time. */
export const LANES = 16;
const PEOPLE = 4;
/** Milliseconds before now that things happened. */
export const SPAN_MS = 10 * 86_400_000;

export const personOf = (lane: number, index: number): string => `p${lane}-${index}`;
/** Who somebody was before they logged in. */
export const formerlyOf = (lane: number, index: number): string => `anon${lane}-${index}`;
export const CONTENTS: readonly {
  readonly content: string;
  readonly author: string;
  readonly tags: readonly string[];
}[] = Array.from({ length: 48 }, (_, index) => ({
  content: `${['post', 'story', 'question', 'answer', 'video', 'image'][index % 6]}:c${index}`,
  author: personOf(index % LANES, index % PEOPLE),
  tags: ['chess', 'go', 'jazz', 'cats'].slice(index % 4, (index % 4) + (index % 3)),
}));

/** What is not as it should be. */
const FAULTS = ['word', 'lacking', 'scroll', 'somebody', 'early', 'id', 'self'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Item {
  /** Which of the lane's people. */
  readonly person: number;
  readonly formerly: boolean;
  /** Null: no time is given. */
  readonly agoMs: number | null;
  readonly kind: Kind;
  /** Fields of the activity, without who, when and its id. */
  readonly about: Omit<Said, 'activity_type'>;
  readonly word: string;
  /** Names an earlier activity: to be taken back, sent again, or whose id is used for something else. */
  readonly earlier: number;
  readonly sending: 'new' | 'again' | 'other';
  readonly fault: Fault | null;
}

export interface Sending {
  readonly lane: number;
  /** The one who sends it by their own token; null: a service, for all of the lane. */
  readonly person: number | null;
  readonly door: number;
  readonly items: readonly Item[];
}

const number = (max: number) => fc.nat({ max: max - 1 });
/** Few things a lane, so that much is said of each: liked, unliked and liked again. */
const thingsOf = (lane: number) =>
  fc.constantFrom(...CONTENTS.slice((lane * 6) % 48, ((lane * 6) % 48) + 6).map(({ content }) => content), 'vibe:v1');
const tag = fc.constantFrom('chess', 'go', 'jazz', 'cats', 'Go', '#tea');
const target = fc.record({ lane: number(LANES), person: number(PEOPLE) });
const community = fc.constantFrom('club', 'choir', 'team');

/** The fields that a kind must have. */
function needed(kind: Kind, lane: number, person: number): fc.Arbitrary<Omit<Said, 'activity_type'>> {
  const own = fc
    .constantFrom('post', 'story', 'community')
    .map((type) => ({ content: `${type}:of-${personOf(lane, person)}` }));
  const describes = kind.describes === true || kind.fact === 'authorship';
  const other = kind.fact === 'connection' ? target.map((one) => ({ ...one, lane })) : target;
  const somebody = other.map((one) => ({ target_user_id: another(one, lane, person) }));
  const needs: Record<Need, fc.Arbitrary<Omit<Said, 'activity_type'>>> = {
    content: describes
      ? own.map((one) =>
          one.content.startsWith('community') ? { content: one.content.replace('community', 'post') } : one,
        )
      : thingsOf(lane).map((content) => ({ content })),
    thing: own,
    person: somebody,
    community: community.map((id) => ({ community_id: id })),
    object: fc.oneof(
      thingsOf(lane).map((content) => ({ content })),
      somebody,
      community.map((id) => ({ community_id: id })),
      tag.map((name) => ({ content: `tag:${name}` })),
    ),
    activity: fc.constant({}),
    tags: fc.array(tag, { minLength: 1, maxLength: 3 }).map((hashtags) => ({ hashtags })),
    circle: fc.constantFrom('inner', 'outer', 'universal').map((circle) => ({ circle }) as const),
    duration: fc.nat({ max: 400 }).map((duration_seconds) => ({ duration_seconds })),
    scroll: fc.nat({ max: 100 }).map((scroll_depth_percentage) => ({ scroll_depth_percentage })),
    session: fc.constantFrom('s1', 's2').map((session_id) => ({ session_id })),
  };
  return fc.tuple(...kind.needs.map((need) => needs[need])).map((parts) => Object.assign({}, ...parts));
}

function another(one: { readonly lane: number; readonly person: number }, lane: number, person: number): string {
  const self = one.lane === lane && one.person === person;
  return personOf(one.lane, self ? (one.person + 1) % PEOPLE : one.person);
}

/** What an activity may have beside that. */
function optional(kind: Kind): fc.Arbitrary<Omit<Said, 'activity_type'>> {
  const measured = kind.feeds.length > 0 && kind.nature !== 'measured' && kind.nature !== 'takes-back';
  const described = kind.describes === true && !kind.needs.includes('tags');
  const some = <Value>(value: fc.Arbitrary<Value>, freq = 3) => fc.option(value, { nil: undefined, freq });
  return fc.record({
    ...(measured ? { duration_seconds: some(fc.nat({ max: 500 })) } : {}),
    ...(measured && kind.table === 'content_interaction'
      ? { scroll_depth_percentage: some(fc.nat({ max: 100 })) }
      : {}),
    ...(kind.needs.includes('session') ? {} : { session_id: some(fc.constantFrom('s1', 's2')) }),
    ...(described || kind.name === 'search' ? { hashtags: some(fc.array(tag, { maxLength: 3 }), 2) } : {}),
    ...(kind.table === 'user_activity' ? { description: some(fc.constant('what it was')) } : {}),
    success: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(false) }),
  });
}

/** One of the words for a kind that fit what it is done to. */
function wordOf({ name, aliases }: Kind, about: Omit<Said, 'activity_type'>): fc.Arbitrary<string> {
  const type = about.content === undefined ? undefined : parseReference(about.content)?.type;
  const fitting = aliases.filter(({ contentType }) => contentType === undefined || contentType === type);
  return fc.constantFrom(name, name, name, ...fitting.map(({ word }) => word));
}

function item(lane: number, sender: number | null): fc.Arbitrary<Item> {
  const kinds = fc.constantFrom(...KINDS);
  return fc
    .tuple(kinds, sender === null ? number(PEOPLE) : fc.constant(sender), fc.boolean())
    .chain(([kind, person, before]) => {
      // Only a service speaks of who somebody was, and only of what they did alone.
      const formerly =
        sender === null &&
        before &&
        kind.fact !== 'connection' &&
        kind.fact !== 'authorship' &&
        kind.describes !== true &&
        kind.name !== 'alias';
      const about =
        kind.name === 'alias'
          ? fc.constant({ target_user_id: formerlyOf(lane, person) })
          : fc.tuple(needed(kind, lane, person), optional(kind)).map(([must, may]) => given({ ...may, ...must }));
      return about.chain((fields) =>
        fc.record({
          person: fc.constant(person),
          formerly: fc.constant(formerly),
          agoMs: fc.option(fc.integer({ min: 1, max: SPAN_MS }), { nil: null, freq: 10 }),
          kind: fc.constant(kind),
          about: fc.constant(fields),
          word: wordOf(kind, fields),
          earlier: fc.nat(),
          sending: fc.oneof(
            { weight: 20, arbitrary: fc.constant('new' as const) },
            { weight: 2, arbitrary: fc.constant('again' as const) },
            { weight: 1, arbitrary: fc.constant('other' as const) },
          ),
          fault: fc.oneof(
            { weight: 12, arbitrary: fc.constant(null) },
            { weight: 1, arbitrary: fc.constantFrom(...FAULTS) },
          ),
        }),
      );
    });
}

function given<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

/** A request by somebody through a door; the number of the door is taken modulo how many there are. */
export function sendings(size: number, lanes: number): fc.Arbitrary<Sending> {
  return fc
    .record({
      lane: number(lanes),
      person: fc.option(number(PEOPLE), { nil: null, freq: 3 }),
      door: fc.nat({ max: 999 }),
      many: fc.nat({ max: 3 }).map((drawn) => drawn === 0),
    })
    .chain(({ lane, person, door, many }) =>
      fc.record({
        lane: fc.constant(lane),
        person: fc.constant(person),
        door: fc.constant(door),
        items: fc.array(item(lane, person), { minLength: many ? Math.ceil(size / 2) : 1, maxLength: many ? size : 1 }),
      }),
    );
}
