import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const src = path.join(root, 'src');

/** Which folders of src a folder may import. What is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  // Types only, so that nothing of the service comes along into browsers; test/client measures it.
  client: ['activity'],
  activity: ['core'],
  log: ['activity', 'core'],
  graph: ['activity', 'core'],
  embedded: ['core'],
  ingest: ['log', 'graph', 'activity', 'core'],
  signals: ['log', 'graph', 'activity', 'core'],
  feed: ['log', 'graph', 'activity', 'core'],
  experiments: ['log', 'activity', 'core'],
  privacy: ['log', 'graph', 'activity', 'core'],
  live: ['log', 'activity', 'core'],
  import: ['activity', 'core'],
  jobs: ['ingest', 'signals', 'feed', 'experiments', 'privacy', 'log', 'graph', 'activity', 'core'],
  api: ['ingest', 'signals', 'feed', 'experiments', 'privacy', 'live', 'jobs', 'log', 'graph', 'activity', 'core'],
};
/** The places that put everything together. */
const KNOWS_ALL = new Set(['main.ts', 'app.ts', 'feed-parts.ts', 'cli', 'bench', 'evaluation']);

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(path.join(src, file), 'utf8') }));

function folderOf(file: string): string {
  return file.split(path.sep)[0] ?? file;
}

function importsOf(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/gu)].map(
    ([, specifier]) => specifier ?? '',
  );
  return specifiers.map((specifier) => folderOf(path.relative(src, path.resolve(src, path.dirname(file), specifier))));
}

describe('the layout', () => {
  it('knows every folder of src', () => {
    const folders = new Set(sources.map(({ file }) => folderOf(file)));
    expect([...folders].filter((folder) => !(folder in MAY_IMPORT) && !KNOWS_ALL.has(folder))).toEqual([]);
  });

  it('lets imports go one way only: main → app → api, cli, jobs → features → log, graph → activity → core', () => {
    const wrong = sources
      .filter(({ file }) => !KNOWS_ALL.has(folderOf(file)))
      .flatMap(({ file, text }) => {
        const own = folderOf(file);
        const allowed = MAY_IMPORT[own] ?? [];
        return importsOf(file, text)
          .filter((folder) => folder !== own && !allowed.includes(folder))
          .map((folder) => `src/${file} imports src/${folder}; let app.ts hand it in as an argument instead`);
      });
    expect(wrong).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const wrong = sources
      .filter(({ file, text }) => text.includes('process.env') && file !== 'main.ts' && folderOf(file) !== 'embedded')
      .map(({ file }) => `src/${file} reads process.env; add the variable to src/core/config.ts and take a Config`);
    expect(wrong).toEqual([]);
  });

  it('keeps Cypher in cypher/', () => {
    const wrong = sources
      .filter(({ text }) => /\b(MATCH|MERGE|UNWIND) ?[($]/u.test(text))
      .map(({ file }) => `src/${file} holds Cypher; move it to cypher/ and declare it with defineQuery`);
    expect(wrong).toEqual([]);
  });

  it('keeps files short enough to hold one idea', () => {
    const wrong = sources
      .map(({ file, text }) => ({ file, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > 400)
      .map(({ file, lines }) => `src/${file} has ${lines} lines; split it by idea`);
    expect(wrong).toEqual([]);
  });

  it('says in its documents only what is there', () => {
    const documents = ['README.md', 'docs/ARCHITECTURE.md'].map((file) => ({
      file,
      text: readFileSync(path.join(root, file), 'utf8'),
    }));
    const wrong = documents.flatMap(({ file, text }) => [
      ...[...text.matchAll(/`((?:src|cypher|docs|test|migrations)\/[\w./-]*)`/gu)]
        .map(([, named]) => named ?? '')
        .filter((named) => !existsSync(path.join(root, named)))
        .map((named) => `${file} names ${named}, which is not there`),
      ...[...text.matchAll(/\]\(((?!https?:)[^)#]+)\)/gu)]
        .map(([, target]) => target ?? '')
        .filter((target) => !existsSync(path.resolve(root, path.dirname(file), target)))
        .map((target) => `${file} links to ${target}, which is not there`),
      ...(text.includes('@@') ? [`${file} is not finished`] : []),
    ]);
    expect(wrong).toEqual([]);
  });

  it('names no machine, person or package registry in tracked text', () => {
    const own = path.relative(root, import.meta.filename);
    const texts = ['README.md', 'pom.xml', 'package-lock.json', 'Dockerfile', 'docker-compose.yml', '.ci/run'];
    const wrong = texts
      .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
      .filter(
        ({ file, text }) =>
          file !== own && /"resolved": *"https?:|<(repository|mirror)>|--registry|\/(work|root)\//u.test(text),
      )
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });
});
