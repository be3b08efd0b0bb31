import type { Clock } from '../core/clock.ts';
import { LDBC_SOURCE, readLdbcSnb } from '../import/ldbc-snb/read.ts';
import { type AppendActivities, type Fault, type LoadReport, load } from '../import/load.ts';
import { days, decideShift, type ImportRun } from '../import/shift.ts';
import { type CommandOutput, startProgress } from './progress.ts';

/** What an import needs of the service. */
export interface ImportPorts extends CommandOutput {
  readonly append: AppendActivities;
  /** What was kept of an earlier import of this source; undefined when there was none. */
  readImportRun(source: string): Promise<ImportRun | undefined>;
  /** Keeps or replaces it. The shift of a source never changes. */
  saveImportRun(run: ImportRun): Promise<void>;
  readonly clock: Clock;
}

/** How much a command says. */
export interface Verbosity {
  /** No progress; only the result and what was refused. */
  readonly silent?: boolean | undefined;
  /** The result as one JSON value. */
  readonly json?: boolean | undefined;
}

export interface ImportOptions extends Verbosity {
  readonly dir: string;
  /** True: move all times so that the newest is now; false: do not; undefined: do so when the data are historic. */
  readonly shiftToNow?: boolean | undefined;
}

/** Complaints shown one by one; the rest is counted. `--json` lists all. */
const SHOWN_FAULTS = 20;

export interface ImportResult extends LoadReport {
  readonly source: string;
  readonly shiftMs: number;
}

/**
 * Imports an LDBC SNB data set. Importing it again adds nothing; after an interruption it continues.
 *
 * @throws AppError `IMPORT_INVALID` when the folder or a file is not in the expected format; nothing is imported then.
 */
export async function importLdbcSnb(ports: ImportPorts, options: ImportOptions): Promise<ImportResult> {
  const startedAt = ports.clock.now();
  tell(ports, options, `Reading ${options.dir} …`);
  const data = await readLdbcSnb(options.dir);
  const kept = await ports.readImportRun(data.key);
  const shiftMs = decideShift({ kept, asked: options.shiftToNow, newest: data.newest, now: startedAt });
  const shift = shiftSentence(shiftMs, data.newest, kept !== undefined);
  tell(ports, options, shift);
  const report = await loadAs({ key: data.key, source: LDBC_SOURCE, shiftMs, kept }, data.activities, ports, options);
  const result = { source: data.key, shiftMs, ...report, faults: [...data.faults, ...report.faults] };
  if (options.json === true) {
    ports.out.write(`${JSON.stringify(result)}\n`);
  } else {
    showFaults(ports, result.faults);
    ports.out.write(`${summaryOf(result, ports.clock.now() - startedAt)} ${shift}\n`);
  }
  return result;
}

function shiftSentence(shiftMs: number, newest: number, decidedBefore: boolean): string {
  const newestDay = new Date(newest).toISOString().slice(0, 10);
  if (shiftMs === 0) {
    return `Times are those of the data, the newest of ${newestDay}.`;
  }
  const why = decidedBefore ? 'as in the first import' : 'so that the newest is now';
  return `Times are moved by ${days(shiftMs)} ${why}; the newest of the data is of ${newestDay}.`;
}

/** Loads activities and keeps what `import_run` says of it, before and after. */
export async function loadAs(
  run: {
    readonly key: string;
    readonly source: string;
    readonly shiftMs: number;
    readonly kept: ImportRun | undefined;
  },
  activities: Parameters<typeof load>[0] & { readonly length: number },
  ports: ImportPorts,
  options: Verbosity,
): Promise<LoadReport> {
  const { key, source, shiftMs, kept } = run;
  const startedAt = kept?.startedAt ?? ports.clock.now();
  // Before the first activity: whoever continues after an interruption must use the same shift.
  await ports.saveImportRun(kept ?? { source: key, shiftMs, startedAt, finishedAt: null, activities: 0 });
  const progress = startProgress({
    label: 'Importing',
    total: activities.length,
    silent: isQuiet(options),
    err: ports.err,
    clock: ports.clock,
  });
  const report = await load(activities, { source, shiftMs, onProgress: progress.update }, ports.append);
  progress.end();
  await ports.saveImportRun({
    source: key,
    shiftMs,
    startedAt,
    finishedAt: ports.clock.now(),
    activities: report.accepted + report.duplicate,
  });
  return report;
}

/** Says something on the way, unless only the result is wanted. */
export function tell(ports: CommandOutput, options: Verbosity, line: string): void {
  if (!isQuiet(options)) {
    ports.err.write(`${line}\n`);
  }
}

function isQuiet(options: Verbosity): boolean {
  return options.silent === true || options.json === true;
}

/** What was refused is said however quiet the command is to be: nothing is left out unnoticed. */
function showFaults(ports: CommandOutput, faults: readonly Fault[]): void {
  for (const fault of faults.slice(0, SHOWN_FAULTS)) {
    ports.err.write(`${lineOf(fault)}\n`);
  }
  if (faults.length > SHOWN_FAULTS) {
    ports.err.write(`… and ${count(faults.length - SHOWN_FAULTS, 'line')} more; --json lists them all.\n`);
  }
}

export function summaryOf(result: LoadReport, elapsedMs: number): string {
  const seconds = (elapsedMs / 1_000).toFixed(1);
  const parts = [
    `${count(result.accepted, 'activity', 'activities')} imported`,
    `${result.duplicate.toLocaleString('en')} known already`,
    ...(result.faults.length === 0 ? [] : [`${count(result.faults.length, 'complaint')} (above)`]),
  ];
  return `${parts.join(', ')}; the log is at position ${result.position.toLocaleString('en')}. Took ${seconds} s.`;
}

function lineOf(fault: Fault): string {
  return `${fault.file}${fault.line === null ? '' : `:${fault.line}`}: ${fault.message}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
