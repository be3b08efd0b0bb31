import { type Activity, type ActivityInput, parseActivity } from '../activity/activity.ts';
import { type AppError, isAppError } from '../core/errors.ts';

/** An activity on its way in, with what a request would have carried beside it. */
export interface ImportedActivity {
  /** When it happened in the source's own time, in milliseconds since the epoch. */
  readonly at: number;
  /** Without `occurred_at`, which follows from `at` and the shift. */
  readonly input: ActivityInput;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** File and line it comes from; absent for what is made up. */
  readonly origin?: Origin;
}

interface Origin {
  readonly file: string;
  readonly line: number;
}

/** Something that was not imported, and why. Without a line it is about the whole file. */
export interface Fault {
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

/** What the log is given for one activity. */
export interface ImportSubmission {
  readonly activity: Activity;
  readonly trusted: boolean;
  readonly ipAddress?: string;
  readonly userAgent?: string;
}

/** What the log answers to one submission, as far as an import looks at it. */
export interface ImportOutcome {
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'invalid';
  readonly position?: number;
  readonly error?: AppError;
}

/** Writes submissions, keeping the order of calls; answers in the order of submissions, after the commit. */
export type AppendActivities = (submissions: readonly ImportSubmission[]) => Promise<readonly ImportOutcome[]>;

export interface LoadOptions {
  /** Namespace of the ids, e.g. `import:ldbc-snb`: the same source and id is the same activity for ever. */
  readonly source: string;
  /** Milliseconds added to every time. */
  readonly shiftMs: number;
  readonly batchSize?: number;
  /** Batches on their way at the same time, so that the log can fill its next commit during the last one. */
  readonly inFlight?: number;
  readonly onProgress?: (done: number) => void;
}

export interface LoadReport {
  readonly accepted: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly invalid: number;
  /** The last position that an activity of this import has in the log; 0 if there is none. */
  readonly position: number;
  readonly faults: readonly Fault[];
}

interface Tally {
  readonly counts: Record<ImportOutcome['status'], number>;
  readonly faults: Fault[];
  position: number;
  done: number;
}

/**
 * Sends activities through the same door as everybody's: checked, then appended in order, batch by batch. An
 * activity that is refused is counted and reported and does not stop the rest. Loading the same again adds nothing,
 * so a load that was cut off is continued by loading again.
 *
 * @throws what `append` throws, after the batches under way have ended; everything answered until then is durable.
 */
export async function load(
  activities: Iterable<ImportedActivity>,
  options: LoadOptions,
  append: AppendActivities,
): Promise<LoadReport> {
  const { batchSize = 1_000, inFlight = 4 } = options;
  const tally: Tally = {
    counts: { accepted: 0, duplicate: 0, conflict: 0, invalid: 0 },
    faults: [],
    position: 0,
    done: 0,
  };
  const failures: unknown[] = [];
  const underWay: Promise<void>[] = [];
  for (const batch of batches(activities, batchSize)) {
    if (underWay.length >= inFlight) {
      await underWay.shift();
    }
    if (failures.length > 0) {
      break;
    }
    // Failures are collected, not thrown: several batches may fail while only the oldest is awaited.
    underWay.push(loadBatch(batch, options, append, tally).catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(underWay);
  if (failures.length > 0) {
    throw failures[0];
  }
  return { ...tally.counts, position: tally.position, faults: tally.faults };
}

async function loadBatch(
  batch: readonly ImportedActivity[],
  options: LoadOptions,
  append: AppendActivities,
  tally: Tally,
): Promise<void> {
  const checked: { readonly from: ImportedActivity; readonly submission: ImportSubmission }[] = [];
  for (const from of batch) {
    const result = check(from, options);
    if (isAppError(result)) {
      count(tally, from, { status: 'invalid', error: result });
    } else {
      checked.push({ from, submission: result });
    }
  }
  const outcomes = checked.length === 0 ? [] : await append(checked.map(({ submission }) => submission));
  for (const [index, { from }] of checked.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) {
      throw new Error(`The log answered ${outcomes.length} of ${checked.length} submissions`);
    }
    count(tally, from, outcome);
  }
  tally.done += batch.length;
  options.onProgress?.(tally.done);
}

function check(imported: ImportedActivity, options: LoadOptions): ImportSubmission | AppError {
  const { input, ipAddress, userAgent } = imported;
  const raw = { ...input, occurred_at: new Date(imported.at + options.shiftMs).toISOString() };
  try {
    const activity = parseActivity(raw, { subject: input.user_id ?? '', source: options.source, trusted: true });
    return {
      activity,
      trusted: true,
      ...(ipAddress === undefined ? {} : { ipAddress }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
  } catch (error) {
    if (isAppError(error)) {
      return error;
    }
    throw error;
  }
}

function count(tally: Tally, imported: ImportedActivity, outcome: ImportOutcome): void {
  tally.counts[outcome.status] += 1;
  if (outcome.status === 'accepted' || outcome.status === 'duplicate') {
    tally.position = Math.max(tally.position, outcome.position ?? 0);
    return;
  }
  tally.faults.push({
    file: imported.origin?.file ?? imported.input.id ?? '',
    line: imported.origin?.line ?? null,
    message:
      outcome.status === 'conflict'
        ? `${imported.input.id ?? ''} is already in the log with other content; the first one stays`
        : (outcome.error?.message ?? 'refused by the log'),
  });
}

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}
