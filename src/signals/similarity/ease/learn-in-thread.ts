import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Histories, type LearnedWeights, type LearnOptions, learnWeights } from './learn.ts';

/**
 * `learnWeights` on a thread of its own, so that requests are answered meanwhile. Run from its TypeScript source, which
 * Node does not start threads from, it learns where it is. The signal ends the thread.
 */
export async function learnInThread(
  histories: Histories,
  { signal, ...options }: LearnOptions & { readonly signal?: AbortSignal },
): Promise<LearnedWeights> {
  if (import.meta.url.endsWith('.ts')) {
    return learnWeights(histories, options);
  }
  const worker = new Worker(new URL('./learn-worker.js', import.meta.url), { workerData: { histories, options } });
  try {
    // An `error` event of the thread rejects the promise.
    const [learned] = (await once(worker, 'message', { ...(signal === undefined ? {} : { signal }) })) as [
      LearnedWeights,
    ];
    return learned;
  } finally {
    await worker.terminate();
  }
}
