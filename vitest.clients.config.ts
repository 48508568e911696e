import { defineConfig } from 'vitest/config'

/** Suites that need programs from outside of npm; each says what to install. */
export default defineConfig({
  test: {
    include: ['{wire,runtimes}/**/*.clients.test.ts'],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
