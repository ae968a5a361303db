// `leadpush report RUN --html FILE`: one run as a page that needs nothing but a browser.

import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { openPage } from '../../app/open-page.ts';
import { isSmokeTest, resolveRun } from '../../app/resolve-run.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { resultsNow } from '../../app/retried.ts';
import { runHistory } from '../../app/run-history.ts';
import { type GivenPlaces, placesOfRun } from '../../app/run-places.ts';
import { withOwnAdvice } from '../../app/stored-advice.ts';
import { unknownOptionFor } from '../../app/unknown-option.ts';
import type { Config } from '../../config/configuration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AtomicFile } from '../../output/atomic-file.ts';
import { joinPlaces } from '../../output/next-commands.ts';
import { reportData } from '../../output/report/data.ts';
import { REPORT_PAGE, reportPage } from '../../output/report/page.ts';
import { counted } from '../../util/counted.ts';
import { userFolders } from '../../util/user-folders.ts';
import { whyUnwritten } from '../../util/write-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { placesOf } from '../follow-up.ts';
import { withLedger } from './with-ledger.ts';

interface ReportOptions {
  /** Null: the newest. */
  readonly run: string | null;
  readonly html: string | null;
  /** `--config` and `--ledger`; the page must not replace the ledger. */
  readonly given: GivenPlaces;
  /** The same, for the commands that the page proposes. */
  readonly places: readonly string[];
  readonly showPii: boolean;
  /** Its zone is that of the times in the page. */
  readonly config: Config;
  /** Shows it in a browser. */
  readonly open: boolean;
}

/** @returns the exit status */
export async function reportAction(run: string | null, flags: Flags, context: Context): Promise<number> {
  const config = await configurationOf(text(flags, 'config'), context);
  const options: ReportOptions = {
    run,
    html: text(flags, 'html'),
    given: { config: text(flags, 'config'), ledger: text(flags, 'ledger') },
    places: placesOf(flags, context),
    showPii: isSet(flags, 'showPii'),
    config,
    open: isSet(flags, 'open'),
  };
  return withLedger(flags, context, 'read', (ledger) => reportCommand(options, context, ledger));
}

/** @returns 0, or 1 where the disk is full @throws UsageError where no single run is meant, or the file cannot be made */
async function reportCommand(options: ReportOptions, context: Context, ledger: Ledger): Promise<number> {
  const run = await resolveRun(
    ledger,
    options.run,
    { name: 'report', places: options.places, config: options.config.path },
    context,
  );
  const html = options.html ?? `leadpush-${run.id}.html`;
  checkResultPaths(
    [{ what: '--html', path: html, through: true, alike: REPORT_PAGE }],
    { inputs: [], config: null, ledger: options.given.ledger },
    context,
  );
  const places = joinPlaces(options.places, await placesOfRun(run, options.given, context));
  const history = await runHistory(ledger, run);
  const results = withOwnAdvice(resultsNow(ledger, run), run, places);
  const data = await reportData(run, results, !options.showPii, history);
  const unknownAt = data.targets.filter(({ counts }) => counts.unknown > 0).map(({ name }) => name);
  const unknown = unknownOptionFor(unknownAt, options.config);
  const isTest = await isSmokeTest(ledger, run);
  const file = await AtomicFile.open(html, '--html', { through: true });
  try {
    await file.write(reportPage(data, options.config.timezone, places, unknown, isTest));
    await file.commit();
  } catch (error) {
    await file.abort();
    context.stderr.write(`leadpush: ${html} could not be written: ${whyUnwritten(error)}.\n`);
    return 1;
  }
  const failed = options.open ? await openPage(html, context, userFolders(context).platform) : null;
  const next =
    failed !== null
      ? `Open it in a browser (not opened: ${failed}).`
      : options.open
        ? ''
        : 'Open it in a browser.';
  const attention = `${counted(data.rowsTotal, 'row')} that ${data.rowsTotal === 1 ? 'needs' : 'need'} attention`;
  context.stderr.write(
    `Wrote ${html}: ${counted(data.total, 'result')}, ${attention}. ${next}`.trim().concat('\n'),
  );
  return 0;
}
