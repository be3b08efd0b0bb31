import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives everyone the CommonJS build of graphql; Vite would give our files another copy, whose classes differ.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/stores.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine is slow, not wrong: what is waited for is a condition, and its deadline only ends a test that hangs.
    expect: { poll: { timeout: 20_000, interval: 25 } },
    // Two cores, and one Neo4j for everyone: more workers only wait for each other.
    maxWorkers: 2,
    reporters: process.env['CI'] === 'true' ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/results.json' },
  },
});
