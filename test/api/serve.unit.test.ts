import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { problemSchema } from '../../src/api/rest/answers.ts';
import { listen } from '../../src/api/serve.ts';

test.each([
  ['a request of 20 kB in its path', `GET /feed/?cursor=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ['what is no HTTP at all', 'HELLO\r\n\r\n', 400],
])('%s is answered as every other error is', async (_case, sent, status) => {
  const server = await listen({ fetch: () => new Response('fine') }, { host: '127.0.0.1', port: 0 });
  try {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(sent);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('content-type: application/problem+json');
    expect(problemSchema.parse(JSON.parse(body)).status).toBe(status);
  } finally {
    await server.close(100);
  }
});
