// The run that a person means by the first characters of its id.

import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { shortTime } from '../output/short-time.ts';
import { UsageError } from '../util/usage-error.ts';

const MAX_LISTED = 5;

/** @throws UsageError with the possible runs, if none or several fit */
export async function resolveRun(ledger: Ledger, prefix: string): Promise<RunRow> {
  const found = prefix.trim() === '' ? [] : await ledger.findRuns(prefix);
  const [run, ...others] = found;
  if (run !== undefined && others.length === 0) return run;
  if (run !== undefined) {
    throw new UsageError(
      `"${prefix}" matches ${found.length} runs.`,
      `Give more characters of the id: ${listed(found)}.`,
    );
  }
  const newest = await ledger.runs();
  throw new UsageError(
    `No run "${prefix}" in this ledger.`,
    newest.length === 0
      ? 'It has no runs; --ledger FILE names another.'
      : `The newest are ${listed(newest)}. \`leadpush runs\` lists them all.`,
  );
}

function listed(runs: readonly RunRow[]): string {
  const names = runs.slice(0, MAX_LISTED).map((run) => `${run.id} (${shortTime(run.startedAt)})`);
  return runs.length > MAX_LISTED ? `${names.join(', ')} …` : names.join(', ');
}
