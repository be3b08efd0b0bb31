import { activityUid } from '../../src/activity/activity-id.ts';
import { findKind, kindNamed } from '../../src/activity/kinds.ts';
import { CONTENTS, type Fault, formerlyOf, type Item, LANES, personOf, type Sending, SPAN_MS } from './draw.ts';
import { answers, type Logged, later, objectOf, standing } from './model.ts';
import { DOORS, type Door, OPERATION_DOORS, type Request, type Said, type Told } from './say.ts';

/** A request that is going to be sent, and what must become of each of its activities. */
export interface Planned {
  readonly by: string;
  readonly role: 'user' | 'service';
  readonly door: string;
  readonly request: Request;
  readonly said: readonly Said[];
  readonly expected: readonly Told[];
}

export interface Plan {
  /** What is there before anything else: the content that people engage with. */
  readonly first: Planned;
  /** The requests of a lane are sent in order; lanes go on at the same time. */
  readonly lanes: readonly (readonly Planned[])[];
  readonly logged: readonly Logged[];
  /** The ids that old ids stand for in the end. */
  readonly aliases: ReadonlyMap<string, string>;
}

interface Sent {
  readonly said: Said;
  readonly by: string;
  readonly door: Door;
  readonly logged: Logged;
}

/** What one lane knows, as its requests come one after the other. */
interface Lane {
  readonly planned: Planned[];
  /** What was taken, in order, and by who sent it and its id. */
  readonly sent: Sent[];
  readonly taken: Map<string, Sent>;
  readonly logged: Logged[];
  readonly aliases: Map<string, string>;
}

/** What holds for all of it. */
interface Frame {
  readonly now: number;
  /** No two activities that say when happened at the same time, so that ids decide nothing. */
  readonly times: Set<number>;
  count: number;
}

/** Makes requests of what was drawn, and says what must become of them. */
export function plan(drawn: readonly Sending[], now: number): Plan {
  const frame: Frame = { now, times: new Set(), count: 0 };
  const first = world(now);
  const lanes = Array.from(
    { length: LANES },
    (): Lane => ({ planned: [], sent: [], taken: new Map(), logged: [], aliases: new Map() }),
  );
  for (const sending of drawn) {
    const lane = lanes[sending.lane] as Lane;
    lane.planned.push(planned(lane, sending, frame));
  }
  return {
    first: first.planned,
    lanes: lanes.map(({ planned: requests }) => requests),
    logged: [...first.logged, ...lanes.flatMap(({ logged }) => logged)],
    aliases: new Map(lanes.flatMap(({ aliases }) => [...aliases])),
  };
}

function world(now: number): { readonly planned: Planned; readonly logged: readonly Logged[] } {
  const said = CONTENTS.map(({ content, author, tags }, index) => ({
    id: `made-${index}`,
    user_id: author,
    activity_type: 'create',
    content,
    hashtags: [...tags],
    occurred_at: new Date(now - SPAN_MS - 1_000 * (index + 1)).toISOString(),
  }));
  const door = DOORS.find(({ single }) => !single) as Door;
  const logged = said.map((one) => loggedOf(one, { by: 'shop', service: true, actor: one.user_id, at: now, order: 0 }));
  return {
    planned: {
      by: 'shop',
      role: 'service',
      door: door.name,
      request: door.say(said) as Request,
      said,
      expected: said.map(() => 'accepted'),
    },
    logged,
  };
}

function planned(lane: Lane, sending: Sending, frame: Frame): Planned {
  const service = sending.person === null;
  const by = service ? `shop${sending.lane}` : personOf(sending.lane, sending.person ?? 0);
  for (const door of doorsFor(sending)) {
    const before = frame.count;
    const said = sending.items.map((item) => saidOf(item, sending.lane, { lane, by, service, door, frame }));
    const request = door.say(said);
    if (request !== undefined) {
      const told = said.map((one, index) =>
        become(one, sending.items[index] as Item, { lane, by, service, door, frame }),
      );
      const expected = told.map((one) =>
        isSegment(door) && (one === 'accepted' || one === 'duplicate') ? 'taken' : one,
      );
      return { by, role: service ? 'service' : 'user', door: door.name, request, said, expected };
    }
    frame.count = before;
  }
  throw new Error('Some door takes anything');
}

/** The doors to try, the drawn one first: of the single ones, as often one of the product as one of the three that take anything. */
function doorsFor({ items, door }: Sending): readonly Door[] {
  const turned = (doors: readonly Door[], by: number): readonly Door[] =>
    doors.map((_, index) => doors[(index + by) % doors.length] as Door);
  const any = DOORS.filter(({ single }) => single === (items.length === 1));
  const ofTheProduct = items.length === 1 && door % 2 === 0;
  return [...(ofTheProduct ? turned(OPERATION_DOORS, door) : []), ...turned(any, door >> 1)];
}

