// Unit tests read src/ directly; tests of the CLI run the built program in dist/ (see test/global-setup.ts).
import { defineConfig } from 'vitest/config';
import { WIDE } from './wide/files.ts';

export default defineConfig({
  define: { LEADPUSH_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: ['test/proofs/**', ...WIDE],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/fixed-chance.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // Most of the time goes to child processes that are waited for.
    maxWorkers: '100%',
  },
});
