import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MAX_ID_LENGTH } from '../activity/reference.ts';
import { subjectSchema } from '../api/auth.ts';
import { BENCH_PARTS, type BenchPart } from '../bench/bench.ts';
import { ROLES, type Role } from '../core/caller.ts';
import { isAppError } from '../core/errors.ts';
import { HOLDOUTS } from '../evaluation/holdout.ts';
import { TUNED_ALGORITHM } from '../evaluation/tune-feed.ts';
import { DEFAULT_ALGORITHM } from '../feed/rank/algorithms.ts';
import { runBench } from './bench.ts';
import type { CommandContext } from './context.ts';
import { runErase } from './erase.ts';
import { type EvaluateOptions, runEvaluate } from './evaluate.ts';
import { type EvaluateTiesOptions, runEvaluateTies } from './evaluate-ties.ts';
import { runExport } from './export.ts';
import { runDemoCommand, runImportLdbc } from './import-commands.ts';
import { runInfo } from './info.ts';
import { jobHistoryCommand, listJobsCommand, runJobCommand } from './jobs.ts';
import { runMigrate } from './migrate.ts';
import { runPrune } from './prune.ts';
import { runRebuildGraph } from './rebuild-graph.ts';
import { runServe } from './serve.ts';
import { runToken } from './token.ts';
import { runTune, type TuneOptions } from './tune.ts';
import { runVerify } from './verify.ts';

/** Exit code for a command line that cannot be understood (BSD sysexits EX_USAGE). */
const USAGE = 64;
const UNEXPECTED = 70;
/** Longest validity of a token: ten years. */
const MAX_DAYS = 3_650;

/** Runs one command and returns its exit code. Failures are one sentence and what to do about it, on stderr. */
export async function runCommandLine(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  streams: Pick<CommandContext, 'out' | 'err'> = { out: process.stdout, err: process.stderr },
): Promise<number> {
  const context: CommandContext = { environment, ...streams };
  try {
    await program(context).parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : USAGE;
    }
    if (isAppError(error)) {
      context.err.write(`${error.code}: ${error.message}\n${error.remedy}\n`);
      return error.exitCode;
    }
    context.err.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return UNEXPECTED;
  }
}

function program(context: CommandContext): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const root = new Command('activity-graph')
    .description('Turns what people do in a product into fading edges in Neo4j and a ranked, explained feed.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.out.write(text), writeErr: (text) => context.err.write(text) });
  operations(root, context);
  data(root, context);
  graph(root, context);
  return root;
}

function operations(root: Command, context: CommandContext): void {
  root
    .command('serve')
    .description('run the service (with its own Postgres and Neo4j unless DATABASE_URL and NEO4J_URI are set)')
    .action(() => runServe(context));
  root
    .command('info')
    .description('show where the service and its stores are')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => runInfo(context, options));
  root
    .command('migrate')
    .description('bring both stores to the current schema')
    .action(() => runMigrate(context));
  root
    .command('token')
    .description('print a token for the API')
    .requiredOption('--user <id>', 'the person or program that it is for', subject)
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('user'))
    .option('--days <n>', `how long it is valid, at most ${MAX_DAYS}`, validity, 30)
    .action((options: { user: string; role: Role; days: number }) => runToken(context, options));
  root
    .command('bench')
    .description('measure this machine against raw Postgres and hand-written Cypher, in throwaway stores')
    .option(
      '--edges <n>',
      'engagements of the largest made-up graph; smaller ones are measured first',
      positive,
      100_000,
    )
    .option('--keep <dir>', 'keep that graph there; a next run measures it without making it again')
    .addOption(new Option('--only <part>', 'one part of it').choices(BENCH_PARTS))
    .option('--json', 'as JSON')
    .action((options: { edges: number; keep?: string; only?: BenchPart; json?: boolean }) =>
      runBench(context, options),
    );
  root
    .command('evaluate-ties')
    .description('measure how well ties foretell whom people write to, in throwaway stores, beside simpler methods')
    .requiredOption('--messages <file>', 'who wrote to whom and when: from, to, unix seconds; by spaces')
    .option('--share <share>', 'how much of it is known', between0And1, 0.8)
    .addOption(
      new Option('--by <what>', 'a share of the time or of the number').choices(['time', 'count']).default('time'),
    )
    .option('--json', 'as JSON')
    .action((options: EvaluateTiesOptions) => runEvaluateTies(context, options));
  root
    .command('evaluate')
    .description('judge the feed on a data set, through the real path in throwaway stores, beside baselines')
    .requiredOption('--train <file>', 'what people took: person, item, timestamp in seconds, optional weight; by tabs')
    .requiredOption('--test <file>', 'what they took later, in the same form')
    .option('--friends <file>', 'who knows whom: person, person; by tabs')
    .option('--algorithm <name>', 'the feed algorithm to judge', DEFAULT_ALGORITHM)
    .addOption(
      new Option('--rules <which>', "the algorithm's rules, or only not what was taken")
        .choices(['on', 'off'])
        .default('off'),
    )
    .option('--tune', "choose the algorithm's numbers on a part of the training first")
    .addOption(new Option('--hold-out <part>', 'what of the training to choose by').choices(HOLDOUTS))
    .option('--out <file>', 'where the lists go, one {"user", "items"} a line')
    .option('--silent', 'say only the result')
    .option('--json', 'the result as JSON')
    .action((options: EvaluateOptions) => runEvaluate(context, options));
  root
    .command('tune')
    .description("choose a feed algorithm's numbers by replaying what people did, in throwaway stores")
    .option('--algorithm <name>', 'the feed algorithm', TUNED_ALGORITHM)
    .option('--dry-run', 'say what would be chosen, and change nothing')
    .option('--silent', 'say only the result')
    .option('--json', 'the result as JSON')
    .action((options: TuneOptions) => runTune(context, options));
}

