import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/cli/build-when-stale.ts'],
    testTimeout: 30_000,
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
