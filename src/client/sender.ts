import type { ClientOptions, Tracked } from './client.ts';

/** An activity that waits; it never changes, so that sending it twice is sending it once. */
export type Queued = Tracked & { readonly id: string; readonly occurred_at: string };

/** Browsers carry 64 kB for a page that goes. */
const MAX_BATCH_BYTES = 60_000;
const MAX_BATCH = 100;
/** Of more that waits, the oldest is given up. */
const MAX_WAITING = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

export interface Sender {
  add(activity: Queued): void;
  /** What is not known to be taken. */
  waiting(): readonly Queued[];
  /** Whether it waits before it tries again. */
  resting(): boolean;
  /** Sends until nothing waits. Returns after how many milliseconds to try again when that failed. */
  send(): Promise<number | undefined>;
  /** Sends what a page that goes may still send, without waiting. Returns all that is not known to be taken. */
  sendAtOnce(): readonly Queued[];
}

interface ItemResult {
  readonly status: string;
  readonly error?: { readonly code: string; readonly detail: string };
}

export function createSender(options: ClientOptions): Sender {
  const { url, token, onRefused } = options;
  const doFetch = options.fetch ?? fetch;
  const endpoint = `${url.replace(/\/$/, '')}/activities/`;
  let queue: readonly Queued[] = [];
  let knownToken = typeof token === 'string' ? token : undefined;
  let failures = 0;
  let restsUntil = 0;
  let running: Promise<number | undefined> | undefined;

  function post(batch: readonly Queued[], keepalive: boolean): Promise<Response> {
    return doFetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${knownToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      keepalive,
    });
  }

  const settle = (batch: readonly Queued[]): void => {
    const ids = new Set(batch.map(({ id }) => id));
    queue = queue.filter(({ id }) => !ids.has(id));
  };

  async function sendBatch(batch: readonly Queued[]): Promise<number | undefined> {
    let response: Response | undefined;
    try {
      knownToken ??= typeof token === 'string' ? token : await token();
      response = await post(batch, false);
      if (response.ok) {
        const { results } = (await response.json()) as { results: readonly ItemResult[] };
        failures = 0;
        settle(batch);
        tellRefused(batch, results);
        return undefined;
      }
    } catch {
      // Not reached, cut off, or no token: as a service that is away.
      response = undefined;
    }
    if (response?.status === 401 && typeof token === 'function') {
      knownToken = undefined;
    } else if (response !== undefined && response.status < 500 && response.status !== 429 && response.status !== 408) {
      settle(batch);
      const { code = 'REFUSED', detail = '' } = (await response.json().catch(() => ({}))) as Record<string, string>;
      batch.forEach((activity) => void onRefused?.({ activity, code, detail }));
      return undefined;
    }
    return restAfter(response);
  }

  function restAfter(response: Response | undefined): number {
    failures += 1;
    const asked = Number(response?.headers.get('retry-after') ?? 0) * 1_000;
    const longer = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
    // Spread, so that clients that failed together do not come back together.
    const ms = Math.max(asked, longer * (0.5 + Math.random() / 2));
    restsUntil = Date.now() + ms;
    return ms;
  }

  function tellRefused(batch: readonly Queued[], results: readonly ItemResult[]): void {
    batch.forEach((activity, index) => {
      const error = results[index]?.error;
      if (error !== undefined) {
        onRefused?.({ activity, code: error.code, detail: error.detail });
      }
    });
  }

  async function sendAll(): Promise<number | undefined> {
    while (queue.length > 0) {
      const retryInMs = await sendBatch(firstBatch(queue));
      if (retryInMs !== undefined) {
        return retryInMs;
      }
    }
    return undefined;
  }

  return {
    add(activity) {
      queue = [...queue, activity];
      const [oldest] = queue;
      if (queue.length > MAX_WAITING && oldest !== undefined) {
        queue = queue.slice(1);
        onRefused?.({ activity: oldest, code: 'QUEUE_FULL', detail: `More than ${MAX_WAITING} activities wait.` });
      }
    },
    waiting: () => queue,
    resting: () => Date.now() < restsUntil,
    send() {
      running ??= sendAll().finally(() => {
        running = undefined;
      });
      return running;
    },
    sendAtOnce() {
      if (queue.length > 0 && knownToken !== undefined) {
        const batch = firstBatch(queue);
        void post(batch, true)
          .then((response) => (response.ok ? settle(batch) : undefined))
          .catch(() => undefined);
      }
      return queue;
    },
  };
}

function firstBatch(queue: readonly Queued[]): readonly Queued[] {
  let bytes = 2;
  const end = queue.findIndex((activity, index) => {
    bytes += new TextEncoder().encode(JSON.stringify(activity)).length + 1;
    return index === MAX_BATCH || (index > 0 && bytes > MAX_BATCH_BYTES);
  });
  return end === -1 ? queue : queue.slice(0, end);
}
