import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{compiler,wire,runtimes,oracle,bench}/**/*.test.ts'],
    exclude: ['**/*.clients.test.ts', '**/node_modules/**'],
    globalSetup: ['oracle/native-postgres.setup.ts'],
    // real servers are started: two cores do not gain from more than two files at a time
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
