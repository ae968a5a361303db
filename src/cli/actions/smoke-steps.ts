// The steps of a smoke test: what became of the lead, what the provider gives back of it, and whether that is what was sent.
import { differences, type ReadBack, readBack } from '../../app/read-back.ts';
import type { Result } from '../../delivery/outcome.ts';
import { payloadOf, planSubmission } from '../../delivery/plan.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { PERSON_WORDS } from '../../lead/known-by.ts';
import type { SmokeStep } from '../../output/smoke-text.ts';
import type { Held } from '../../providers/provider.ts';
import type { Clock } from '../../util/clock.ts';

export function sendStep(result: Result | null, ms: number, by: string): SmokeStep {
  const durationMs = Math.round(ms);
  const name = 'sign and send';
  if (result === null) return { name, status: 'failed', durationMs, message: 'no result' };
  if (result.status === 'created')
    return { name, status: 'passed', durationMs, message: `created as lead ${result.leadId}` };
  if (result.status === 'duplicate')
    return {
      name,
      status: 'passed',
      durationMs,
      message: `the provider has this ${by} already${result.leadId === null ? '' : `, as lead ${result.leadId}`}`,
    };
  const [error] = result.errors;
  return {
    name,
    status: 'failed',
    durationMs,
    message: `${result.status}: ${error?.code ?? ''} ${error?.message ?? ''}`,
  };
}

/** @returns what was read back; null where nothing was asked */
export async function readItBack(
  sent: Result,
  { target, input }: { readonly target: Target; readonly input: LeadInput },
  clock: Clock,
  steps: SmokeStep[],
): Promise<ReadBack['kind'] | null> {
  const { lookup } = target.endpoint;
  const plan = planSubmission(input, target);
  if (lookup === null || plan.kind === 'unsent') {
    const message = 'this provider cannot be asked what it holds';
    steps.push({ name: 'read back', status: 'skipped', durationMs: 0, message });
    return null;
  }
  const started = clock.monotonic();
  const found = await readBack(
    lookup,
    target.transport,
    plan.lead,
    sent.leadId,
    target.timeoutMs,
    clock.now(),
  );
  const durationMs = Math.round(clock.monotonic() - started);
  if (found.kind !== 'held') {
    const message =
      found.kind === 'absent' ? `the provider has no lead of this ${PERSON_WORDS[lookup.by]}` : found.message;
    steps.push({ name: 'read back', status: 'failed', durationMs, message });
    return found.kind;
  }
  const same = found.lead.leadId === sent.leadId;
  steps.push({
    name: 'read back',
    status: same ? 'passed' : 'failed',
    durationMs,
    message: same ? `lead ${found.lead.leadId}` : `${heldInstead(found)}, not ${sent.leadId}`,
  });
  if (!same) return found.kind;
  const expected = lookup.expected(payloadOf(target, plan.lead, ''));
  if (Object.keys(expected).length === 0) {
    const message = 'nothing that was sent is known to come back';
    steps.push({ name: 'compare', status: 'skipped', durationMs: 0, message });
    return found.kind;
  }
  const wrong = differences(expected, found.lead);
  steps.push({
    name: 'compare',
    status: wrong.length === 0 ? 'passed' : 'failed',
    durationMs: 0,
    message:
      wrong.length === 0
        ? 'every field that it gives back is as it was sent'
        : wrong
            .map(({ field, sent: was, held }) => `${field}: sent ${was}, held ${held ?? 'nothing'}`)
            .join('; '),
  });
  return found.kind;
}

/** Another lead than the one that was sent. */
function heldInstead({ lead, among, newest }: Held): string {
  if (newest) return `its newest lead is ${lead.leadId}`;
  return among === 1 ? `it has lead ${lead.leadId}` : `it has ${among} leads, such as ${lead.leadId}`;
}
