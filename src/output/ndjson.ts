// The results as NDJSON, for programs. The fields and their order are public: never rename or remove one.
import { type Result, STATUSES, type Summary } from '../delivery/outcome.ts';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import type { RequestPreview } from '../providers/provider.ts';
import { statusOfSignal } from './exit-status.ts';
import { type FollowUp, nextCommands } from './next-commands.ts';
import type { Later } from './standing.ts';

/** One line a submission; who it is stands where the record says. @param later where the result is how the lead stands since another run */
export function resultLine(result: Result, later: Later | null = null): string {
  const { run, file, record, line, target, provider, status, phone, leadId, duplicateOf } = result;
  const { name, externalId, errors, warnings, attempts, durationMs } = result;
  return JSON.stringify({
    type: 'result',
    run,
    file,
    record,
    line,
    target,
    provider,
    status,
    phone,
    leadId,
    duplicateOf,
    errors,
    warnings,
    attempts,
    durationMs,
    // JSON leaves out what is undefined, and all lines have one shape.
    name: name ?? undefined,
    externalId: externalId ?? undefined,
    was: later?.was,
    settledBy: later?.run,
  });
}

/**
 * The last line. Members that only an interrupted or failed run has are left out otherwise.
 * @param rejects the files of rows to fix or to send
 * @param finishedBy the later run that went on with an interrupted one to its end
 */
export function summaryLine(
  summary: Summary,
  rejects: readonly string[],
  followUp: FollowUp,
  finishedBy: string | null = null,
): string {
  const { run, records, counts, notSent = 0, durationMs, dryRun } = summary;
  const { interrupted, stops, ledgerFailure } = summary;
  const next = nextCommands(summary, rejects, followUp);
  return JSON.stringify({
    type: 'summary',
    run,
    records,
    ...(summary.otherShards === undefined ? {} : { otherShards: summary.otherShards }),
    ...counts,
    ...(notSent === 0 ? {} : { notSent }),
    durationMs,
    ...(dryRun === null ? {} : { dryRun: true, wouldSend: dryRun.wouldSend }),
    ...(interrupted === null ? {} : { interrupted: true }),
    ...(statusOfSignal(interrupted) === null ? {} : { signal: interrupted }),
    ...(stops.length === 0
      ? {}
      : { stopped: stops.map(({ target, code, message }) => ({ target, code, message })) }),
    ...(summary.maxFailuresReached ? { maxFailuresReached: true } : {}),
    ...(ledgerFailure === null ? {} : { ledgerError: ledgerFailure }),
    ...(finishedBy === null ? {} : { finishedBy }),
    ...(next.length === 0 || dryRun !== null ? {} : { next }),
  });
}

/** The last line of a call that found nothing to do, and made no run. @param next the command that comes next */
export function emptySummaryLine(next: string | null = null): string {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  const summary = { type: 'summary', run: null, records: 0, ...counts, durationMs: 0 };
  return JSON.stringify(next === null ? summary : { ...summary, next: [next] });
}

/** A request that `--dry-run` would send. */
export interface RequestPreviewRow {
  readonly record: number;
  readonly line: number | null;
  readonly target: string;
  readonly lead: Lead;
  readonly preview: RequestPreview;
  readonly warnings: readonly Problem[];
}

/** One line a lead that would be sent. */
export function requestLine({ record, line, target, lead, preview, warnings }: RequestPreviewRow): string {
  const { method, url, headers, fields } = preview;
  return JSON.stringify({
    type: 'request',
    record,
    line,
    target,
    lead,
    method,
    url,
    headers,
    fields,
    warnings,
  });
}
