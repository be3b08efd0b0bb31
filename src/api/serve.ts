import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { serve } from '@hono/node-server';
import { AppError } from '../core/errors.ts';
import { problemOf } from './problem.ts';

/** The service at its port. */
export interface Listening {
  readonly port: number;
  /**
   * Takes no new connections, lets running requests end, and drops what is still open after `graceMs`. Streams of events
   * are cut off at once: their clients come again, here or elsewhere, while one that ended would be over for them.
   */
  close(graceMs: number): Promise<void>;
}

/** Listens; rejects when the port is taken. Port 0 picks a free one. */
export function listen(
  app: Pick<Parameters<typeof serve>[0], 'fetch'>,
  options: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const answers = answersOf(app.fetch);
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: answers.fetch,
        hostname: options.host,
        port: options.port,
        // A client that sends its request drop by drop must not hold a connection for ever.
        serverOptions: { requestTimeout: 60_000, headersTimeout: 10_000 },
      },
      (address: AddressInfo) => {
        server.off('error', reject);
        resolve({ port: address.port, close: (graceMs) => close(graceMs) });
      },
    );
    server.once('error', reject);
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => void answerBroken(error, socket));
    const close = (graceMs: number): Promise<void> =>
      new Promise((done) => {
        answers.endStreams();
        const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(force);
          done();
        });
        if ('closeIdleConnections' in server) {
          server.closeIdleConnections();
        }
      });
  });
}

type Fetch = Parameters<typeof serve>[0]['fetch'];

/** Answers requests, and knows which answers are streams that nobody ends. */
function answersOf(answer: Fetch): { readonly fetch: Fetch; endStreams(): void } {
  const streams = new Set<Writable>();
  let ending = false;
  const keep = (stream: Writable): void => {
    // A client may have gone before there was an answer, and says so once.
    if (stream.destroyed) {
      return;
    }
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  };
  return {
    async fetch(request, env) {
      const response = (await answer(request, env)) as Response;
      if (ending) {
        // Or else a client that asks again and again over one connection is waited for.
        response.headers.set('connection', 'close');
      }
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
        (ending ? destroy : keep)(env.outgoing);
      }
      return response;
    },
    endStreams() {
      ending = true;
      streams.forEach(destroy);
    },
  };
}

function destroy(stream: Writable): void {
  stream.destroy();
}

/** Answers what is no request of HTTP, or none that may be read to its end, in the form of all other errors. */
async function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): Promise<void> {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { code, status, message: detail, remedy } = brokenBecause(error.code);
  const answer = problemOf({ code, status, detail, remedy, id: undefined, retryAfterSeconds: undefined });
  const body = await answer.text();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...[...answer.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function brokenBecause(code: string | undefined): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('HEADERS_TOO_LARGE', 'The path, the parameters and the headers have more than 16 kB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('REQUEST_TIMEOUT', 'The request was not complete in time.');
    default:
      return new AppError('REQUEST_MALFORMED', 'This is no request of HTTP/1.1.');
  }
}
