import { defineConfig } from 'vitest/config';
import { TakeTurns } from './test/support/take-turns.ts';

const full = process.env['TEST_FULL'] === '1';

export default defineConfig({
  // Node gives everyone the CommonJS build of graphql; Vite would give our files another copy, whose classes differ.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // What takes more than a minute is for `npm run test:full`.
    include: [full ? 'test/**/*.full.*.test.ts' : 'test/**/*.test.ts'],
    exclude: full ? [] : ['test/**/*.full.*.test.ts'],
    globalSetup: ['test/support/stores.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine is slow, not wrong: what is waited for is a condition, and its deadline only ends a test that hangs.
    expect: { poll: { timeout: 20_000, interval: 25 } },
    // Two cores, and one Neo4j for everyone: more workers only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: TakeTurns },
    reporters: process.env['CI'] === 'true' ? ['default', 'json'] : ['default'],
    outputFile: { json: full ? 'coverage/results-full.json' : 'coverage/results.json' },
  },
});
