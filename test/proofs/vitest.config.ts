// The long proofs: kill -9, faults, races, floods, and the fuzz at full length. `npm run test:proofs`; CI runs them once.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { LEADPUSH_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/proofs/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/fixed-chance.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Each measures or races something: they would disturb each other.
    fileParallelism: false,
  },
});
