import type { App } from '../app.ts';
import { LIST_LENGTH, type Lists } from './judge.ts';
import { itemOf, type Step } from './replay.ts';

/** More than are judged: of a list, what the person has in training does not count. */
const ITEMS = 2 * LIST_LENGTH;
/** Feeds that are asked for at the same time: while one waits for a store, the other ranks. */
const IN_FLIGHT = 2;

/** The first page of each person's feed, in items of the data. Rules are off but those against repeating what was taken. */
export async function recommend(
  app: Pick<App, 'feed'>,
  request: { readonly people: readonly string[]; readonly algorithm: string; readonly rules: 'on' | 'off' },
  step: Step,
): Promise<Lists> {
  const { people, algorithm } = request;
  const lists = new Map<string, readonly string[]>();
  const onProgress = step('Ranking', people.length);
  const rules = request.rules === 'off' ? ({ rules: 'off' } as const) : {};
  await eachOf(people, IN_FLIGHT, async (viewer) => {
    const page = await patiently(() => app.feed.page({ viewer, algorithm, limit: ITEMS, explore: false, ...rules }));
    lists.set(
      viewer,
      page.items.map(({ content }) => itemOf(content)),
    );
    onProgress(lists.size);
  });
  return lists;
}

/** Does the work for each value, at most so many at once; the first failure ends it. */
export async function eachOf<T>(
  values: readonly T[],
  inFlight: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const queue = values.values();
  const worker = async (): Promise<void> => {
    for (const value of queue) {
      await work(value);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

const ATTEMPTS = 3;

/**
 * What people are not kept waiting for, a judge may wait for: on a busy machine the first question of a kind, whose plan
 * is yet to be made, can take longer than a feed may. The last failure counts.
 */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await ask();
    } catch {
      // Asked again below.
    }
  }
  return await ask();
}
