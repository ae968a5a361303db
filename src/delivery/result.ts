// From how a submission ended to the result that every view shows. Pure.
import type { Problem } from '../lead/codes.ts';
import type { Who } from '../lead/lead.ts';
import { NOBODY, whoseLead } from '../lead/who.ts';
import { longerTimeout } from '../util/no-answer.ts';
import { type Ending, LOOK_IT_UP, SEND_IT_AGAIN } from './ending.ts';
import type { Result, Summary } from './outcome.ts';
import type { RunOptions } from './run-options.ts';
import type { LeadInput, Submission, Target } from './submission.ts';

/** Which record at which target a result is of. */
export interface ResultPlace {
  readonly run: string;
  readonly seq: number;
  readonly target: Pick<Target, 'name' | 'provider'>;
  readonly input: Pick<LeadInput, 'file' | 'record' | 'line'>;
}

type Said = 'leadId' | 'duplicateOf' | 'errors' | 'warnings' | 'attempts' | 'durationMs';

/** The one place where a Result is made; a property that is left out gets its usual value. */
export function buildResult(
  { run, seq, target, input: { file, record, line } }: ResultPlace,
  said: Pick<Result, 'status' | 'phone'> & Partial<Pick<Result, Said>> & { readonly who?: Who },
): Result {
  const { status, phone, who = NOBODY, leadId = null, duplicateOf = null } = said;
  const { errors = NONE, warnings = NONE, attempts = 0, durationMs = 0 } = said;
  return {
    run,
    seq,
    file,
    record,
    line,
    target: target.name,
    provider: target.provider,
    status,
    phone,
    name: who.name,
    externalId: who.externalId,
    source: who.source,
    campaign: who.campaign,
    cell: who.cell,
    ...(who.ownOrigin === undefined || who.ownOrigin.length === 0 ? {} : { ownOrigin: who.ownOrigin }),
    leadId,
    duplicateOf,
    errors,
    warnings,
    attempts,
    durationMs,
  };
}

/** The result of a submission. @param durationMs since it was accepted from the input */
export function resultOf(
  named: NamedRun,
  submission: Submission,
  ending: Ending,
  durationMs: number,
): Result {
  const { run } = named;
  const { seq, target, input, lead, payload, attempts } = submission;
  return buildResult(
    { run, seq, target, input },
    {
      status: ending.status,
      phone: lead.phone,
      who: whoseLead(lead),
      leadId: ending.leadId,
      duplicateOf: duplicateOf(ending, submission.earlier),
      errors:
        ending.errors.length === 0
          ? NONE
          : ending.errors.map((problem) => withCommand(problem, named, target)),
      warnings: [submission.warnings, payload?.warnings ?? NONE, ending.warnings].reduce(joined),
      attempts,
      durationMs: Math.round(durationMs),
    },
  );
}

/** The one place where a Summary is made; a property that is left out did not happen. */
export function buildSummary(
  run: string,
  targets: readonly Pick<Target, 'name'>[],
  said: Pick<Summary, 'records' | 'counts' | 'durationMs'> & Partial<Omit<Summary, 'run' | 'targets'>>,
): Summary {
  return {
    run,
    records: said.records,
    targets: targets.map((target) => target.name),
    counts: said.counts,
    ...(said.notSent === undefined ? {} : { notSent: said.notSent }),
    durationMs: Math.round(said.durationMs),
    interrupted: said.interrupted ?? null,
    stops: said.stops ?? [],
    ledgerFailure: said.ledgerFailure ?? null,
    maxFailuresReached: said.maxFailuresReached ?? false,
    ...(said.otherShards === undefined ? {} : { otherShards: said.otherShards }),
    ...(said.unread === true ? { unread: true } : {}),
    dryRun: said.dryRun ?? null,
  };
}

const NONE: readonly Problem[] = [];
const NO_SENDING = { at: null, run: null, file: null, record: null } as const;

/** One list of both, made only where both have something. */
function joined(some: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

/** A record that is never sent, and why. */
export interface Unsent {
  readonly status: 'invalid' | 'skipped';
  /** E.164 where it was understood. */
  readonly phone: string | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly who: Who;
}

/** @param earlier when this was sent before, where it was sent again on purpose */
function duplicateOf(
  { duplicateOf: first, leadId }: Ending,
  earlier: Submission['earlier'],
): Result['duplicateOf'] {
  if (first === null) return null;
  if (first.by === 'provider') return { by: 'provider', leadId, ...(earlier ?? NO_SENDING) };
  const { by, at, run, file, record } = first;
  return { by, leadId, at, run, file, record };
}

/** What a message that names a command needs to know of the run. */
type NamedRun = Pick<RunOptions, 'run' | 'notKept' | 'commandLine'>;

/** A command in a message: RUN is this run, anything else another one's id. */
const COMMAND = /`leadpush (retry|show) (\w+)((?: --\w+)*)`/g;

/** Messages are written before the run is known; the command that they propose needs its id, and what this call was told. */
function withCommand(
  problem: Problem,
  { run, notKept = false, commandLine }: NamedRun,
  { endpoint }: Target,
): Problem {
  const longer = longerTimeout(problem.message);
  const message = `${problem.message}${longer === null ? '' : ` If the provider is slow, add --timeout ${longer}.`}`;
  if (!message.includes('`leadpush ')) return longer === null ? problem : { ...problem, message };
  const words = endpoint.reconciliation.kind === 'ask' ? LOOK_IT_UP : SEND_IT_AGAIN;
  const advice = message.replace(LOOK_IT_UP.kept, notKept ? words.notKept : words.kept);
  const whole = advice.replaceAll(COMMAND, (_, name: 'retry' | 'show', of: string, what: string) => {
    const other = of === 'RUN' ? null : of;
    const options = what.split(' ').filter((word) => word !== '');
    return `\`${commandLine?.(name, other, options) ?? ['leadpush', name, other ?? run, ...options].join(' ')}\``;
  });
  return { ...problem, message: whole };
}

/** For --max-failures: a lead that was not sent because another one failed is not another failure. */
export function countsAsFailure({ status, errors }: Result): boolean {
  switch (status) {
    case 'invalid':
    case 'rejected':
    case 'unknown':
      return true;
    case 'failed':
      return errors[0]?.code !== 'NOT_SENT';
    case 'created':
    case 'duplicate':
    case 'skipped':
      return false;
  }
}
