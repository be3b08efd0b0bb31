import type { Algorithm } from '../rank/algorithm.ts';
import { capped, type Part } from '../rank/part.ts';
import { type FeedSettings, SLIDERS } from './settings.ts';

/** An algorithm without the heuristics that a person switched off. Proof by others is left out where it is read. */
export function withoutSwitchedOff(algorithm: Algorithm, { off }: Pick<FeedSettings, 'off'>): Algorithm {
  if (off.length === 0) {
    return algorithm;
  }
  const { slate } = algorithm;
  // What a feed is about is no heuristic: who asks for it wants it.
  const sources = Object.entries(algorithm.sources).filter(
    ([name]) => algorithm.anchor !== undefined || !off.includes(name),
  );
  return {
    ...algorithm,
    sources: Object.fromEntries(sources) as Algorithm['sources'],
    exploration: off.includes('exploration') ? { ...algorithm.exploration, share: 0 } : algorithm.exploration,
    slate: {
      ...slate,
      author: off.includes('author_diversity') ? { ...slate.author, base: 1 } : slate.author,
      longestRun: off.includes('runs') ? null : slate.longestRun,
      typeMix: off.includes('type_mix') ? null : slate.typeMix,
    },
  };
}

/** The settings that act on a feed of an algorithm: whoever asks for a feed about one thing wants it from anybody. */
export function settingsFor({ anchor }: Pick<Algorithm, 'anchor'>, settings: FeedSettings): FeedSettings {
  return anchor === undefined ? settings : { ...settings, network: null };
}

/** By which factor a person's sliders multiply a part of a score; 1 where there is none. */
export function factorOf(part: string, { weights }: Pick<FeedSettings, 'weights'>): number {
  const slider = sliderOf(part);
  return slider !== undefined && Object.hasOwn(weights, slider) ? (weights[slider] ?? 1) : 1;
}

/** The slider that a part of a score belongs to. */
function sliderOf(part: string): string | undefined {
  return SLIDER_OF.get(part);
}

const SLIDER_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(SLIDERS).flatMap(([slider, { multiplies }]) => multiplies.map((part) => [part, slider] as const)),
);

/** The parts of a score as a person's sliders have them, capped anew where the algorithm caps. */
export function weighed(
  parts: readonly Part[],
  { score }: Pick<Algorithm, 'score'>,
  settings: Pick<FeedSettings, 'weights'>,
): readonly Part[] {
  if (Object.keys(settings.weights).length === 0) {
    return parts;
  }
  const plain = parts.filter(([name]) => name !== 'cap');
  const multiplied = plain.map(([name, value]): Part => [name, value * factorOf(name, settings)]);
  return score.form === 'seed' ? capped(multiplied, 1) : multiplied;
}
