import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Refresh } from '../refresher.ts';
import { restAsLong } from '../rest.ts';
import type { OnSkipped } from '../sparing.ts';
import { CO_ENGAGEMENT_MODELS, type OwnModel } from './models.ts';
import { refreshNodes } from './refresh.ts';

/** Keeps the neighbours of whatever was touched fresh, in those of these models that can follow single activities. */
export function refreshSimilarity(options: {
  readonly graph: Graph;
  readonly ranking: Ranking;
  readonly models: readonly OwnModel[];
  readonly onSkipped?: OnSkipped;
}): Refresh {
  const { graph, ranking, onSkipped } = options;
  const models = CO_ENGAGEMENT_MODELS.filter(({ name }) => options.models.includes(name));
  return {
    name: 'similarity',
    async refresh(touched, now) {
      for (const model of models) {
        const ids = model.kind === 'people' ? touched.people : touched.contents;
        await refreshNodes(graph, model, [...ids].sort(), { ranking, now, rest: restAsLong, onSkipped });
      }
    },
  };
}
