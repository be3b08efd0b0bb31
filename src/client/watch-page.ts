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
/** Less is not worth saying. */
const LEAST_SECONDS = 1;

/**
 * Tracks what happens to pages by themselves: opening them (`view` of content, `page_view` of others), and for content how
 * far it is scrolled (`scroll_depth`) and how long it is looked at (`time_spent`, in stretches). Time counts while the
 * page is to be seen and the person does something now and then. Moves within the page by `history` are pages too.
 */
export function watchPage(
  window: BrowserWindow,
  track: (activity: Tracked) => unknown,
  { contentOf = contentOfMeta(window), heartbeatMs = 15_000, idleAfterMs = 30_000 }: PageOptions = {},
): void {
  const { document } = window;
  const session_id = sessionOf(track);
  let shown: Shown = open();
  let activeAt = Date.now();
  let tickedAt = Date.now();

  function open(): Shown {
    const content = contentOf();
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
    if (window.location.href !== shown.address) {
      tick(document.visibilityState === 'visible');
      say();
      shown = open();
    }
  }

  function active(): void {
    activeAt = Date.now();
    shown.farthest = Math.max(shown.farthest, seenPercentage(window));
  }

  setInterval(() => tick(document.visibilityState === 'visible'), TICK_MS);
  for (const event of ['scroll', 'pointermove', 'pointerdown', 'keydown']) {
    window.addEventListener(event, active, { passive: true, capture: true });
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      tick(true);
      say();
    } else {
      tickedAt = Date.now();
      active();
    }
  });
  window.addEventListener('popstate', moved);
  for (const change of ['pushState', 'replaceState'] as const) {
    const original = window.history[change].bind(window.history);
    window.history[change] = (...given) => {
      original(...given);
      moved();
    };
  }
}

const contentOfMeta = (window: BrowserWindow) => () =>
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
