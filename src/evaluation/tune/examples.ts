import type { App } from '../../app.ts';
import type { Algorithm } from '../../feed/rank/algorithm.ts';
import { linearSignals } from '../../feed/rank/linear-score.ts';
import { historiesOf, type Interaction } from '../interactions.ts';
import { gain, LIST_LENGTH } from '../judge.ts';
import { eachOf, patiently } from '../recommend.ts';
import { itemOf } from '../replay.ts';
import type { Example } from './search.ts';

const IN_FLIGHT = 2;

/** Asks once for everybody's candidates and their signals, so that any weights can be judged without asking again. */
export async function collectExamples(
  app: Pick<App, 'feed'>,
  request: {
    readonly algorithm: Algorithm;
    readonly people: readonly string[];
    readonly validation: readonly Interaction[];
    readonly now: number;
  },
  onProgress: (done: number) => void,
): Promise<readonly Example[]> {
  const { algorithm, people, validation, now } = request;
  const { score } = algorithm;
  if (score.form !== 'linear') {
    throw new TypeError(`The score of ${algorithm.name} has no weights to search`);
  }
  const taken = historiesOf(validation);
  const examples = new Map<string, Example>();
  await eachOf(people, IN_FLIGHT, async (viewer) => {
    const candidates = await patiently(() =>
      app.feed.candidates({ viewer, algorithm, now, rules: 'off', explore: false }),
    );
    const items = taken.get(viewer) ?? new Set();
    examples.set(viewer, {
      signals: Float64Array.from(candidates.flatMap(({ features }) => linearSignals(features, score))),
      rows: candidates.length,
      right: candidates.map(({ content }) => items.has(itemOf(content))),
      best: gain(new Array<boolean>(Math.min(LIST_LENGTH, items.size)).fill(true)),
    });
    onProgress(examples.size);
  });
  // In the order of people, whoever was answered first.
  return people.flatMap((person) => examples.get(person) ?? []);
}
