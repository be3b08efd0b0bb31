import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** How deep causes are followed. */
const MAX_CAUSES = 5;

/** Structured JSON lines on stderr, so that a command's stdout stays what the command was asked to print. */
export function createLogger(level: string, destination: pino.DestinationStream = pino.destination(2)): Logger {
  const serializers = { err: describeError };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers }, destination);
}

/**
 * What a line of the log says of an error: a closed list. The errors of database drivers carry rows, parameters and
 * queries in further fields (`detail`, `where`, `parameters` …); people's data must not get into log files that way.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const { name, message, stack } = error;
  const known: Record<string, unknown> = { type: name, message, stack };
  for (const field of ['code', 'constraint', 'table', 'column', 'severity', 'syscall', 'address', 'port'] as const) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string' || typeof value === 'number') {
      known[field] = value;
    }
  }
  if (error.cause !== undefined && depth < MAX_CAUSES) {
    known['cause'] = describeError(error.cause, depth + 1);
  }
  return known;
}
