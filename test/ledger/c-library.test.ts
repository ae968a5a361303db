// libsql is told which C library there is without a report of the whole process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withShortReport } from '../../src/ledger/sqlite/c-library.ts';

/** As libsql asks. */
const { currentTarget }: { readonly currentTarget: () => string } = createRequire(
  createRequire(import.meta.url).resolve('libsql'),
)('@neon-rs/load');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-program-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(process.platform === 'linux')('the C library', () => {
  const { arch } = process;
  it.each([
    ['of glibc', '\u007fELF\0\0/lib64/ld-linux-x86-64.so.2\0', `linux-${arch}-gnu`, true],
    ['of musl', '\u007fELF\0\0/lib/ld-musl-aarch64.so.1\0', `linux-${arch}-musl`, true],
    ['that only the report tells', '\u007fELF\0\0', currentTarget(), false],
    ['of a program that cannot be read', null, currentTarget(), false],
  ])('%s', (name, head, target, short) => {
    const program = join(folder, name);
    if (head !== null) writeFileSync(program, head);
    const whole = process.report.getReport;
    const [found, replaced] = withShortReport(
      () => [currentTarget(), process.report.getReport !== whole] as const,
      program,
    );
    expect({ found, replaced }).toEqual({ found: target, replaced: short });
    expect(process.report.getReport).toBe(whole);
  });

  it('of the Node that runs is what its report says, and the report is whole again after an error', () => {
    const whole = process.report.getReport;
    expect(withShortReport(currentTarget)).toBe(currentTarget());
    expect(() =>
      withShortReport(() => {
        throw new Error('not installed');
      }),
    ).toThrow('not installed');
    expect(process.report.getReport).toBe(whole);
  });
});
