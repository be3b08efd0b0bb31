import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT_VARIABLES, readConfig } from '../src/core/config.ts';
import { neo4jSettings } from '../src/embedded/neo4j-settings.ts';

const root = path.resolve(import.meta.dirname, '..');
const service = z.object({
  image: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }),
});
const composition = z
  .object({ services: z.object({ 'activity-graph': service, postgres: service, neo4j: service }) })
  .parse(parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')));
const { 'activity-graph': ours, postgres, neo4j } = composition.services;

/** What a server must set for the service, which cannot: how much a query may take, what it may reach, what stays of it. */
const BOUNDS = [
  'db.memory.transaction.max',
  'db.transaction.timeout',
  'db.lock.acquisition.timeout',
  'internal.dbms.cypher_ip_blocklist',
  'dbms.security.allow_csv_import_from_file_urls',
  'db.tx_log.rotation.size',
  'db.tx_log.rotation.retention_policy',
  'db.logs.query.enabled',
];

describe('docker-compose.yml', () => {
  test('gives the service only variables that it reads', () => {
    const unknown = Object.keys(ours.environment).filter(
      (name) => !ENVIRONMENT_VARIABLES.some((known) => known === name),
    );
    expect(unknown).toEqual([]);
  });

  test('passes every setting on, except of what cannot run in the image', () => {
    const passed = Object.keys(ours.environment);
    expect(ENVIRONMENT_VARIABLES.filter((name) => !passed.includes(name))).toEqual(['TUNE_FEED']);
  });

  test('gives Neo4j what the embedded one has, so that a query has the same bounds', () => {
    const given = new Map(
      Object.entries(neo4j.environment).map(([name, value]) => [
        name
          .replace(/^NEO4J_/, '')
          .replaceAll('__', '-')
          .replaceAll('_', '.')
          .replaceAll('-', '_'),
        value,
      ]),
    );
    const embedded = new Map(
      neo4jSettings('/home', 1)
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/) as [string, string]),
    );
    for (const name of BOUNDS) {
      expect(embedded.get(name)).toBeDefined();
      expect([name, given.get(name)]).toEqual([name, embedded.get(name)]);
    }
  });

  test('gives it a configuration that it accepts, with a secret from whoever starts it', () => {
    expect(ours.environment['AUTH_SECRET']).toMatch(/^\$\{AUTH_SECRET:\?.+\}$/);
    const config = readConfig(substitute(ours.environment, { AUTH_SECRET: 's'.repeat(32) }));
    expect(config).toMatchObject({
      host: '0.0.0.0',
      databaseUrl: 'postgres://activity_graph:activity-graph@postgres:5432/activity_graph',
      neo4j: { uri: 'neo4j://neo4j:7687', user: 'neo4j', password: 'activity-graph' },
    });
  });

  test('runs the official images with the password that the service has', () => {
    expect([postgres.image, neo4j.image]).toEqual(['postgres:18', 'neo4j:5.26-community']);
    expect(substitute(postgres.environment)).toMatchObject({
      POSTGRES_USER: 'activity_graph',
      POSTGRES_PASSWORD: 'activity-graph',
      POSTGRES_DB: 'activity_graph',
    });
    expect(substitute(neo4j.environment)).toMatchObject({ NEO4J_AUTH: 'neo4j/activity-graph' });
  });

  test('keeps what the stores write where their images write it', () => {
    expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
    expect(neo4j.volumes).toEqual(['neo4j:/data']);
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
  const ignored = readFileSync(path.join(root, '.dockerignore'), 'utf8');

  test('copies only what .dockerignore lets through', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    expect(copied.length).toBeGreaterThan(4);
    for (const name of copied) expect(ignored.split('\n')).toContain(`!${name}`);
  });

  test('runs the service as an ordinary user', () => {
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^ENTRYPOINT \["node", "--max-semi-space-size=64", "dist\/main.js"\]\nCMD \["serve"\]$/m);
  });
});

/** Fills in `${NAME:-default}` and `${NAME:?message}` as compose does. */
function substitute(values: Record<string, string>, given: Record<string, string> = {}): Record<string, string> {
  const fill = (text: string) =>
    text.replace(/\$\{(\w+):[-?]([^}]*)\}/g, (_, name: string, fallback: string) => given[name] ?? fallback);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
}
