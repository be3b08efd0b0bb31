import { expect, test } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';

function shown(isTTY: boolean, silent = false, total = 1_000): { text: string } {
  const screen = { text: '' };
  const clock = { time: 0, now: () => clock.time };
  const err = {
    isTTY,
    write(text: string) {
      screen.text += text;
    },
  };
  const progress = startProgress({ label: 'Importing', total, silent, err, clock });
  for (let done = 1; done <= total; done += 1) {
    clock.time += 10;
    progress.update(done);
  }
  progress.end();
  return screen;
}

test('a terminal gets one line that is drawn anew, at most ten times a second, and ends full', () => {
  const { text } = shown(true);
  expect(text.split('\n')).toHaveLength(2);
  expect(text.split('\r').length - 1).toBeLessThanOrEqual(102);
  expect(text).toContain('████████████████████████████░░');
  expect(text.endsWith(`${'█'.repeat(30)} 100 % (1,000 of 1,000), 100 a second\u001b[K\n`)).toBe(true);
});

test('anything else gets a plain line for every tenth', () => {
  const lines = shown(false).text.trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[4]).toBe('Importing: 50 % (500 of 1,000), 100 a second');
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
});

test('silent, or without work, nothing is shown', () => {
  expect(shown(true, true).text).toBe('');
  expect(shown(false, true).text).toBe('');
  expect(shown(true, false, 0).text).toBe('');
});
