import type { Client, Connection, Submittable } from 'pg';

const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
/** With an empty message. */
const COPY_FAIL = Buffer.from([0x66, 0, 0, 0, 5, 0]);
const HEADER_BYTES = 5;

/** Statements under way that are run at once, some of which are COPY … FROM STDIN and take lines. */
export interface CopyIn {
  /** Hands lines to the COPY whose turn it is; Postgres takes them in while the next ones are made. */
  write(lines: string): void;
  /** Ends the lines of this COPY; the next ones are for the statement after it. */
  next(): void;
  /** Gives everything up; `done` then rejects. */
  fail(): void;
  /** Settles when Postgres has run everything, or nothing after the first error. */
  readonly done: Promise<void>;
}

/**
 * Sends several statements and the lines of all their COPYs in one go, without waiting for Postgres to ask for them:
 * one round trip, however many tables. After an error Postgres ignores the lines that still come, as the protocol has
 * it. The text is ours, never input.
 *
 * `done` rejects with what the driver says; it must be awaited.
 *
 * @param options.atOnce - all lines are handed over in this turn of the event loop: they go out together, with one system
 *   call. Of lines that are made meanwhile Postgres gets each as soon as it is handed over.
 */
export function copyIn(client: Client, text: string, { atOnce = false } = {}): CopyIn {
  let connection: Connection | undefined;
  let failed = false;
  const early: Buffer[] = [];
  let settle = { resolve: (): void => undefined, reject: (_: unknown): void => undefined };
  const done = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who awaits it later must not be too late.
  done.catch(() => undefined);

  const send = (bytes: Buffer): void => {
    if (connection === undefined) {
      early.push(bytes);
    } else if (!failed) {
      connection.stream.write(bytes);
    }
  };
  // The hooks by which the driver hands messages to the query that is its turn.
  const query: Submittable & Record<string, unknown> = {
    submit(opened: Connection) {
      connection = opened;
      if (atOnce) {
        opened.stream.cork();
        process.nextTick(() => opened.stream.uncork());
      }
      opened.query(text);
      early.splice(0).forEach(send);
    },
    handleCopyInResponse: () => undefined,
    handleCommandComplete: () => undefined,
    handleRowDescription: () => undefined,
    handleDataRow: () => undefined,
    handleEmptyQuery: () => undefined,
    handleReadyForQuery: () => settle.resolve(),
    handleError(error: unknown) {
      failed = true;
      settle.reject(error);
    },
  };
  client.query(query);
  return { write: (lines) => send(copyData(lines)), next: () => send(COPY_DONE), fail: () => send(COPY_FAIL), done };
}

function copyData(lines: string): Buffer {
  const length = Buffer.byteLength(lines);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + length);
  bytes[0] = COPY_DATA;
  // The length counts itself, but not the letter before it.
  bytes.writeUInt32BE(length + HEADER_BYTES - 1, 1);
  bytes.write(lines, HEADER_BYTES);
  return bytes;
}
