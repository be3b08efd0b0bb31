import type { Pool } from 'pg';
import { isContentType, parseReference } from '../../activity/reference.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { readPeople } from '../../log/read/catalogue.ts';
import { readOwnActs, readRefusals } from '../../log/read/own-words.ts';
import { type Current, visibleNow } from '../../log/read/permissions.ts';
import { scopeOf } from '../anchor.ts';
import { readCursor } from '../cursor.ts';
import type { Feed } from '../feed.ts';
import { algorithmNamed } from '../rank/algorithms.ts';
import { type Judged, REFUSAL_NAMES, refusalOf } from '../rules.ts';
import { readWishes, type Wishes } from '../settings/wishes.ts';
import { latestSnapshot, type NamedSnapshot, openSnapshot } from '../snapshot.ts';
import { whyAbsent } from './absent.ts';
import type { ItemExplanation } from './answer.ts';
import { explainRanked } from './explain-ranked.ts';
import { judgedObjects, ruleInWords } from './ruled-out.ts';
import { actingSettings } from './settings-in-words.ts';
import { ordinal } from './words.ts';

export interface ExplainRequest {
  readonly viewer: string;
  /** `type:id`. */
  readonly content: string;
  /** Default: that of the feed that was shown last. */
  readonly algorithm?: string;
  /** Of a page whose feed is to be explained; default: the feed that was shown last. */
  readonly cursor?: string;
  /** How many items the first page had: what is `SHOWN`. */
  readonly limit: number;
}

export interface ExplainPorts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly cursorSecret: string;
  /** Ranks a feed when none was shown lately. */
  readonly page: Feed['page'];
  readonly consider: Feed['consider'];
}

/** What an explanation is made from: one feed of one person, and what they want now. */
export interface Explained {
  readonly viewer: string;
  readonly content: string;
  readonly snapshot: NamedSnapshot;
  readonly current: Current;
  readonly visible: ReadonlyMap<string, Current>;
  readonly wishes: Wishes;
  readonly now: number;
}

/**
 * Explains one item of one person's feed: of the feed that they were shown last, or of that of a cursor; when there is
 * none, the feed is ranked now. What the person may not see is answered like what does not exist.
 *
 * @throws AppError `REQUEST_MALFORMED`, `ALGORITHM_UNKNOWN`, `CURSOR_MALFORMED`, `CURSOR_EXPIRED`, and what ranking throws
 */
export function createExplainItem(ports: ExplainPorts): (request: ExplainRequest) => Promise<ItemExplanation> {
  return async (request) => {
    checkContent(request.content);
    const snapshot = await snapshotFor(ports, request);
    const { viewer, content } = request;
    const [visible, wishes] = await Promise.all([
      visibleNow(ports.pool, viewer, [content]),
      readWishes(ports.pool, viewer),
    ]);
    const current = visible.get(content);
    if (current === undefined) {
      return nothing(snapshot, content);
    }
    const about: Explained = { viewer, content, snapshot, current, visible, wishes, now: ports.clock.now() };
    return explain(ports, about, request.limit);
  };
}

function checkContent(content: string): void {
  const reference = parseReference(content);
  if (reference === undefined || !isContentType(reference.type) || !content.isWellFormed() || /\p{Cc}/u.test(content)) {
    throw new AppError('REQUEST_MALFORMED', 'content: must be type:id, as in post:c954');
  }
}

async function snapshotFor(ports: ExplainPorts, request: ExplainRequest): Promise<NamedSnapshot> {
  const { pool, clock, cursorSecret } = ports;
  const { viewer, algorithm, cursor } = request;
  const named = algorithm === undefined ? undefined : algorithmNamed(algorithm).name;
  const now = clock.now();
  if (cursor !== undefined) {
    const place = readCursor(cursor, { viewer, scope: scopeOf(undefined) }, cursorSecret);
    const snapshot = await openSnapshot(pool, { id: place.snapshot, viewer, now });
    if (snapshot === undefined) {
      throw new AppError('CURSOR_EXPIRED', 'The feed that this cursor walks is older than 30 minutes');
    }
    if (named !== undefined && named !== snapshot.algorithm) {
      throw new AppError('CURSOR_MALFORMED', `The feed that this cursor walks is by ${snapshot.algorithm}`);
    }
    return snapshot;
  }
  const last = { viewer, now, ...(named === undefined ? {} : { algorithm: named }) };
  const shown = await latestSnapshot(pool, last);
  if (shown !== undefined) {
    return shown;
  }
  const page = await ports.page({
    viewer,
    limit: 1,
    preview: true,
    ...(named === undefined ? {} : { algorithm: named }),
  });
  const ranked = await latestSnapshot(pool, { viewer, algorithm: page.algorithm, now, preview: true });
  if (ranked === undefined) {
    throw new AppError('CURSOR_EXPIRED', 'The feed that was ranked for this answer is gone already');
  }
  return ranked;
}

