import type { Pool } from 'pg';
import type { Ranking } from '../activity/ranking.ts';
import { bringForwardEdges, decayProgressSchema } from '../graph/decay.ts';
import type { Graph } from '../graph/graph.ts';
import { addUpEverybody, followDays } from '../signals/aggregation/follow.ts';
import { followEngagement } from '../signals/engagement/follow.ts';
import { recalculateEngagement } from '../signals/engagement/recalculate.ts';
import { trainEase } from '../signals/similarity/ease/train-ease.ts';
import type { OwnModel } from '../signals/similarity/models.ts';
import { forgetUnmaintained } from '../signals/similarity/neighbours.ts';
import { runSimilarity, similarityProgressSchema } from '../signals/similarity/run-similarity.ts';
import type { OnSkipped } from '../signals/sparing.ts';
import { runTies, tiesProgressSchema } from '../signals/ties/run-ties.ts';
import type { Job } from './job.ts';

export interface JobPorts {
  readonly graph: Graph;
  /** Deletes the feeds that no cursor can reach any more; how many that were. */
  deleteExpiredSnapshots(now: number): Promise<number>;
  readonly ranking: Ranking;
  readonly pool: Pool;
  /** Models of similarity that are kept up to date. */
  readonly similarityModels: readonly OwnModel[];
  /** Computes the behaviour profiles of all who did something since the last time; what it did. */
  refreshProfiles(now: number, onProgress: (progress: unknown) => Promise<void>): Promise<unknown>;
  /** Makes the monthly partitions of the audit tables for the months to come. */
  ensurePartitions(): Promise<unknown>;
  /** Carries on the erasures of people that are not over. */
  resumeErasures(): Promise<unknown>;
  /** Lets audit rows go that are older than `PRUNE_AFTER_DAYS`; what went. */
  pruneAudit(now: number): Promise<unknown>;
  /** Deletes runs of jobs that nobody asks about any more; how many that were. */
  deleteOldRuns(now: number): Promise<number>;
  /** Brings the figures of feeds up to `now`, step by step. */
  measureFeeds(options: {
    readonly now: number;
    readonly onStep: (position: number) => Promise<void>;
  }): Promise<unknown>;
  /** Chooses the feed's numbers by what people did; says why not when there is too little of that. Absent: no such job. */
  tune?(signal: AbortSignal): Promise<unknown>;
  /** Told of somebody or something that a job had to pass over, by the name of the job. */
  onSkipped(job: string): OnSkipped;
}

/** Every job of the service. */
export function createJobs(ports: JobPorts): readonly Job[] {
  return [
    decay(ports),
    ties(ports),
    similarity(ports),
    similarityLearned(ports),
    profiles(ports),
    engagement(ports),
    engagementAnew(ports),
    activityAggregation(ports),
    activityAggregationAnew(ports),
    feedSnapshots(ports),
    feedMetrics(ports),
    partitions(ports),
    prune(ports),
    erasures(ports),
    jobHistory(ports),
    ...(ports.tune === undefined ? [] : [tune(ports.tune)]),
  ];
}

function decay({ graph, ranking }: JobPorts): Job {
  return {
    name: 'decay',
    schedule: '7 * * * *',
    description: 'Brings the stored weights of fading edges forward to now and deletes what has faded to nothing.',
    async run({ now, progress, saveProgress, rest }) {
      const from = decayProgressSchema.safeParse(progress);
      const { edges, deleted } = await bringForwardEdges(graph, {
        ranking,
        now,
        progress: from.success ? from.data : undefined,
        onProgress: saveProgress,
        rest,
      });
      return { edges, deleted };
    },
  };
}

function ties({ graph, ranking, onSkipped }: JobPorts): Job {
  return {
    name: 'ties',
    schedule: '11 2 * * *',
    description: "Computes how strongly people are tied to each other, everybody's anew.",
    async run({ now, progress, saveProgress, rest }) {
      const from = tiesProgressSchema.safeParse(progress);
      const { after: _, ...done } = await runTies(
        { graph, ranking, onSkipped: onSkipped('ties') },
        {
          now,
          progress: from.success ? from.data : undefined,
          onProgress: saveProgress,
          rest,
        },
      );
      return done;
    },
  };
}

function feedSnapshots({ deleteExpiredSnapshots }: JobPorts): Job {
  return {
    name: 'feed-snapshots',
    schedule: '*/10 * * * *',
    description: 'Deletes feed snapshots whose cursors have expired.',
    async run({ now }) {
      return { deleted: await deleteExpiredSnapshots(now) };
    },
  };
}

