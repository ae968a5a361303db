// The steps of a smoke test: what became of the lead, what the provider gives back of it, and whether that is what was sent.
import { askedForMs, askUntilThere } from '../../app/ask-again.ts';
import type { Context } from '../../app/context.ts';
import { absentText, type ReadBack, readBack } from '../../app/read-back.ts';
import { sayReadBack } from '../../app/say-waits.ts';
import type { Result } from '../../delivery/outcome.ts';
import { payloadOf, planSubmission } from '../../delivery/plan.ts';
import { type LeadInput, submissionIdOf, type Target } from '../../delivery/submission.ts';
import { PERSON_WORDS } from '../../lead/known-by.ts';
import type { SmokeStep } from '../../output/smoke-text.ts';
import { isBelow, isSubmissionId, otherSender } from '../../providers/held-lead.ts';
import type { AskedBy, Held } from '../../providers/provider.ts';
import type { Transport } from '../../transport/transport.ts';
import { compareStep } from './smoke-compare.ts';

/** @param submissionId as which the provider can show it; null: it cannot */
export function sendStep(
  result: Result | null,
  submissionId: string | null,
  ms: number,
  by: string,
): SmokeStep {
  const durationMs = Math.round(ms);
  const as = submissionId === null ? '' : ` (sent as ${submissionId})`;
  const name = 'sign and send';
  if (result === null) return { name, status: 'failed', durationMs, message: 'no result' };
  if (result.status === 'created')
    return { name, status: 'passed', durationMs, message: `created as lead ${result.leadId}${as}` };
  if (result.status === 'duplicate')
    return {
      name,
      status: 'passed',
      durationMs,
      message: `the provider has this ${by} already${result.leadId === null ? '' : `, as lead ${result.leadId}`}${as}`,
    };
  const [error] = result.errors;
  return {
    name,
    status: 'failed',
    durationMs,
    message: `${result.status}: ${error?.code ?? ''} ${error?.message ?? ''}${as}`,
  };
}

/** What was read back, and how that ended. */
export interface ReadStep {
  /** Null: nothing was asked. */
  readonly found: ReadBack['kind'] | null;
  /** It is the lead that was sent. */
  readonly same: boolean;
  /** It is one that another run of leadpush has sent since, and no look-up shows ours any more. */
  readonly overtaken: boolean;
  /** Why nothing was read back; '' where it was. */
  readonly why: string;
}

/** There is nothing to ask about. */
export const NOT_READ: ReadStep = { found: null, same: false, overtaken: false, why: '' };

interface Sent {
  readonly target: Target;
  readonly input: LeadInput;
  readonly run: string;
  readonly context: Context;
  /** Aborted when nothing more is to be asked. */
  readonly stop: AbortSignal;
}

/** Asks until the provider shows the lead, or for twice `settleAfter`; on stderr it says that it does. */
export async function readItBack(
  sent: Result,
  { target, input, run, context, stop }: Sent,
  steps: SmokeStep[],
): Promise<ReadStep> {
  const { lookup } = target.endpoint;
  const plan = planSubmission(input, target);
  if (lookup === null || plan.kind === 'unsent') {
    const message = 'this provider cannot be asked what it holds';
    steps.push({ name: 'read back', status: 'skipped', durationMs: 0, message });
    return NOT_READ;
  }
  const { clock } = context;
  const started = clock.monotonic();
  const transport: Transport = {
    send: (request, timeoutMs) => target.transport.send(request, timeoutMs, stop),
    close: () => Promise.resolve(),
  };
  const isSame = (held: ReadBack) =>
    held.kind === 'held' && (sent.leadId === null || held.lead.leadId === sent.leadId);
  const endsAt = started + askedForMs(target.settleAfterMs);
  const hideWaits = sayReadBack(target.name, () => endsAt - clock.monotonic(), context);
  const { found, after } = await askUntilThere(
    () => readBack(lookup, transport, plan.lead, sent.leadId, target.timeoutMs, clock.now(), target.address),
    (back) => isSame(back) || (back.kind !== 'held' && back.kind !== 'absent'),
    target.settleAfterMs,
    clock,
    stop,
  ).finally(hideWaits);
  const durationMs = Math.round(clock.monotonic() - started);
  const step = (status: SmokeStep['status'], message: string): SmokeStep => ({
    ...{ name: 'read back', status, durationMs, message },
  });
  if (stop.aborted && !isSame(found)) {
    steps.push(step('failed', `interrupted (${String(stop.reason)}) before the lead was read back`));
    return NOT_READ;
  }
  if (found.kind !== 'held' || !isSame(found)) {
    const message =
      found.kind === 'held' || found.kind === 'absent'
        ? notFound(sent, found, lookup.by, run, durationMs)
        : found.message;
    steps.push(step('failed', message));
    const overtaken = found.kind === 'held' && isByAnotherRun(found, run) && isLater(found, sent);
    return { found: found.kind, same: false, overtaken, why: message };
  }
  const late = after === 0 ? '' : `, which it showed after ${secondsText(after)}`;
  steps.push(step('passed', `lead ${found.lead.leadId}${late}`));
  const payload = payloadOf(target, plan.lead, '');
  steps.push(compareStep(lookup.expected(payload), plan.lead.phone, payload, found.lead));
  return { found: found.kind, same: true, overtaken: false, why: '' };
}

function notFound(
  sent: Result,
  found: Extract<ReadBack, { kind: 'held' | 'absent' }>,
  by: AskedBy,
  run: string,
  ms: number,
): string {
  const there = found.kind === 'held' ? heldInstead(found, sent, run) : absentText(found, by);
  const { status, leadId } = sent;
  const what = status === 'created' ? `created as ${leadId}` : `the provider has it as ${leadId}`;
  return `${what}, but not found by ${PERSON_WORDS[by]} within ${secondsText(ms)}: ${there}`;
}

/** Another lead than the one that was sent, and whose it is. */
function heldInstead(held: Held, sent: Result, run: string): string {
  const { lead, among, newest } = held;
  const { leadId, submissionId } = lead;
  const there = newest
    ? `its newest lead is ${leadId}`
    : among === 1
      ? `it has lead ${leadId}`
      : `it has ${among} leads, such as ${leadId}`;
  if (!isSubmissionId(submissionId)) return there;
  const later = isLater(held, sent) ? ' after this one' : '';
  return `${there}, ${otherSender(submissionId, submissionIdOf(run, 0))}${later} (as ${submissionId})`;
}

function isByAnotherRun({ lead: { submissionId } }: Held, run: string): boolean {
  return isSubmissionId(submissionId) && !submissionId.startsWith(`${run}-`);
}

function isLater({ lead }: Held, sent: Result): boolean {
  return sent.leadId !== null && isBelow(sent.leadId, lead.leadId);
}

/** `0.8 s`, `10 s`. */
function secondsText(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
