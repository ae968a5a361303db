// The JUnit report of `leadpush smoke`, which a CI server collects: of a test, and of a call that ended before there was one.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Context } from '../../app/context.ts';
import { AtomicFile } from '../../output/atomic-file.ts';
import { type JunitStep, junitXml } from '../../output/junit.ts';
import { maskHint, maskMobiles } from '../../output/mask-phone.ts';
import { isOpenAlready } from '../../output/replaceable.ts';
import { firstLines } from '../../util/bounded.ts';
import { codeOf, messageOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import { whyUnwritten } from '../../util/write-error.ts';

/** @throws UsageError where it cannot be written, which is an error before a lead is sent */
export function openReport(path: string): Promise<AtomicFile> {
  return AtomicFile.open(path, '--junit', { through: true });
}

/** What was sent is reported in any case. @returns whether it could not be written */
export async function writeReport(
  junit: AtomicFile | null,
  target: string | null,
  steps: readonly JunitStep[],
  { stderr }: Pick<Context, 'stderr'>,
  properties: Readonly<Record<string, string | null>> = {},
): Promise<boolean> {
  try {
    const suite = `leadpush smoke${target === null ? '' : ` ${target}`}`;
    await junit?.write(junitXml(suite, steps, properties));
    await junit?.commit();
    return false;
  } catch (error) {
    await junit?.abort();
    stderr.write(`leadpush: the JUnit report could not be written: ${whyUnwritten(error)}.\n`);
    return true;
  }
}

/** What has become of the path of the report: whether it is known that nothing of the call's own is there. */
export interface ReportPlace {
  readonly path: string;
  /** It was compared with the configuration, its key files and the ledger. */
  checked: boolean;
}

/**
 * A job that collects the report would find none, or an old one that says "passed": it is told why there was no test.
 * @param error of the call, which stderr tells
 */
export async function reportRefusal(
  { path, checked }: ReportPlace,
  target: string | null,
  error: unknown,
  context: Pick<Context, 'stderr'>,
): Promise<void> {
  if (!checked && !isOpenAlready(path) && !isReportOrNothing(path)) return;
  const hint = error instanceof UsageError && error.hint !== null ? `\n${maskHint(error.hint)}` : '';
  // A CI server shows it to people, as a terminal does; "error: " is the parser's own beginning.
  const message = firstLines(`${maskMobiles(messageOf(error).replace(/^error: /, ''))}${hint}`);
  let junit: AtomicFile;
  try {
    junit = await openReport(path);
  } catch {
    // What is wrong with the path is the error itself, or is told by the next call.
    return;
  }
  await writeReport(junit, target, [{ name: 'prepare', status: 'error', durationMs: 0, message }], context);
}

/** Without its configuration, a call does not know which files are keys: only a report is replaced then. */
function isReportOrNothing(path: string): boolean {
  try {
    // A pipe would be waited for.
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(200);
      return /^(?:<\?xml[^>]*>\s*<testsuites?\b|$)/.test(
        head.subarray(0, readSync(file, head)).toString('latin1'),
      );
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}