interface Situation {
  readonly lane: Lane;
  readonly by: string;
  readonly service: boolean;
  readonly door: Door;
  readonly frame: Frame;
}

const isSegment = ({ name }: Door): boolean => name.startsWith('POST /v1/');
/** Doors that hand on what they were given are one language: the same activity through two of them is the same. */
const languageOf = (door: Door): string =>
  isSegment(door) ? 'segment' : OPERATION_DOORS.includes(door) ? door.name : 'plain';

function earlierOf(item: Item, { lane, by, door }: Situation): Sent | undefined {
  const own = lane.sent.filter((sent) => sent.by === by);
  const fitting = item.sending === 'again' ? own.filter((sent) => languageOf(sent.door) === languageOf(door)) : own;
  return fitting[item.earlier % fitting.length];
}

/** The activity as its sender words it. */
function saidOf(item: Item, laneNumber: number, situation: Situation): Said {
  const { lane, by, service, door, frame } = situation;
  const earlier = item.sending === 'new' ? undefined : earlierOf(item, situation);
  if (earlier !== undefined && item.sending === 'again') {
    return earlier.said;
  }
  frame.count += 1;
  const user = item.formerly ? formerlyOf(laneNumber, item.person) : personOf(laneNumber, item.person);
  const said: Said = {
    id: earlier === undefined ? `a${frame.count}` : String(earlier.said.id),
    ...(service ? { user_id: user } : {}),
    activity_type: item.word,
    ...(item.agoMs === null ? {} : { occurred_at: new Date(timeOf(item.agoMs, frame)).toISOString() }),
    ...(item.kind.name === 'retract' ? { activity_id: toRetract(item, user, lane, by) } : {}),
    ...item.about,
  };
  const { success: _, ...withoutSuccess } = said;
  const sayable = isSegment(door) ? withoutSuccess : said;
  return earlier === undefined ? spoilt(sayable, faultOf(item, service), item, user, laneNumber) : sayable;
}

function timeOf(agoMs: number, { now, times }: Frame): number {
  let at = now - agoMs;
  while (times.has(at)) {
    at -= 1;
  }
  times.add(at);
  return at;
}

/** Mostly something of the same person. */
function toRetract(item: Item, user: string, lane: Lane, by: string): string {
  const own = lane.sent.filter((sent) => sent.by === by);
  const same = own.filter(({ said }) => (said.user_id ?? by) === user);
  const from = item.earlier % 4 === 0 ? own : same;
  return String(from[item.earlier % from.length]?.said.id ?? 'nothing');
}

/** The fault that this activity can have. */
function faultOf({ fault, kind }: Item, service: boolean): Fault | null {
  const social = kind.needs.includes('person') || kind.needs.includes('object');
  const impossible =
    (fault === 'somebody' && service) ||
    (fault === 'self' && !social) ||
    (fault === 'lacking' && kind.needs.length === 0);
  return impossible ? null : fault;
}

function spoilt(said: Said, fault: Fault | null, { kind }: Item, user: string, lane: number): Said {
  switch (fault) {
    case 'word':
      return { ...said, activity_type: 'no_such_thing' };
    case 'lacking': {
      const { id, user_id, occurred_at } = said;
      const kept = { id, user_id, occurred_at, activity_type: said.activity_type };
      return JSON.parse(JSON.stringify(kept));
    }
    case 'scroll':
      return { ...said, scroll_depth_percentage: 150 };
    case 'somebody':
      return { ...said, user_id: personOf((lane + 1) % LANES, 0) };
    case 'early':
      return { ...said, occurred_at: '1969-12-31T00:00:00.000Z' };
    case 'id':
      return { ...said, id: 'x'.repeat(250) };
    case 'self':
      return { ...said, target_user_id: kind.name === 'alias' ? user : user };
    default:
      return said;
  }
}

/** What must become of an activity; enters it into what the lane knows. */
function become(said: Said, item: Item, situation: Situation): Told {
  const { lane, by, service, door, frame } = situation;
  const earlier = lane.taken.get(`${by} ${said.id}`);
  if (earlier !== undefined) {
    return earlier.said === said ? 'duplicate' : 'conflict';
  }
  const fault = faultOf(item, service);
  const kept = isSegment(door) && isKept(said, fault);
  const parsed = fault === null || kept;
  const own = kept ? keptAs(said) : said;
  const actor = said.user_id ?? by;
  const timed = said.occurred_at !== undefined;
  const logged = loggedOf(parsed ? own : { ...own, activity_type: 'view' }, {
    by,
    service,
    actor: lane.aliases.get(actor) ?? actor,
    at: timed ? Date.parse(String(said.occurred_at)) : frame.now,
    order: timed ? 0 : lane.sent.length + 1,
  });
  const taken = parsed && mayBe(logged, lane);
  if (!taken) {
    return 'invalid';
  }
  enter(logged, lane);
  const sent = { said, by, door, logged };
  lane.sent.push(sent);
  lane.taken.set(`${by} ${said.id}`, sent);
  return 'accepted';
}

