import { weightAt } from '../../../activity/decay.ts';
import type { FadingEdge } from '../../../activity/kinds.ts';
import { saturate } from '../../../activity/saturate.ts';
import { tieAt } from '../../../activity/tie.ts';
import type { Clock } from '../../../core/clock.ts';

interface StoredEdge {
  readonly storedWeight: number;
  readonly asOf: number;
}

interface StoredTie {
  readonly storedFading: number;
  readonly asOf: number;
  readonly standing: number;
}

interface StoredContent {
  readonly storedEngagement: number | null;
  readonly engagementAsOf: number | null;
}

/** Computes what fades as of now, as every query of the service does that reads it. */
export function graphResolvers(halfLifeMs: Readonly<Record<FadingEdge, number>>, clock: Clock): Record<string, object> {
  const weightNow = (edgeType: FadingEdge) => ({
    weightNow: ({ storedWeight, asOf }: StoredEdge) =>
      weightAt({ weight: storedWeight, asOf }, clock.now(), halfLifeMs[edgeType]),
  });
  return {
    Engaged: weightNow('ENGAGED'),
    Interacted: weightNow('INTERACTED'),
    InterestedIn: weightNow('INTERESTED_IN'),
    Tie: {
      strengthNow: ({ storedFading, asOf, standing }: StoredTie) =>
        saturate(tieAt({ fading: storedFading, asOf, standing }, clock.now(), halfLifeMs.INTERACTED)),
    },
    Content: {
      engagementNow: ({ storedEngagement, engagementAsOf }: StoredContent) =>
        storedEngagement === null || engagementAsOf === null
          ? null
          : weightAt({ weight: storedEngagement, asOf: engagementAsOf }, clock.now(), halfLifeMs.ENGAGED),
    },
  };
}
