// `--dry-run`: the same way as a run, stopped before anything leaves: no connection, nothing written to the ledger.

import type { ViewOptions } from '../cli/send-options.ts';
import { emptyCounts, type Result, type Status, type Summary } from '../delivery/outcome.ts';
import { identityOf, type Target } from '../delivery/submission.ts';
import type { Problem } from '../lead/codes.ts';
import { DedupeIndex } from '../lead/dedupe-index.ts';
import type { Lead } from '../lead/lead.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { exitStatus } from '../output/exit-status.ts';
import { LineWriter } from '../output/line-writer.ts';
import { type RequestPreviewRow, requestLine, resultLine, summaryLine } from '../output/ndjson.ts';
import type { FollowUp } from '../output/next-commands.ts';
import { streamStyle } from '../output/style.ts';
import { type HumanView, humanLines, requestText, summaryText } from '../output/terminal.ts';
import { SENT_WITH_EACH } from '../transport/transport.ts';
import type { Context } from './context.ts';
import type { SendInput } from './inputs.ts';

/** What stands where a run's id would. */
export const DRY_RUN = 'dry-run';

export interface DryRunOptions {
  readonly targets: readonly Target[];
  readonly view: ViewOptions;
  readonly resend: boolean;
  /** Several files: a duplicate's record number is told with its file. */
  readonly files: readonly string[];
  readonly again: FollowUp;
}

interface Rehearsed {
  readonly input: SendInput;
  readonly target: Target;
  readonly lead: Lead | null;
  readonly key: string;
  result: Result | null;
  readonly warnings: readonly Problem[];
}

/** @param ledger read, never written; null where there is none yet @returns the exit status */
export async function dryRun(
  inputs: AsyncIterable<readonly SendInput[]>,
  options: DryRunOptions,
  ledger: Ledger | null,
  context: Context,
): Promise<number> {
  const { clock } = context;
  const started = clock.monotonic();
  const writer = new LineWriter(context.stdout);
  const view: HumanView = {
    style: streamStyle(context.stdout, context.env),
    showPii: options.view.showPii,
    verbose: options.view.verbose,
    manyTargets: options.targets.length > 1,
  };
  const counts = emptyCounts();
  const told = new Set<string>();
  const duplicates = new DedupeIndex();
  const places = new Places();
  let records = 0;
  let wouldSend = 0;
  let gone = false;
  for await (const batch of inputs) {
    const rehearsed: Rehearsed[] = [];
    for (const input of batch) {
      records++;
      places.see(input.file, records);
      const seen = { duplicates, places, records };
      for (const target of options.targets) rehearsed.push(rehearse(input, target, seen, ledger));
    }
    await markKnown(rehearsed, options, ledger);
    for (const item of rehearsed) {
      if (item.result === null && item.lead !== null) {
        wouldSend++;
        const request = requestOf(item, item.lead);
        await writer.line(
          options.view.json ? requestLine(request) : requestText(request, item.input.file, view),
        );
      } else if (item.result !== null) {
        counts[item.result.status]++;
        if (options.view.json) await writer.line(resultLine(item.result));
        else for (const line of humanLines(item.result, view, told)) await writer.line(line);
      }
    }
    if ((await writer.flush()) === 'gone') {
      gone = true;
      break;
    }
  }
  const summary: Summary = {
    run: DRY_RUN,
    records,
    targets: options.targets.map((target) => target.name),
    counts,
    durationMs: Math.round(clock.monotonic() - started),
    interrupted: gone ? (writer.unwritable ? 'OUTPUT' : 'EPIPE') : null,
    stops: [],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: { wouldSend },
  };
  if (options.view.json) await writer.line(summaryLine(summary, null, options.again));
  await writer.flush();
  if (!options.view.json && !options.view.quiet) {
    context.stderr.write(
      summaryText(summary, { ...view, style: streamStyle(context.stderr, context.env) }, null, options.again),
    );
  }
  return exitStatus(summary);
}

