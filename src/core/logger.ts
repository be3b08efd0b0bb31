import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Structured JSON lines on stderr, so that a command's stdout stays what the command was asked to print. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
