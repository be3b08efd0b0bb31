import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Role } from '../../src/api/auth.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { type App, type OpenedApi, openApi, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { bearer, NOW, SECRET } from '../api/fixture.ts';
import { useGraph, usePostgres } from './stores.ts';

/** Every part of the service over real stores, asked without a port. */
export interface Opened {
  app: App;
  api: OpenedApi;
  /** The time of its clock; a test may set it. */
  now: number;
  /** Sends a request as somebody; a body goes as JSON. */
  ask(who: string, role: Role, request: string, body?: unknown): Promise<Answer>;
  /** Waits until the graph has a position. */
  reach(position: number | null | undefined): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is any JSON, and tests say what they expect of it
  readonly json: any;
}

export function useApi(environment: Readonly<Record<string, string>> = {}): Opened {
  const postgres = usePostgres();
  useGraph();
  const opened: Opened = {
    app: undefined as unknown as App,
    api: undefined as unknown as OpenedApi,
    now: NOW,
    async ask(who, role, request, body) {
      const [method = '', route = ''] = request.split(' ');
      const headers = { 'content-type': 'application/json', ...(await bearer(who, role)) };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await opened.api.handler.request(route, { method, headers, ...sent });
      const text = await answer.text();
      const isJson = /\/(problem\+)?json/u.test(answer.headers.get('content-type') ?? '');
      return { status: answer.status, headers: answer.headers, json: isJson ? JSON.parse(text) : text };
    },
    async reach(position) {
      if (!(await opened.app.projector.waitFor(position ?? 0, 20_000))) {
        throw new Error(`The graph did not reach ${position}`);
      }
    },
  };
  let dataDir = '';
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-api-'));
    const config = readConfig({ DATA_DIR: dataDir, AUTH_SECRET: SECRET, ...environment });
    const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
    const clock = { now: () => opened.now };
    opened.app = await openApp({ config, addresses, logger: pino({ level: 'silent' }), clock });
    opened.api = await openApi(opened.app, addresses);
    opened.app.projector.start();
  });
  afterAll(async () => {
    await opened.api.close();
    await opened.app.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return opened;
}

/** The same behind a port of this machine. */
export function useServer(opened: Opened): { readonly port: number } {
  let server: Listening;
  beforeAll(async () => {
    server = await listen(opened.api.handler, { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close(1_000));
  return {
    get port() {
      return server.port;
    },
  };
}
