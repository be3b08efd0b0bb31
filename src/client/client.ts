import type { ActivityInput } from '../activity/activity.ts';
import { browserWindow } from './browser.ts';
import { createSender, type Queued } from './sender.ts';
import { unsentOf } from './unsent.ts';
import { type PageOptions, watchPage } from './watch-page.ts';
import type { ActivityWord } from './words.ts';

/** An activity; `id` and `occurred_at` are filled in when it is tracked. */
export type Tracked = Omit<ActivityInput, 'activity_type'> & { readonly activity_type: ActivityWord };

/** What could not be taken, and why, in the words of the service. */
export interface Refused {
  readonly activity: Queued;
  readonly code: string;
  readonly detail: string;
}

export interface ClientOptions {
  /** Where the service is, as in `https://activity.example.org`. */
  readonly url: string;
  /** The person's token, or a function that gets one; asked again when it was refused. */
  readonly token: string | (() => string | Promise<string>);
  /**
   * Whose token it is. With it a browser keeps what could not be sent for the next page of this person, and the service
   * refuses what is sent with the token of somebody else; without it nothing outlives the page.
   */
  readonly user?: string;
  /** So many wait before they are sent at once. Default: 20. */
  readonly flushAt?: number;
  /** None waits longer. Default: 5 seconds. */
  readonly flushIntervalMs?: number;
  /** Hears of activities that the service refuses for good, and of those that too many others pushed out. */
  readonly onRefused?: (refused: Refused) => void;
  /** For Node without `fetch`, or for tests. */
  readonly fetch?: typeof fetch;
}

export interface Client {
  /** Takes an activity and returns its id; it is sent with others, again and again until the service has it. */
  track(activity: Tracked): string;
  /** Sends what waits. Resolves when it was taken, or when the service could not be reached: then it is tried again later. */
  flush(): Promise<void>;
  /** In a browser: tracks pages, how far they are scrolled and how long they are looked at. */
  watchPage(options?: PageOptions): void;
  /**
   * Sends what waits, once, and stops: the page is as it was before. What could not be sent is kept for the next page of the
   * same person.
   */
  close(): Promise<void>;
}

const UNIT = 1_000;

/**
 * A client for browsers and Node. What is tracked is kept until the service has it: sent in batches, sent again with the
 * same ids after failures, handed to the browser when the page goes, and what is left then kept for the next page.
 */
export function createClient(options: ClientOptions): Client {
  const { flushAt = 20, flushIntervalMs = 5 * UNIT, user } = options;
  const unsent = user === undefined ? undefined : unsentOf(user, newId());
  const window = browserWindow();
  const sender = createSender(options);
  const listening = new AbortController();
  const watched: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const retryInMs = closed ? undefined : await sender.send();
    if (retryInMs !== undefined && !closed) {
      timer ??= laterDo(() => void flush(), retryInMs);
    }
  }

  function track(activity: Tracked): string {
    const id = activity.id ?? newId();
    const whose = user === undefined ? {} : { user_id: user };
    const queued = { ...whose, ...activity, id, occurred_at: activity.occurred_at ?? new Date().toISOString() };
    if (closed) {
      options.onRefused?.({ activity: queued, code: 'CLIENT_CLOSED', detail: 'The client was closed.' });
      return id;
    }
    sender.add(queued);
    if (sender.waiting().length >= flushAt && !sender.resting()) {
      void flush();
    } else {
      timer ??= laterDo(() => void flush(), flushIntervalMs);
    }
    return id;
  }

  function leave(): void {
    if (window?.document.visibilityState === 'hidden') {
      const left = sender.sendAtOnce();
      unsent?.keep(left);
    }
  }

  // The event comes to the window after the document, where others track what they still have to say.
  window?.addEventListener('visibilitychange', leave, { signal: listening.signal });
  for (const activity of unsent?.take() ?? []) {
    sender.add(activity);
    timer ??= laterDo(() => void flush(), flushIntervalMs);
  }
  return {
    track,
    flush,
    watchPage: (page) => {
      if (window !== undefined && !closed) {
        watched.push(watchPage(window, track, page));
      }
    },
    async close() {
      watched.splice(0).forEach((stop) => void stop());
      const sending = flush();
      closed = true;
      listening.abort();
      await sending;
      unsent?.keep(sender.waiting());
    },
  };
}

/** Does not keep a Node process alive. */
function laterDo(work: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, ms);
  if (typeof timer === 'object' && 'unref' in timer) {
    timer.unref();
  }
  return timer;
}

/** `randomUUID` is for secure pages only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