/** What a Segment message lacks or says wrongly makes it an event of no kind; only its frame can be wrong. */
function isKept(said: Said, fault: Fault | null): boolean {
  const ownCall = said.activity_type === 'alias' || said.activity_type === 'join';
  return fault === 'word' || fault === 'scroll' || ((fault === 'lacking' || fault === 'self') && !ownCall);
}

function keptAs({ id, user_id, occurred_at, session_id }: Said): Said {
  return JSON.parse(JSON.stringify({ id, user_id, occurred_at, session_id, activity_type: 'user_activity' }));
}

function loggedOf(
  said: Said,
  frame: { by: string; service: boolean; actor: string; at: number; order: number },
): Logged {
  const { service: trusted, ...rest } = frame;
  const at = said.occurred_at === undefined ? rest.at : Date.parse(said.occurred_at);
  const kind = findKind(said.activity_type)?.kind ?? kindNamed('user_activity');
  const uid = activityUid(String(said.id), { source: `subject:${frame.by}`, trusted });
  return { ...rest, at, uid, kind, said, trusted, retracted: false };
}

/** Whether the log takes it: what nobody can say by looking at the activity alone. */
function mayBe(one: Logged, lane: Lane): boolean {
  const { kind, said, trusted, actor } = one;
  const nameOf = (id: string): string => lane.aliases.get(id) ?? id;
  if (kind.name === 'alias') {
    const known = lane.aliases.get(String(said.target_user_id));
    return trusted && (known === undefined || known === actor);
  }
  const social = kind.needs.includes('person') || kind.needs.includes('object');
  if (social && said.target_user_id !== undefined && nameOf(said.target_user_id) === actor) {
    return false;
  }
  if (said.success === false) {
    return true;
  }
  if (kind.describes === true || kind.fact === 'authorship') {
    return mayDescribe(one, lane);
  }
  if (kind.name === 'retract') {
    const earlier = retracted(one, lane);
    return earlier !== undefined && nameOf(earlier.actor) === actor && earlier.kind.nature === 'repeatable';
  }
  if (kind.name === 'connection_accept' && !trusted) {
    return answers(one, standing(between(one, lane)).asked);
  }
  return true;
}

function retracted({ said, by }: Logged, lane: Lane): Logged | undefined {
  return lane.taken.get(`${by} ${said.activity_id}`)?.logged;
}

function between({ actor, said }: Logged, lane: Lane): readonly Logged[] {
  const pair = (one: string, other: unknown): string => [one, other].sort().join(' ');
  return lane.logged.filter(
    (other) =>
      other.kind.fact === 'connection' &&
      other.said.success !== false &&
      pair(other.actor, other.said.target_user_id) === pair(actor, said.target_user_id),
  );
}

/** Only who made content describes it. What a service described before anybody made it is nobody's to take over. */
function mayDescribe(one: Logged, lane: Lane): boolean {
  const object = objectOf(one);
  const words = lane.logged.filter(
    (other) =>
      (other.kind.describes === true || other.kind.fact === 'authorship') &&
      other.said.success !== false &&
      objectOf(other) === object,
  );
  const made = words.some(({ kind }) => kind.name === 'create');
  if (one.trusted) {
    return true;
  }
  if (words.length === 0 ? one.kind.name !== 'create' : !made) {
    return false;
  }
  // Who deletes what is not known to be made by them moderates, and a creation by a service is a word against that.
  const verdicts = words.filter(
    (word, index) =>
      word.trusted &&
      (word.kind.name === 'create' ||
        (word.kind.name === 'delete' && !words.slice(0, index).some(({ kind }) => kind.name === 'create'))),
  );
  const last = verdicts.reduce<Logged | undefined>((a, b) => (a === undefined || later(b, a) ? b : a), undefined);
  return !(one.kind.name === 'create' && last?.kind.name === 'delete' && later(one, last));
}

function enter(one: Logged, lane: Lane): void {
  lane.logged.push(one);
  if (one.said.success === false) {
    return;
  }
  if (one.kind.name === 'alias') {
    lane.aliases.set(String(one.said.target_user_id), one.actor);
  }
  const earlier = one.kind.name === 'retract' ? retracted(one, lane) : undefined;
  if (earlier !== undefined) {
    earlier.retracted = true;
  }
}
