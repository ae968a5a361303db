// `leadpush report RUN --html FILE`: one run as a page that needs nothing but a browser.

import type { Context } from '../../app/context.ts';
import { resolveRun } from '../../app/resolve-run.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { runHistory } from '../../app/run-history.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AtomicFile } from '../../output/atomic-file.ts';
import { reportData } from '../../output/report/data.ts';
import { reportPage } from '../../output/report/page.ts';
import { whyUnwritten } from '../../util/write-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { withLedger } from './with-ledger.ts';

interface ReportOptions {
  /** Null: the newest. */
  readonly run: string | null;
  readonly html: string | null;
  /** `--ledger`, which the page must not replace. */
  readonly ledger: string | null;
  readonly showPii: boolean;
}

/** @returns the exit status */
export function reportAction(run: string | null, flags: Flags, context: Context): Promise<number> {
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
  const run = await resolveRun(ledger, options.run, context);
  const html = options.html ?? `leadpush-${run.id}.html`;
  checkResultPaths(
    [{ what: '--html', path: html, through: true }],
    { inputs: [], config: null, ledger: options.ledger },
    context,
  );
  const history = await runHistory(ledger, run);
  const data = await reportData(run, ledger.results(run.id), !options.showPii, history);
  const file = await AtomicFile.open(html, '--html', { through: true });
  try {
    await file.write(reportPage(data));
    await file.commit();
  } catch (error) {
    await file.abort();
    context.stderr.write(`leadpush: ${html} could not be written: ${whyUnwritten(error)}.\n`);
    return 1;
  }
  context.stderr.write(
    `Wrote ${html}: ${counted(data.total, 'result')}, ${counted(data.rowsTotal, 'row')} that ${data.rowsTotal === 1 ? 'needs' : 'need'} attention. Open it in a browser.\n`,
  );
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
