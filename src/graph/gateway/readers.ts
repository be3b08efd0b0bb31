import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { GraphAddress } from '../graph.ts';
import {
  type CypherRequest,
  type CypherTable,
  GRACE_MS,
  openReadingDriver,
  type Reading,
  readInTime,
  tooLong,
} from './table.ts';

/** Reads queries, so many at once. */
interface Readers {
  read(request: CypherRequest): Reading;
  close(): Promise<void>;
}

/** What a thread is started with. */
export interface ReadingThread {
  readonly address: GraphAddress;
}

/** What a thread tells of the query that it was given: first its end, then that Neo4j is done with it. */
export type Told =
  | { readonly kind: 'answer'; readonly table: CypherTable }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done' };

/** A list of millions of numbers is read in one piece, and takes this many times its room as text. */
const THREAD_MEMORY_MB = 512;

/**
 * Each query is read on a thread of its own, which waits for the next one afterwards: a single value of an answer may be
 * a list of millions, and while that is taken out of the driver's bytes nothing else runs where it is done. A thread that
 * runs out of memory ends its own query and no other. Run from their TypeScript source, which Node does not start
 * threads from, readers work where they are.
 */
export function createReaders(address: GraphAddress, atOnce: number): Readers {
  return import.meta.url.endsWith('.ts') ? createReadersHere(address, atOnce) : createReadingThreads(address);
}

function createReadersHere(address: GraphAddress, atOnce: number): Readers {
  const driver = openReadingDriver(address, atOnce);
  return { read: (request) => readInTime(driver, request), close: () => driver.close() };
}

function createReadingThreads(address: GraphAddress): Readers {
  const idle = new Set<Worker>();
  const all = new Set<Worker>();
  const start = (): Worker => {
    const thread = new Worker(new URL('./reading-worker.js', import.meta.url), {
      workerData: { address } satisfies ReadingThread,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB },
    });
    all.add(thread);
    thread.once('exit', () => {
      all.delete(thread);
      idle.delete(thread);
    });
    // Whoever waits for the thread hears of it by themselves.
    thread.on('error', () => undefined);
    return thread;
  };
  return {
    read(request) {
      const [thread = start()] = idle;
      idle.delete(thread);
      const reading = askThread(thread, request);
      void reading.done.then(() => all.has(thread) && idle.add(thread));
      return reading;
    },
    async close() {
      await Promise.all([...all].map((thread) => thread.terminate()));
    },
  };
}

function askThread(thread: Worker, request: CypherRequest): Reading {
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<CypherTable>((resolve, reject) => {
    // A thread that takes a value of millions apart does not look at its own clock.
    timer = setTimeout(
      () => {
        reject(tooLong(request.timeoutMs));
        void thread.terminate();
      },
      request.timeoutMs + 2 * GRACE_MS,
    );
    const fail = (error: NodeJS.ErrnoException): void => reject(failureOf(error));
    thread.once('error', fail);
    listen(thread, {
      onTold(told) {
        thread.off('error', fail);
        if (told.kind === 'answer') {
          resolve(told.table);
        } else if (told.kind !== 'done') {
          reject(told.kind === 'refused' ? new AppError(told.code, told.message) : new Error(told.message));
        }
      },
      onExit: () => reject(new AppError('GRAPH_UNAVAILABLE', 'The service stops reading queries')),
    });
  });
  const done = new Promise<void>((resolve) => {
    listen(thread, { onTold: (told) => told.kind === 'done' && resolve(), onExit: resolve });
  });
  // A thread that somebody waits for keeps the process going, an idle one does not.
  thread.ref();
  thread.postMessage(request);
  return { answer: answer.finally(() => clearTimeout(timer)), done: done.then(() => thread.unref()) };
}

function failureOf(error: NodeJS.ErrnoException): Error {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new AppError('QUERY_TOO_COSTLY', 'The answer needs more memory than one answer may have.')
    : error;
}

/** Listens until the thread is done with its query, or is no more. */
function listen(thread: Worker, { onTold, onExit }: { onTold(told: Told): void; onExit(): void }): void {
  const forget = (): void => {
    thread.off('message', tell);
    thread.off('exit', end);
  };
  const tell = (told: Told): void => {
    onTold(told);
    if (told.kind === 'done') {
      forget();
    }
  };
  const end = (): void => {
    forget();
    onExit();
  };
  thread.on('message', tell);
  thread.on('exit', end);
}