function similarity({ graph, pool, ranking, similarityModels, onSkipped }: JobPorts): Job {
  return {
    name: 'similarity',
    schedule: '31 2 * * *',
    description:
      'Computes which content and which people are similar, all of them anew; forgets models not maintained.',
    async run({ now, progress, saveProgress, rest }) {
      const from = similarityProgressSchema.safeParse(progress);
      await forgetUnmaintained(graph, { models: similarityModels, ranking });
      return await runSimilarity(
        { graph, pool },
        {
          ranking,
          models: similarityModels,
          now,
          progress: from.success ? from.data : undefined,
          onProgress: saveProgress,
          rest,
          onSkipped: onSkipped('similarity'),
        },
      );
    },
  };
}

function similarityLearned({ graph, ranking, similarityModels }: JobPorts): Job {
  return {
    name: 'similarity-learned',
    schedule: '1 4 * * *',
    description: 'Learns from everybody which content says what of other content (the model ease).',
    async run({ now, rest, signal }) {
      return similarityModels.includes('ease')
        ? await trainEase(graph, { ranking, now, rest, signal })
        : { skipped: 'SIMILARITY_MODELS does not name ease.' };
    },
  };
}

function profiles({ refreshProfiles }: JobPorts): Job {
  return {
    name: 'profiles',
    schedule: '*/15 * * * *',
    description: 'Computes the behaviour profiles of people who were active since the last run.',
    run: ({ now, saveProgress }) => refreshProfiles(now, saveProgress),
  };
}

function engagement({ pool, ranking }: JobPorts): Job {
  return {
    name: 'engagement',
    schedule: '*/5 * * * *',
    description: "Adds new activities to people's engagement.",
    async run({ saveProgress }) {
      const onStep = (position: number): Promise<void> => saveProgress({ position });
      const { position } = await followEngagement({ pool, ranking }, Number.POSITIVE_INFINITY, onStep);
      return { position };
    },
  };
}

export const ENGAGEMENT_ANEW = 'engagement-recalculate';

function engagementAnew({ pool, ranking }: JobPorts): Job {
  return {
    name: ENGAGEMENT_ANEW,
    schedule: '51 4 * * 0',
    description: "Adds everybody's engagement up anew from the whole log, and says whether anything was different.",
    run: ({ saveProgress }) => recalculateEngagement({ pool, ranking }, (position) => saveProgress({ position })),
  };
}

function activityAggregation({ pool, ranking }: JobPorts): Job {
  return {
    name: 'activity-aggregation',
    schedule: '2-57/5 * * * *',
    description: 'Adds new activities to what people did day by day.',
    run: ({ saveProgress }) =>
      followDays({ pool, ranking }, Number.POSITIVE_INFINITY, (position) => saveProgress({ position })),
  };
}

const AGGREGATION_ANEW = 'activity-aggregation-anew';

/** Jobs that bring what was added up in line with a log from which somebody was erased. */
export const ADDED_UP_ANEW = [ENGAGEMENT_ANEW, AGGREGATION_ANEW] as const;

function activityAggregationAnew({ pool, ranking }: JobPorts): Job {
  return {
    name: AGGREGATION_ANEW,
    schedule: '51 5 * * 0',
    description: "Adds everybody's days up anew from the log, and says whether anything was different.",
    run: ({ saveProgress }) => addUpEverybody({ pool, ranking }, (people) => saveProgress({ people })),
  };
}

function feedMetrics({ measureFeeds }: JobPorts): Job {
  return {
    name: 'feed-metrics',
    schedule: '12 * * * *',
    description:
      'Joins what feeds gave out with what people then did, and sums it up by algorithm, hour, day and rank.',
    run: ({ now, saveProgress }) => measureFeeds({ now, onStep: (position) => saveProgress({ position }) }),
  };
}

function partitions({ ensurePartitions }: JobPorts): Job {
  return {
    name: 'partitions',
    schedule: '23 3 * * *',
    description: 'Makes the partitions of the audit tables for the months to come.',
    async run() {
      await ensurePartitions();
      return {};
    },
  };
}

function prune({ pruneAudit }: JobPorts): Job {
  return {
    name: 'prune',
    schedule: '33 3 * * *',
    description: 'Drops the months of the audit tables that are older than PRUNE_AFTER_DAYS.',
    run: ({ now }) => pruneAudit(now),
  };
}

function erasures({ resumeErasures }: JobPorts): Job {
  return {
    name: 'erasures',
    schedule: '*/5 * * * *',
    description: 'Carries on the erasures of people that were cut off, or found the graph away.',
    run: () => resumeErasures(),
  };
}

function jobHistory({ deleteOldRuns }: JobPorts): Job {
  return {
    name: 'job-history',
    schedule: '41 3 * * *',
    description: 'Deletes runs of jobs that began more than 90 days ago; the newest run of each job stays.',
    async run({ now }) {
      return { deleted: await deleteOldRuns(now) };
    },
  };
}

function tune(chooseNumbers: (signal: AbortSignal) => Promise<unknown>): Job {
  return {
    name: 'tune',
    schedule: '41 4 * * 0',
    description: "Chooses the feed's numbers by replaying what people did, where they did enough.",
    async run({ signal }) {
      return await chooseNumbers(signal);
    },
  };
}
