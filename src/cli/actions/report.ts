// `leadpush report RUN --html FILE`: one run as a page that needs nothing but a browser.

import type { Context } from '../../app/context.ts';
import { resolveRun } from '../../app/resolve-run.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AtomicFile } from '../../output/atomic-file.ts';
import { reportData } from '../../output/report/data.ts';
import { reportPage } from '../../output/report/page.ts';
import { UsageError } from '../../util/usage-error.ts';
import { whyUnwritten } from '../../util/write-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { withLedger } from './with-ledger.ts';

interface ReportOptions {
  readonly run: string;
  readonly html: string | null;
  /** `--ledger`, which the page must not replace. */
  readonly ledger: string | null;
  readonly showPii: boolean;
}

/** @returns the exit status */
export function reportAction(run: string, flags: Flags, context: Context): Promise<number> {
  const options: ReportOptions = {
    run,
    html: text(flags, 'html'),
    ledger: text(flags, 'ledger'),
    showPii: isSet(flags, 'showPii'),
  };
  return withLedger(flags, context, 'read', (ledger) => reportCommand(options, context, ledger));
}

/** @returns 0, or 1 where the disk is full @throws UsageError where no single run is meant, or the file cannot be made */
async function reportCommand(options: ReportOptions, context: Context, ledger: Ledger): Promise<number> {
  if (options.html === null) {
    throw new UsageError(
      '--html is missing: name the file to write.',
      `For example: leadpush report ${options.run} --html report.html`,
    );
  }
  checkResultPaths(
    [{ what: '--html', path: options.html, through: true }],
    { inputs: [], config: null, ledger: options.ledger },
    context,
  );
  const run = await resolveRun(ledger, options.run);
  const data = await reportData(run, ledger.results(run.id), !options.showPii);
  const file = await AtomicFile.open(options.html, '--html', { through: true });
  try {
    await file.write(reportPage(data));
    await file.commit();
  } catch (error) {
    await file.abort();
    context.stderr.write(`leadpush: ${options.html} could not be written: ${whyUnwritten(error)}.\n`);
    return 1;
  }
  context.stderr.write(
    `Wrote ${options.html}: ${counted(data.total, 'result')}, ${counted(data.rowsTotal, 'row')} that ${data.rowsTotal === 1 ? 'needs' : 'need'} attention. Open it in a browser.\n`,
  );
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
