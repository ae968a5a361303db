// `leadpush show RUN`: what became of each lead of one run, as `send` told it.
import type { Ledger, RunRow, StoredResult } from '../delivery/ledger.ts';
import { STATUSES, type Status } from '../delivery/outcome.ts';
import { maskPhone } from '../output/mask-phone.ts';
import type { Context } from './context.ts';
import { findRun } from './find-run.ts';
import { countsOf, shortTime } from './runs.ts';

export interface ShowOptions {
  /** A run's id, or its first characters. */
  readonly run: string;
  readonly json: boolean;
  readonly showPii: boolean;
  /** Only these; null: all. */
  readonly statuses: readonly Status[] | null;
}

/** @returns 0, or 141 where the reader left @throws UsageError where no single run is meant */
export async function showCommand(options: ShowOptions, context: Context, ledger: Ledger): Promise<number> {
  const run = await findRun(ledger, options.run);
  try {
    await print(run, options, context, ledger);
    return 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 141;
    throw error;
  }
}

async function print(run: RunRow, options: ShowOptions, context: Context, ledger: Ledger): Promise<void> {
  const show = options.showPii ? (phone: string) => phone : maskPhone;
  for await (const page of ledger.results(run.id, options.statuses ?? undefined)) {
    const lines = page.map((result) => (options.json ? jsonLine(result) : humanLine(result, show)));
    await write(context, lines.map((line) => `${line}\n`).join(''));
  }
  if (options.json) await write(context, `${summaryJson(run)}\n`);
  else context.stderr.write(summaryText(run));
}

/** Waits where the reader is slower than the ledger, so that memory does not grow. */
function write({ stdout }: Context, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function jsonLine(result: StoredResult): string {
  const { run, file, record, line, target, provider, status, phone, leadId } = result;
  const { duplicateOf, errors, warnings, attempts, durationMs } = result;
  const head = { type: 'result', run, file, record, line, target, provider, status, phone, leadId };
  return JSON.stringify({ ...head, duplicateOf, errors, warnings, attempts, durationMs });
}

function summaryJson(run: RunRow): string {
  const { summary, targets } = run;
  const counts = countsOf(run);
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return JSON.stringify({
    type: 'summary',
    run: run.id,
    records: summary?.records ?? Math.ceil(total / Math.max(1, targets.length)),
    ...counts,
    durationMs: summary?.durationMs ?? null,
    state: run.state,
    ...(summary?.interrupted ? { interrupted: true } : {}),
  });
}

function humanLine(result: StoredResult, show: (phone: string) => string): string {
  const { file, record, line, status, phone, name, leadId, errors, target } = result;
  const where = file === null ? 'flags' : `${file}:${line ?? record}`;
  const who = [phone === null ? null : show(phone), name].filter((text) => text !== null).join(' ');
  const why = errors.map(({ code, message }) => `${code}: ${message}`).join(' ');
  return [where, status.padEnd(9), target, who, leadId ?? '', why].filter((text) => text !== '').join('  ');
}

function summaryText(run: RunRow): string {
  const counts = countsOf(run);
  const parts = STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${counts[status]} ${status}`,
  );
  const how =
    run.state === 'ended'
      ? `ended with exit status ${run.exitStatus ?? '?'}`
      : run.state === 'running'
        ? 'goes on'
        : 'did not end by itself';
  const lines = [
    `Run ${run.id} of ${shortTime(run.startedAt)} ${how}: ${parts.length === 0 ? 'no results' : parts.join(', ')}.`,
    run.purgedAt ? `Its people were forgotten on ${shortTime(run.purgedAt)}.` : null,
    !run.purgedAt && (run.state === 'died' || counts.failed > 0)
      ? `Next: leadpush retry ${run.id}${counts.failed > 0 ? '' : '   (what was in flight)'}`
      : null,
    !run.purgedAt && counts.unknown > 0
      ? `Look the unknown up at the provider, or: leadpush retry ${run.id} --unknown`
      : null,
  ];
  return lines
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join('');
}
