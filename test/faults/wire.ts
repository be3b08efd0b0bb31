import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A wire to a store. Held still it is like a store that hangs, or a machine that has lost its power: nothing is refused
 * and nothing answered, and neither end hears that the other is gone.
 */
export interface Wire {
  readonly port: number;
  hold(): void;
  close(): void;
}

export async function openWire(to: string): Promise<Wire> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => void (held || other.destroy()));
      from.on('data', (data) => void (held || other.write(data)));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    hold() {
      held = true;
    },
    close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
    },
  };
}
