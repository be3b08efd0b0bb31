import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError } from '../../src/core/errors.ts';
import { settingsRevision } from '../../src/feed/rank/algorithm.ts';
import { algorithmNamed, DEFAULT_ALGORITHM, loadAlgorithms } from '../../src/feed/rank/algorithms.ts';

const shipped = JSON.parse(
  readFileSync(new URL('../../algorithms/activity_enhanced_v1.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'algorithms-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = () => loadAlgorithms(pathToFileURL(`${folder}/`));
function write(file: string, content: unknown): void {
  writeFileSync(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}
function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(isAppError(error)).toBe(true);
    return (error as Error).message;
  }
  throw new Error('Nothing was wrong');
}

describe('an algorithm', () => {
  it('is a file: adding one adds an algorithm', () => {
    write('mine.json', { ...shipped, name: 'mine', sources: { new: { most: 7 } } });
    write('activity_enhanced_v1.json', shipped);
    const known = load();
    expect([...known.keys()]).toEqual(['activity_enhanced_v1', 'mine']);
    expect(algorithmNamed('mine', known).sources).toEqual({ new: { most: 7 } });
  });

  it('that is unknown is refused with the names of those that exist', () => {
    expect(messageOf(() => algorithmNamed('nonsense'))).toContain(DEFAULT_ALGORITHM);
  });

  it('that cannot be read stops the start, with every fault of every file', () => {
    write('broken.json', '{ "name": ');
    write('other.json', shipped);
    write('wrong.json', {
      ...shipped,
      name: 'wrong',
      candidates: 5_000,
      sources: { gossip: { most: 1 } },
      rules: ['x'],
    });
    const message = messageOf(load);
    expect(message).toContain('algorithms/broken.json: is not JSON');
    expect(message).toContain('must be called activity_enhanced_v1.json');
    expect(message).toContain('→ at candidates');
    expect(message).toContain('gossip');
    expect(message).toContain('→ at rules[0]');
  });

  it('has another revision as soon as one number of it changes, or the settings of the person do', () => {
    const known = algorithmNamed(DEFAULT_ALGORITHM);
    const revision = settingsRevision(known, 'fold', { revision: 1 });
    expect(settingsRevision({ ...known }, 'fold', { revision: 1 })).toBe(revision);
    expect(settingsRevision({ ...known, candidates: 149 }, 'fold', { revision: 1 })).not.toBe(revision);
    expect(settingsRevision(known, 'fold', { revision: 2 })).not.toBe(revision);
  });
});
