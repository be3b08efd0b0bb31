import type { BrowserWindow } from './browser.ts';
import { storeOf } from './browser.ts';
import type { Tracked } from './client.ts';

export interface PageOptions {
  /**
   * The content that the page at the current address shows, as `type:id`; undefined: the page is no content. Default: what
   * `<meta name="activity-content" content="post:7">` says.
   */
  readonly contentOf?: () => string | undefined;
  /** So often it is said how long content was looked at. Default: 15 seconds. */
  readonly heartbeatMs?: number;
  /** Somebody who does nothing for so long is not looking. Default: 30 seconds. */
  readonly idleAfterMs?: number;
}

/** What is known of the page that is shown. */
interface Shown {
  readonly address: string;
  readonly content: string | undefined;
  /** The farthest that was scrolled, in percent, and how much of it was said. */
  farthest: number;
  said: number;
  /** Looked at and not yet said, in milliseconds. */
  lookedMs: number;
}

const SESSION = 'activity-graph-session';
const TICK_MS = 1_000;
/** After a move within the page, its new content is waited for so often and so long: what shows it comes later. */
const LOOK_MS = 100;
const SETTLED_AFTER_MS = 1_000;
/** Less is not worth saying. */
const LEAST_SECONDS = 1;

/**
 * Tracks what happens to pages by themselves: opening them (`view` of content, `page_view` of others), and for content how
 * far it is scrolled (`scroll_depth`) and how long it is looked at (`time_spent`, in stretches). Time counts while the
 * page is to be seen and the person does something now and then. Moves within the page by `history` are pages too.
 *
 * @returns Says what was not yet said, and watches no more.
 */
export function watchPage(
  window: BrowserWindow,
  track: (activity: Tracked) => unknown,
  { contentOf, heartbeatMs = 15_000, idleAfterMs = 30_000 }: PageOptions = {},
): () => void {
  const { document } = window;
  const session_id = sessionOf(track);
  const watching = new AbortController();
  const { signal } = watching;
  let shown: Shown = open(currentContent());
  let activeAt = Date.now();
  let tickedAt = Date.now();
  let settling: ReturnType<typeof setTimeout> | undefined;
  /** What was shown before the move that is not settled. */
  let before: string | undefined;

  function currentContent(): string | undefined {
    return contentOf === undefined ? contentOfMeta(window) : contentOf();
  }

  function open(content: string | undefined): Shown {
    const metadata = { url: window.location.href, title: document.title };
    track(
      content === undefined
        ? { activity_type: 'page_view', description: window.location.pathname, metadata, session_id }
        : { activity_type: 'view', content, metadata, session_id },
    );
    return { address: window.location.href, content, farthest: seenPercentage(window), said: 0, lookedMs: 0 };
  }

  /** Says what was not yet said of the page. */
  function say(): void {
    const { content, farthest, said, lookedMs } = shown;
    if (content === undefined) {
      return;
    }
    if (farthest > said) {
      shown.said = farthest;
      track({ activity_type: 'scroll_depth', content, scroll_depth_percentage: farthest, session_id });
    }
    const seconds = Math.round(lookedMs / 100) / 10;
    if (seconds >= LEAST_SECONDS) {
      shown.lookedMs = 0;
      track({ activity_type: 'time_spent', content, duration_seconds: seconds, session_id });
    }
  }

  /** @param wasVisible - whether it was to be seen until now. */
  function tick(wasVisible: boolean): void {
    const now = Date.now();
    // Not left to its event, which comes with the next frame: a page that goes has none.
    shown.farthest = Math.max(shown.farthest, seenPercentage(window));
    // A machine that slept did not look.
    const passed = Math.min(now - tickedAt, 2 * TICK_MS);
    tickedAt = now;
    if (wasVisible && now - activeAt < idleAfterMs) {
      shown.lookedMs += passed;
    }
    if (shown.lookedMs >= heartbeatMs) {
      say();
    }
  }

  function moved(): void {
    if (signal.aborted || window.location.href === shown.address) {
      return;
    }
    tick(document.visibilityState === 'visible');
    say();
    if (settling === undefined) {
      before = shown.content;
    }
    clearTimeout(settling);
    shown = unsettled(window);
    settle(contentOf === undefined ? SETTLED_AFTER_MS : 0);
  }

  /** A page that somebody moved to within the document shows what it did before, until the product has changed that. */
  function settle(patienceMs: number): void {
    const content = currentContent();
    if (content === before && patienceMs > 0) {
      settling = setTimeout(() => settle(patienceMs - LOOK_MS), LOOK_MS);
      return;
    }
    settling = undefined;
    const { lookedMs } = shown;
    shown = { ...open(content), lookedMs };
  }

  function active(): void {
    activeAt = Date.now();
    shown.farthest = Math.max(shown.farthest, seenPercentage(window));
  }

  const ticking = setInterval(() => tick(document.visibilityState === 'visible'), TICK_MS);
  for (const event of ['scroll', 'pointermove', 'pointerdown', 'keydown']) {
    window.addEventListener(event, active, { passive: true, capture: true, signal });
  }
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'hidden') {
        tick(true);
        say();
      } else {
        tickedAt = Date.now();
        active();
      }
    },
    { signal },
  );
  window.addEventListener('popstate', moved, { signal });
  const restore = (['pushState', 'replaceState'] as const).map((change) => onChange(window, change, moved));
  return () => {
    tick(document.visibilityState === 'visible');
    say();
    watching.abort();
    clearInterval(ticking);
    clearTimeout(settling);
    restore.forEach((undo) => void undo());
  };
}

/** Calls back after each change of the history. @returns Undoes it, unless somebody else did the same meanwhile. */
function onChange({ history }: BrowserWindow, change: 'pushState' | 'replaceState', then: () => void): () => void {
  const original = history[change];
  const changed: typeof original = (...given) => {
    original.apply(history, given);
    then();
  };
  history[change] = changed;
  return () => {
    if (history[change] === changed) {
      history[change] = original;
    }
  };
}

/** A page of which it is not known yet what it shows; if it goes before that, nothing is said of it. */
const unsettled = (window: BrowserWindow): Shown => ({
  address: window.location.href,
  content: undefined,
  farthest: 0,
  said: 0,
  lookedMs: 0,
});

const contentOfMeta = (window: BrowserWindow): string | undefined =>
  window.document.querySelector('meta[name="activity-content"]')?.getAttribute('content') ?? undefined;

/** How much of the page was seen down to the lower edge of the window, in whole percent. */
function seenPercentage({ document, innerHeight, scrollY }: BrowserWindow): number {
  const { scrollHeight } = document.documentElement;
  return scrollHeight <= 0 ? 0 : Math.min(100, Math.round(((scrollY + innerHeight) / scrollHeight) * 100));
}

/** One session a tab. */
function sessionOf(track: (activity: Tracked) => unknown): string {
  const store = storeOf('sessionStorage');
  const known = store?.getItem(SESSION);
  if (known) {
    return known;
  }
  const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  store?.setItem(SESSION, id);
  track({ activity_type: 'session_start', session_id: id });
  return id;
}
