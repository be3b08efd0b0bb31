import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came through. */
interface Forwarded {
  readonly headers: IncomingHttpHeaders;
  /** What the service answered. */
  readonly status: number;
  readonly answer: unknown;
}

export interface Forwarding {
  readonly url: string;
  readonly requests: Forwarded[];
  /** So many answers from now on are lost: the service does its work, the sender is told 503. */
  loseAnswers(count: number): void;
  close(): Promise<void>;
}

/** A way to the service that may lose answers. */
export async function openForwarding(target: string): Promise<Forwarding> {
  const requests: Forwarded[] = [];
  let losing = 0;
  const server = createServer(async (request, response) => {
    const answer = await fetch(target + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: endToEnd(request.headers),
      body: new Uint8Array(await bytesOf(request)),
    });
    const text = await answer.text();
    requests.push({ headers: request.headers, status: answer.status, answer: JSON.parse(text) });
    if (losing > 0) {
      losing -= 1;
      response.writeHead(503).end();
    } else {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    loseAnswers(count) {
      losing = count;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string> {
  const { authorization, 'content-type': type, 'content-encoding': encoding } = headers;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