async function explain(ports: ExplainPorts, about: Explained, limit: number): Promise<ItemExplanation> {
  const { content, snapshot, current, wishes, now } = about;
  const index = snapshot.items.findIndex((item) => item.content === content);
  const item = snapshot.items[index];
  const asOfNow = judgedNow(content, current);
  const { title } = current;
  const refusedNow =
    refusalOf({ ...asOfNow, title }, wishes.suppressions, now) ??
    (item === undefined ? undefined : refusalOf({ ...item, title }, wishes.suppressions, now));
  if (refusedNow !== undefined) {
    return ruledOut(ports, about, { rule: refusedNow, still: true });
  }
  if (item !== undefined) {
    const ranked = await explainRanked(ports, about, { item, rank: index + 1 });
    const status = index < limit ? 'SHOWN' : 'FURTHER_DOWN';
    const place = `It is ${ordinal(index + 1)} of ${snapshot.items.length}`;
    return answer(about, { status, summary: `${place}: ${ranked.reasons[0] ?? ''}.`, item: ranked });
  }
  const removed = Object.entries(snapshot.removed).find(([, contents]) => contents.includes(content))?.[0];
  if (removed !== undefined) {
    return ruledOut(ports, about, { rule: removed, still: !REFUSALS.has(removed) });
  }
  const absent = await whyAbsent(ports, about);
  if (absent === undefined) {
    return nothing(snapshot, content);
  }
  return 'rule' in absent
    ? ruledOut(ports, about, { rule: absent.rule, still: true })
    : answer(about, { status: 'NOT_FOUND', ...absent });
}

/** These were looked at anew for this very answer. */
const REFUSALS: ReadonlySet<string> = new Set(REFUSAL_NAMES);

async function ruledOut(
  { pool }: ExplainPorts,
  about: Explained,
  { rule, still }: { readonly rule: string; readonly still: boolean },
): Promise<ItemExplanation> {
  const { viewer, content, current, wishes, snapshot } = about;
  const item = judgedNow(content, current);
  const [refusals, acts, people] = await Promise.all([
    readRefusals(pool, viewer, judgedObjects(item)),
    readOwnActs(pool, viewer, [content]),
    readPeople(pool, item.author === null ? [] : [item.author]),
  ]);
  const words = ruleInWords(rule, {
    item,
    title: current.title,
    authorName: item.author === null ? null : (people.get(item.author)?.name ?? item.author),
    refusals,
    reportedAt: item.author === null ? null : (wishes.suppressions.reportedAuthors.get(item.author) ?? null),
    acts: acts.get(content) ?? [],
    settings: wishes.settings,
  });
  if (words === undefined && !(REFUSALS.has(rule) && !still)) {
    return nothing(snapshot, content);
  }
  const said = words ?? { says: 'You did not want it when this feed was ranked', remedy: null, undo: null };
  const remedy = still ? said.remedy : 'Nothing is to be done: the next feed may show it';
  const summary = said.remedy === null || !still ? `${said.says}.` : `${said.says}. ${said.remedy}.`;
  return answer(about, { status: 'RULED_OUT', summary, ruled_out: { rule, ...said, remedy, still } });
}

function judgedNow(content: string, { authorId: author, tags, communityId: community }: Current): Judged {
  return { content, author, tags, community };
}

/** What does not exist, what is not for this person, and what comes from somebody who blocked them: all the same. */
function nothing(snapshot: NamedSnapshot, content: string): ItemExplanation {
  return answer(
    { snapshot, content, current: { title: null } },
    { status: 'NOT_FOUND', summary: 'There is nothing under this name that your feed may show.' },
  );
}

type Said = Pick<ItemExplanation, 'status' | 'summary'> &
  Partial<Pick<ItemExplanation, 'item' | 'ruled_out' | 'not_found' | 'would_rank'>>;

function answer(
  about: Pick<Explained, 'snapshot' | 'content'> & { readonly current: Pick<Current, 'title'> },
  { status, summary, item = null, ruled_out = null, not_found = [], would_rank = null }: Said,
): ItemExplanation {
  const { snapshot, content, current } = about;
  return {
    content,
    title: current.title,
    status,
    summary,
    algorithm: snapshot.algorithm,
    ranked_at: new Date(snapshot.createdAt).toISOString(),
    position: snapshot.graphPosition,
    ranked: snapshot.items.length,
    settings: actingSettings(snapshot.rankedWith.settings),
    item,
    ruled_out,
    not_found,
    would_rank,
  };
}
