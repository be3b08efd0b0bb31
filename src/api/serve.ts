import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';

/** The service at its port. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets running requests end, and drops what is still open after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Listens; rejects when the port is taken. Port 0 picks a free one. */
export function listen(
  app: Pick<Parameters<typeof serve>[0], 'fetch'>,
  options: { readonly host: string; readonly port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
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
    const close = (graceMs: number): Promise<void> =>
      new Promise((done) => {
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