function data(root: Command, context: CommandContext): void {
  const imports = root.command('import').description('bring in data of other systems');
  imports
    .command('ldbc-snb <dir>')
    .description('LDBC Social Network Benchmark, CSV with update streams')
    .addOption(
      new Option(
        '--shift-to-now',
        'move all times so that the newest is now (the default for historic data)',
      ).conflicts('shift'),
    )
    .option('--no-shift', 'keep the times of the data')
    .option('--silent', 'say only what was refused, and the result')
    .option('--json', 'the result as JSON')
    .action((dir: string, options: { shiftToNow?: boolean; shift: boolean; silent?: boolean; json?: boolean }) => {
      const shiftToNow = options.shiftToNow ?? (options.shift ? undefined : false);
      return runImportLdbc(context, { dir, shiftToNow, silent: options.silent, json: options.json });
    });
  root
    .command('demo')
    .description('make a community up, import it, and show three feeds')
    .option('--seed <n>', 'another seed is another community', positive)
    .addOption(new Option('--size <size>', 'how large').choices(['small', 'large']))
    .option('--people <n>', 'how many people', positive)
    .option('--days <n>', 'over how many days', positive)
    .option('--activities <n>', 'how many activities, about', positive)
    .option('--silent', 'say only the result')
    .option('--json', 'the result as JSON')
    .action((options) => runDemoCommand(context, options));
  root
    .command('erase <user>')
    .description('erase a person from every store, with their content, for ever')
    .option('--json', 'as JSON')
    .action((user: string, options: { json?: boolean }) => runErase(context, { ...options, user: subject(user) }));
  root
    .command('export <user>')
    .description('print everything that the stores hold about a person, one JSON object a line')
    .action((user: string) => runExport(context, { user: subject(user) }));
  root
    .command('prune')
    .description('let old months of the audit tables go; the log and the graph stay')
    .option('--days <n>', 'older than so many days, and not PRUNE_AFTER_DAYS', positive)
    .option('--json', 'as JSON')
    .action((options: { days?: number; json?: boolean }) => runPrune(context, options));
  root
    .command('verify')
    .description('recompute the commitments and the chain of the log')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => runVerify(context, options));
}

function graph(root: Command, context: CommandContext): void {
  root
    .command('rebuild-graph')
    .description('fold the graph anew from the log')
    .option('--check', 'change nothing: compare the graph with what the log folds to')
    .option('--silent', 'say only the result')
    .option('--json', 'the result as JSON')
    .action((options: { check?: boolean; silent?: boolean; json?: boolean }) => runRebuildGraph(context, options));
  const jobs = root.command('jobs').description('what runs by the clock');
  jobs
    .command('list')
    .description('the jobs, when they run, and their last run')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => listJobsCommand(context, options));
  jobs
    .command('run <name>')
    .description('run a job now')
    .option('--json', 'the result as JSON')
    .action((name: string, options: { json?: boolean }) => runJobCommand(context, name, options));
  jobs
    .command('history')
    .description('the last runs, newest first')
    .option('--job <name>', 'of this job only')
    .option('--limit <n>', 'how many', positive, 20)
    .option('--json', 'as JSON')
    .action((options: { job?: string; limit: number; json?: boolean }) => jobHistoryCommand(context, options));
}

function subject(text: string): string {
  if (!subjectSchema.safeParse(text).success) {
    throw new InvalidArgumentError(
      `It must have 1 to ${MAX_ID_LENGTH} characters, no control characters, and no space at either end.`,
    );
  }
  return text;
}

function validity(text: string): number {
  const days = positive(text);
  if (days > MAX_DAYS) {
    throw new InvalidArgumentError(`It must be at most ${MAX_DAYS}.`);
  }
  return days;
}

function between0And1(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 1)) {
    throw new InvalidArgumentError('It must be between 0 and 1.');
  }
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return number;
}
