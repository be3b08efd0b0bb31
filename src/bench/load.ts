import { connect, type Socket } from 'node:net';

/** Requests that are sent to one path of a service on this machine, as fast as it answers. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  /** Each sends its next request when it has the answer to the last. */
  readonly connections: number;
  readonly bodies: readonly string[];
}

export interface Loaded {
  readonly ms: number;
  /** Milliseconds from request to answer, in the order of the answers. */
  readonly latencies: readonly number[];
  /** How many answers had each status of HTTP. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How many activities were answered as accepted. */
  readonly accepted: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const ACCEPTED = Buffer.from('"status":"accepted"');

/**
 * Sends all bodies over so many connections. Requests are made ready before the clock starts, and answers are looked
 * through after it stopped: two cores are shared with what is measured.
 */
export async function load({ port, path, token, connections, bodies }: Load): Promise<Loaded> {
  const requests = bodies.map((body) => requestOf(path, token, body));
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const answers: Buffer[] = [];
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const sent = performance.now();
        answers.push(await ask(socket, request));
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const ms = performance.now() - start;
  for (const socket of sockets) {
    socket.destroy();
  }
  const statuses: Record<string, number> = {};
  for (const answer of answers) {
    const status = answer.toString('latin1', 9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return { ms, latencies, statuses, accepted: answers.reduce((sum, answer) => sum + occurrences(answer), 0) };
}

function requestOf(path: string, token: string, body: string): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${bytes.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends one request and resolves with its whole answer, which says how long it is. */
function ask(socket: Socket, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let received = 0;
    let length = Number.POSITIVE_INFINITY;
    const end = (settle: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const onData = (part: Buffer): void => {
      parts.push(part);
      received += part.length;
      if (length === Number.POSITIVE_INFINITY) {
        length = lengthOf(Buffer.concat(parts)) ?? length;
      }
      if (received >= length) {
        end(() => resolve(Buffer.concat(parts)));
      }
    };
    const onError = (error: Error): void => end(() => reject(error));
    const onClose = (): void => end(() => reject(new Error('The service closed a connection')));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.write(request);
  });
}

/** Bytes of an answer with its head: of one that does not say, what came at once. Undefined while the head is not complete. */
function lengthOf(answer: Buffer): number | undefined {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd === -1) {
    return undefined;
  }
  const [, length] = /content-length: (\d+)/iu.exec(answer.toString('latin1', 0, headEnd)) ?? [];
  return length === undefined ? answer.length : headEnd + HEAD_END.length + Number(length);
}

function occurrences(answer: Buffer): number {
  let count = 0;
  for (let at = answer.indexOf(ACCEPTED); at !== -1; at = answer.indexOf(ACCEPTED, at + ACCEPTED.length)) {
    count += 1;
  }
  return count;
}
