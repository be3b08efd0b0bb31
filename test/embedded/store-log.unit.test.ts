import { closeSync, mkdtempSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boundLog, logSize, logTail, openLog } from '../../src/embedded/store-log.ts';

const MEBIBYTE = 1024 * 1024;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'activity-graph-log-'));
  file = path.join(folder, 'store.log');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a store that goes on writing after the cut writes at the new end', () => {
  const log = openLog(file);
  writeSync(log, 'x'.repeat(9 * MEBIBYTE));
  boundLog(file);
  writeSync(log, 'after\n');
  closeSync(log);
  expect(logSize(file)).toBe('after\n'.length);
  expect(statSync(`${file}.1`).size).toBe(9 * MEBIBYTE);
});

test('the tail of a start does not show what an earlier start wrote', () => {
  const log = openLog(file);
  writeSync(log, 'an old complaint\n');
  const from = logSize(file);
  writeSync(log, 'one\ntwo\nthree\n');
  closeSync(log);
  expect(logTail(file, from, 2)).toBe('two\nthree');
});
