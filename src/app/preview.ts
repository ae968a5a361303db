// `--dry-run`: a run that ends where its requests would leave. Leads are planned as the engine plans them; no connection
// is made, and the ledger is only read.

import { emptyCounts, type Result } from '../delivery/outcome.ts';
import { type PlannedLead, payloadOf, planSubmission } from '../delivery/plan.ts';
import { buildResult, buildSummary } from '../delivery/result.ts';
import type { Target } from '../delivery/submission.ts';
import { InputDuplicates } from '../lead/input-duplicates.ts';
import { RecordLines } from '../lead/record-lines.ts';
import { whoseLead } from '../lead/who.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { exitStatus } from '../output/exit-status.ts';
import { LineWriter } from '../output/line-writer.ts';
import { type RequestPreviewRow, requestLine, resultLine, summaryLine } from '../output/ndjson.ts';
import type { FollowUp } from '../output/next-commands.ts';
import { accountsOf } from '../output/same-account.ts';
import { streamStyle } from '../output/style.ts';
import { summaryText } from '../output/summary-text.ts';
import { Tally } from '../output/tally.ts';
import { type HumanView, humanLines, requestText, showsWarnings } from '../output/terminal.ts';
import { SENT_WITH_EACH } from '../transport/transport.ts';
import type { Context } from './context.ts';
import { FixedRows } from './fixed-rows.ts';
import type { SendInput } from './inputs.ts';
import type { ViewOptions } from './options.ts';
import { RowNotes } from './row-notes.ts';

/** In place of a run's id. */
export const DRY_RUN = 'dry-run';

export interface DryRunOptions {
  readonly targets: readonly Target[];
  readonly view: ViewOptions;
  /** Of days; see screen-zone.ts. */
  readonly zone: string;
  readonly resend: boolean;
  /** Records of other shards so far; absent: all are this machine's. */
  readonly otherShards?: () => number;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
}

const NONE: ReadonlySet<Result> = new Set();

/** What would become of one record at one target: a request, or a result without one. */
interface Previewed {
  readonly input: SendInput;
  readonly target: Target;
  would: Result | PlannedLead;
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
  const lines = new RecordLines();
  const view: HumanView = {
    lines,
    zone: options.zone,
    style: streamStyle(context.stdout, context.env),
    showPii: options.view.showPii,
    verbose: options.view.verbose,
    accounts: accountsOf(options.targets),
    manyTargets: options.targets.length > 1,
  };
  const counts = emptyCounts();
  const told = new Set<string>();
  const tally = new Tally(view.accounts);
  const seen = new InputDuplicates();
  const fixed =
    ledger === null || options.view.json
      ? null
      : new FixedRows(ledger, new RowNotes(ledger, DRY_RUN), { run: DRY_RUN, targets: options.targets });
  let wouldSend = 0;
  let records = 0;
  let gone = false;
  for await (const batch of inputs) {
    const previewed: Previewed[] = [];
    for (const input of batch) {
      records++;
      seen.next(input.file, input.record);
      lines.add(input);
      for (const target of options.targets)
        previewed.push({ input, target, would: planned(input, target, seen) });
    }
    if (ledger !== null) await markKnown(previewed, options, ledger);
    const settled = fixed === null ? NONE : await fixedAmong(previewed, fixed);
    tally.fixed += settled.size;
    for (const { input, target, would } of previewed) {
      // A promise for every line would cost more than the line.
      let full = false;
      if ('kind' in would) {
        wouldSend++;
        const request = requestOf(input, target, would);
        full = writer.add(options.view.json ? requestLine(request) : requestText(request, input.file, view));
      } else {
        counts[would.status]++;
        if (settled.has(would)) {
          tally.addSettled(would);
          continue;
        }
        tally.add(would, showsWarnings(would, view));
        if (options.view.json) full = writer.add(resultLine(would));
        else for (const line of humanLines(would, view, told)) full = writer.add(line);
      }
      if (full) await writer.flush();
    }
    if ((await writer.flush()) === 'gone') {
      gone = true;
      break;
    }
    // A file that is written at once and read ahead never waits: signals and timers would have to.
    await clock.yieldToEventLoop();
  }
  const summary = buildSummary(DRY_RUN, options.targets, {
    records,
    ...(options.otherShards === undefined ? {} : { otherShards: options.otherShards() }),
    counts,
    durationMs: clock.monotonic() - started,
    interrupted: gone ? (writer.unwritable ? 'OUTPUT' : 'EPIPE') : null,
    dryRun: { wouldSend },
  });
  if (options.view.json) await writer.line(summaryLine(summary, [], options.followUp));
  await writer.flush();
  if (!options.view.json && !options.view.quiet) {
    context.stderr.write(
      summaryText(
        summary,
        { ...view, style: streamStyle(context.stderr, context.env) },
        [],
        options.followUp,
        tally,
      ),
    );
  }
  return exitStatus(summary);
}

/** Bad rows that were corrected in a rejects file and sent, as a run would count them. */
async function fixedAmong(previewed: readonly Previewed[], fixed: FixedRows): Promise<ReadonlySet<Result>> {
  const rows = previewed.flatMap(({ input, would }) => ('kind' in would ? [] : [{ input, result: would }]));
  return new Set([...(await fixed.among(rows))].map(({ result }) => result));
}

function planned(input: SendInput, target: Target, seen: InputDuplicates): Previewed['would'] {
  const plan = planSubmission(input, target);
  const place = { run: DRY_RUN, seq: 0, target, input };
  if (plan.kind === 'unsent') return buildResult(place, plan.unsent);
  const first = seen.firstOf(plan.identity);
  if (first === null) return plan;
  const duplicateOf = { by: 'input', leadId: null, at: null, run: null, ...first } as const;
  return duplicateResult(input, target, plan, { leadId: null, duplicateOf });
}

/** What was sent before, by the ledger, becomes a duplicate. */
async function markKnown(
  previewed: readonly Previewed[],
  options: DryRunOptions,
  ledger: Ledger,
): Promise<void> {
  for (const target of options.targets) {
    const open = previewed.flatMap((item) =>
      item.target === target && 'kind' in item.would ? [{ item, plan: item.would }] : [],
    );
    if (open.length === 0) continue;
    const identities = open.flatMap(({ plan }) => [plan.identity, ...plan.otherIdentities]);
    const known = await ledger.lookUp(
      identities.map((identity) => ledger.digest(identity)),
      {
        resend: options.resend,
        knownSince: target.knownSince,
      },
    );
    let at = 0;
    for (const { item, plan } of open) {
      const found = known[at] ?? known.slice(at + 1, at + 1 + plan.otherIdentities.length).find(Boolean);
      at += 1 + plan.otherIdentities.length;
      if (!found) continue;
      const { leadId } = found;
      item.would = duplicateResult(item.input, target, plan, { leadId, duplicateOf: found });
    }
  }
}

function duplicateResult(
  input: SendInput,
  target: Target,
  { lead, warnings }: PlannedLead,
  known: Pick<Result, 'leadId' | 'duplicateOf'>,
): Result {
  return buildResult(
    { run: DRY_RUN, seq: 0, target, input },
    { status: 'duplicate', phone: lead.phone, who: whoseLead(lead), warnings, ...known },
  );
}

function requestOf(input: SendInput, target: Target, { lead, warnings }: PlannedLead): RequestPreviewRow {
  const payload = payloadOf(target, lead, `${DRY_RUN}-${input.record}`);
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
