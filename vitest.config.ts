import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/cli/build-when-stale.ts'],
    // Properties of 3,000 cases take seconds on an idle machine, and CI's is not always idle.
    testTimeout: 120_000,
    pool: 'forks',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // AssemblyScript; and what runs in processes of its own (the command line, workers) counts as not run.
      exclude: ['src/backends/tfjs/kernels/assembly/**'],
      reporter: ['text-summary', 'html'],
      thresholds: { lines: 80, functions: 80 },
    },
  },
})
