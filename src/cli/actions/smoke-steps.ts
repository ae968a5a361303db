// The steps of a smoke test: what became of the lead, what the provider gives back of it, and whether that is what was sent.
import { askUntilThere } from '../../app/ask-again.ts';
import { absentText, type ReadBack, readBack } from '../../app/read-back.ts';
import type { Result } from '../../delivery/outcome.ts';
import { payloadOf, planSubmission } from '../../delivery/plan.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { PERSON_WORDS } from '../../lead/known-by.ts';
import type { SmokeStep } from '../../output/smoke-text.ts';
import type { AskedBy, Held } from '../../providers/provider.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Clock } from '../../util/clock.ts';
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
  /** Why nothing was read back; '' where it was. */
  readonly why: string;
}

/** There is nothing to ask about. */
export const NOT_READ: ReadStep = { found: null, same: false, why: '' };

interface Sent {
  readonly target: Target;
  readonly input: LeadInput;
  /** Aborted when nothing more is to be asked. */
  readonly stop: AbortSignal;
}

/** Asks until the provider shows the lead, or for twice `settleAfter`. */
export async function readItBack(
  sent: Result,
  { target, input, stop }: Sent,
  clock: Clock,
  steps: SmokeStep[],
): Promise<ReadStep> {
  const { lookup } = target.endpoint;
  const plan = planSubmission(input, target);
  if (lookup === null || plan.kind === 'unsent') {
    const message = 'this provider cannot be asked what it holds';
    steps.push({ name: 'read back', status: 'skipped', durationMs: 0, message });
    return NOT_READ;
  }
  const started = clock.monotonic();
  const transport: Transport = {
    send: (request, timeoutMs) => target.transport.send(request, timeoutMs, stop),
    close: () => Promise.resolve(),
  };
  const isSame = (held: ReadBack) =>
    held.kind === 'held' && (sent.leadId === null || held.lead.leadId === sent.leadId);
  const { found, askedFor } = await askUntilThere(
    () => readBack(lookup, transport, plan.lead, sent.leadId, target.timeoutMs, clock.now(), target.address),
    (back) => isSame(back) || (back.kind !== 'held' && back.kind !== 'absent'),
    target.settleAfterMs,
    clock,
    stop,
  );
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
        ? notFound(sent, found, lookup.by, askedFor)
        : found.message;
    steps.push(step('failed', message));
    return { found: found.kind, same: false, why: message };
  }
  const after = askedFor === 0 ? '' : `, which it showed after ${secondsText(askedFor)}`;
  steps.push(step('passed', `lead ${found.lead.leadId}${after}`));
  const payload = payloadOf(target, plan.lead, '');
  steps.push(compareStep(lookup.expected(payload), plan.lead.phone, payload, found.lead));
  return { found: found.kind, same: true, why: '' };
}

function notFound(
  { status, leadId }: Result,
  found: Extract<ReadBack, { kind: 'held' | 'absent' }>,
  by: AskedBy,
  askedFor: number,
): string {
  const there = found.kind === 'held' ? heldInstead(found) : absentText(found, by);
  const what = status === 'created' ? `created as ${leadId}` : `the provider has it as ${leadId}`;
  return `${what}, but not found by ${PERSON_WORDS[by]} within ${secondsText(askedFor)}: ${there}`;
}

/** Another lead than the one that was sent. */
function heldInstead({ lead, among, newest }: Held): string {
  if (newest) return `its newest lead is ${lead.leadId}`;
  return among === 1 ? `it has lead ${lead.leadId}` : `it has ${among} leads, such as ${lead.leadId}`;
}

/** `0.8 s`, `10 s`. */
function secondsText(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
