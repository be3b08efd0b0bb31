import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives everyone the CommonJS build of graphql; Vite would give our files another copy, whose classes differ.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/stores.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores, and one Neo4j for everyone: more workers only wait for each other.
    maxWorkers: 2,
    reporters: process.env['CI'] === 'true' ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/results.json' },
  },
});