/** What was read so far. */
interface Seen {
  readonly duplicates: DedupeIndex;
  readonly places: Places;
  /** How many records, this one included. */
  readonly records: number;
}

/** Which file a record stands in, and which of its records it is, from its number among all records. */
class Places {
  readonly #starts: { readonly file: string | null; readonly before: number }[] = [];

  see(file: string | null, count: number): void {
    const last = this.#starts.at(-1);
    if (last === undefined || last.file !== file) this.#starts.push({ file, before: count - 1 });
  }

  of(count: number): { readonly file: string | null; readonly record: number } {
    const { file, before } = this.#starts.findLast((start) => start.before < count) ?? {
      file: null,
      before: 0,
    };
    return { file, record: count - before };
  }
}

function rehearse(input: SendInput, target: Target, seen: Seen, ledger: Ledger | null): Rehearsed {
  const { result: found } = input;
  const none = { input, target, lead: null, key: '', warnings: [] };
  switch (found.kind) {
    case 'invalid':
      return {
        ...none,
        result: resultOf(input, target, 'invalid', found.phone, found.errors, found.warnings),
      };
    case 'skipped':
      return { ...none, result: resultOf(input, target, 'skipped', found.phone, [found.reason], []) };
    case 'lead':
      break;
  }
  const { lead, errors } = target.complete(found.lead);
  if (errors.length > 0) {
    return { ...none, result: resultOf(input, target, 'invalid', lead.phone, errors, found.warnings) };
  }
  const identity = identityOf(target.endpoint.identity, lead, target.dedupe, target.keySuffix);
  const first = seen.duplicates.first(identity, seen.records);
  const result =
    first === null
      ? null
      : {
          ...resultOf(input, target, 'duplicate', lead.phone, [], found.warnings),
          duplicateOf: {
            by: 'input' as const,
            leadId: null,
            at: null,
            run: null,
            ...seen.places.of(first),
          },
        };
  return { input, target, lead, key: ledger?.digest(identity) ?? '', result, warnings: found.warnings };
}

async function markKnown(
  items: readonly Rehearsed[],
  options: DryRunOptions,
  ledger: Ledger | null,
): Promise<void> {
  if (ledger === null) return;
  for (const target of options.targets) {
    const open = items.filter((item) => item.target === target && item.result === null);
    if (open.length === 0) continue;
    const known = await ledger.lookUp(
      open.map((item) => item.key),
      { resend: options.resend, knownSince: target.knownSince },
    );
    open.forEach((item, i) => {
      const found = known[i];
      if (!found || item.lead === null) return;
      item.result = {
        ...resultOf(item.input, target, 'duplicate', item.lead.phone, [], item.warnings),
        leadId: found.leadId,
        duplicateOf: found,
      };
    });
  }
}

function requestOf({ input, target, warnings }: Rehearsed, lead: Lead): RequestPreviewRow {
  const payload = target.endpoint.payload(lead, `${DRY_RUN}-${input.record}`, target.own);
  const preview = target.endpoint.preview(payload);
  return {
    record: input.record,
    line: input.line,
    target: target.name,
    lead,
    preview: { ...preview, headers: { ...SENT_WITH_EACH, ...preview.headers } },
    warnings: [...warnings, ...payload.warnings],
  };
}

function resultOf(
  input: SendInput,
  target: Target,
  status: Status,
  phone: string | null,
  errors: readonly Problem[],
  warnings: readonly Problem[],
): Result {
  const name = input.result.kind === 'lead' ? (input.result.lead.name ?? null) : null;
  return {
    run: DRY_RUN,
    seq: 0,
    file: input.file,
    record: input.record,
    line: input.line,
    target: target.name,
    provider: target.provider,
    status,
    phone,
    name,
    leadId: null,
    duplicateOf: null,
    errors,
    warnings,
    attempts: 0,
    durationMs: 0,
  };
}
