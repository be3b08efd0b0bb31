import { parseActivity } from '../../activity/activity.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { tieAt } from '../../activity/tie.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { ActivityLog, Submission } from '../../log/log.ts';
import { TIE_CAPS } from '../../signals/ties/compute-ties.ts';
import { runTies } from '../../signals/ties/run-ties.ts';
import { strongestTies } from '../../signals/ties/tie-queries.ts';
import { tieBaselines } from './baselines.ts';
import { type Judgement, judge, type ScoresOf } from './judge-ties.ts';
import type { Message, Split } from './messages.ts';

export interface EvaluateTiesPorts {
  readonly log: Pick<ActivityLog, 'append'>;
  readonly graph: Graph;
  readonly ranking: Ranking;
  /** Folds what the log has into the graph. */
  project(): Promise<unknown>;
  readonly progress?: (line: string) => void;
}

export interface TieEvaluation {
  readonly method: string;
  readonly judgement: Judgement;
}

const APPEND_BATCH = 2_500;
const PEOPLE_PER_READ = 50;

/**
 * How well ties foretell whom people write to, beside simpler methods. The known messages go the way of all
 * activities: through the log and the projector into the graph, where ties are computed as of the last of them.
 * The stores must be empty.
 */
export async function evaluateTies(ports: EvaluateTiesPorts, split: Split): Promise<readonly TieEvaluation[]> {
  const { train } = split;
  const now = train.at(-1)?.at;
  if (now === undefined || split.test.length === 0) {
    throw new AppError('REQUEST_MALFORMED', 'There must be messages on both sides of the split');
  }
  const progress = ports.progress ?? (() => undefined);
  progress(`Appending ${train.length.toLocaleString('en')} messages …`);
  for (let from = 0; from < train.length; from += APPEND_BATCH) {
    await appendAll(ports.log, train.slice(from, from + APPEND_BATCH));
  }
  progress('Folding them …');
  await ports.project();
  progress('Ties …');
  await runTies(ports, { now });
  progress('Ranking …');
  const ties = await readTies(ports, [...new Set(train.map(({ from }) => from))], now);
  const methods: [string, ScoresOf][] = [
    ...Object.entries(tieBaselines(train)),
    ['connection strength', (person) => ties.get(person) ?? new Map()],
  ];
  return methods.map(([method, scoresOf]) => ({ method, judgement: judge(split, scoresOf) }));
}

async function appendAll(log: Pick<ActivityLog, 'append'>, messages: readonly Message[]): Promise<void> {
  const results = await log.append(messages.map(submissionOf));
  const refused = results.find(({ status }) => status !== 'accepted');
  if (refused !== undefined) {
    throw new AppError('INTERNAL', `The log did not accept a message: ${JSON.stringify(refused)}`);
  }
}

function submissionOf({ from, to, at }: Message): Submission {
  const raw = {
    user_id: from,
    activity_type: 'message',
    target_user_id: to,
    occurred_at: new Date(at).toISOString(),
  };
  const activity = parseActivity(raw, { subject: from, source: 'evaluation', trusted: true });
  return { activity, trusted: true };
}

/** The sums under the strengths, which order people as strengths do and are not rounded to 1. */
async function readTies(
  { graph, ranking }: EvaluateTiesPorts,
  people: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const halfLifeMs = ranking.halfLifeMs.INTERACTED;
  const found = new Map<string, ReadonlyMap<string, number>>();
  for (let from = 0; from < people.length; from += PEOPLE_PER_READ) {
    await graph.read((tx) =>
      Promise.all(
        people.slice(from, from + PEOPLE_PER_READ).map(async (person) => {
          const params = { userId: person, now, halfLifeMs, directOnly: false, limit: TIE_CAPS.keep };
          const rows = await tx.run(strongestTies, params);
          found.set(person, new Map(rows.map((row) => [row.person, tieAt(row.tie, now, halfLifeMs)])));
        }),
      ),
    );
  }
  return found;
}
