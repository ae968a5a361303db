// The tests that `npm test` leaves out because of the time they take: see files.ts.
import { defineConfig } from 'vitest/config';
import base from '../vitest.config.ts';
import { WIDE } from './files.ts';

export default defineConfig({ ...base, test: { ...base.test, include: [...WIDE], exclude: [] } });
