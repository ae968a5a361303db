// Reconciliation of a lost answer: asking the provider whether a lead arrived, before anything is sent again.
import type { AskVerdict, ProviderClient } from '../providers/provider.ts';
import { meansAlso } from './absent.ts';
import { backoffMs } from './backoff.ts';
import { signalOfAnswer, signalOfFailure } from './backpressure-signal.ts';
import { refusalRemedy } from './clock-skew.ts';
import type { Permit } from './pacer.ts';
import { Shortage } from './shortage.ts';
import type { Submission } from './submission.ts';
import type { TargetContext } from './target-context.ts';

export type Reconciled =
  | { readonly kind: 'found'; readonly leadId: string }
  /** `message`: how it said so. */
  | { readonly kind: 'absent'; readonly message: string }
  | { readonly kind: 'unclear'; readonly message: string; readonly other?: true }
  /** This provider cannot be asked; sending again is safe and tells. */
  | { readonly kind: 'resend' };

/**
 * What is asked about, which decides how. `lost`: this run's own, of which one "absent" tells; `may-still-arrive`: the provider
 * may still be working on the request, so "absent" counts only when asked twice, `settleAfter` apart; `earlier-run`: what
 * another run left, twice too, and not at all where this run is about to end: the next one can ask as well.
 */
type Occasion = 'lost' | 'may-still-arrive' | 'earlier-run';

export async function reconcile(
  submission: Submission,
  context: TargetContext,
  occasion: Occasion,
): Promise<Reconciled> {
  const { reconciliation } = context.target.endpoint;
  if (reconciliation.kind === 'resend') return { kind: 'resend' };
  if (reconciliation.by === 'email' && submission.lead.email === undefined) {
    return { kind: 'unclear', message: 'The provider is asked by e-mail address, and this lead has none.' };
  }
  return await context.counting('asking', askTwice(submission, context, reconciliation, occasion));
}

async function askTwice(
  submission: Submission,
  context: TargetContext,
  reconciliation: Asking,
  occasion: Occasion,
): Promise<Reconciled> {
  const { settleAfterMs } = context.target;
  const first = await askPastOthers(submission, context, reconciliation, occasion);
  if (first.kind !== 'absent') return first;
  if (occasion === 'lost')
    return { kind: 'absent', message: 'asked about it, the provider has no such lead' };
  await context.host.clock.sleep(settleAfterMs, untilOf(context, occasion));
  const second = await askPastOthers(submission, context, reconciliation, occasion);
  if (second.kind !== 'absent') return second;
  // What this run has sent had the right address.
  const also = occasion === 'earlier-run' ? meansAlso(second.status, context.target.address) : null;
  const says = also === null ? 'has no such lead' : `answers ${also}`;
  return {
    kind: 'absent',
    message: `asked about it twice, ${settleAfterMs / 1000} s apart, the provider ${says}`,
  };
}

/** One answer that says so. */
interface Absent {
  readonly kind: 'absent';
  readonly status: number;
}

type Asking = Extract<ProviderClient['reconciliation'], { kind: 'ask' }>;

/** Aborted when no more questions may be asked. */
function untilOf({ state }: TargetContext, occasion: Occasion): AbortSignal {
  return occasion === 'earlier-run' ? state.over : state.aborted;
}

/** What is not asked about any more, and why. It may have been asked, and answered nothing that tells. */
function notAsked({ state, breaker, host }: TargetContext): Extract<Reconciled, { kind: 'unclear' }> {
  const why =
    state.stop === null
      ? `The run ended before the provider could tell.${breaker.askedText(host.clock.monotonic())}`
      : `The target was stopped before the provider could tell: ${state.stop.message}`;
  return { kind: 'unclear', message: why };
}

/** A provider may be told to settle at once, and a patient run still asks no more than once a second. */
const LEAST_PATIENT_WAIT_MS = 1_000;

/**
 * As {@link ask}. Where it has only other leads of this person, ours may show later: it is asked once more, `settleAfter` later,
 * and by a patient run until that run is over.
 */
async function askPastOthers(
  submission: Submission,
  context: TargetContext,
  reconciliation: Asking,
  occasion: Occasion,
): Promise<Exclude<Reconciled, { kind: 'absent' }> | Absent> {
  const { state, host, target } = context;
  const until = host.patient ? state.over : untilOf(context, occasion);
  const waitMs = host.patient ? Math.max(target.settleAfterMs, LEAST_PATIENT_WAIT_MS) : target.settleAfterMs;
  for (let again = false; ; again = true) {
    const said = await ask(submission, context, reconciliation, occasion);
    if (said.kind !== 'unclear' || said.other !== true || (again && !host.patient)) return said;
    await host.clock.sleep(waitMs, until);
    if (until.aborted) return said;
  }
}

/** Asks until an answer tells something, or the retries are used up. Asking changes nothing, so it may be repeated. */
async function ask(
  submission: Submission,
  context: TargetContext,
  reconciliation: Asking,
  occasion: Occasion,
): Promise<Exclude<Reconciled, { kind: 'absent' }> | Absent> {
  const { host, state, target, breaker } = context;
  const until = untilOf(context, occasion);
  const shortage = new Shortage(host.clock);
  for (let failures = 0; ; ) {
    if (until.aborted) return notAsked(context);
    // What this run itself has in progress comes first, and is asked about also while the run drains.
    const permit = await context.pacer.acquire(occasion !== 'earlier-run');
    if (permit === null) return notAsked(context);
    let answered: Answered;
    try {
      // Another run asks about it if it has the claim by now; asking itself changes nothing.
      await host.fence.renewed();
      answered = await askOnce(submission, context, reconciliation, permit);
    } finally {
      context.pacer.release(permit, { kind: 'none' });
    }
    switch (answered.kind) {
      case 'found':
      case 'absent':
      case 'resend':
        return answered;
      case 'unclear':
        return { ...answered, message: `Asked the provider: ${answered.message}` };
      case 'unauthorized':
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'throttled':
        if (state.isOpen) continue;
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'unanswered': {
        const wait = answered.local ? shortage.wait(breaker.lastAnswerAt) : null;
        if (wait !== null) {
          await host.clock.sleep(wait, until);
          continue;
        }
        // A target that restarts is waited for, and costs no retry; one that was given up is not.
        if (answered.free) continue;
      }
    }
    if (state.stop !== null) failures = target.retries;
    failures++;
    if (failures > target.retries) {
      const asked = answered.kind === 'retryable' ? 'Asked the provider' : 'The provider could not be asked';
      return { kind: 'unclear', message: `${asked}: ${answered.message}` };
    }
    await host.clock.sleep(backoffMs(failures, host.clock.random()), until);
  }
}

type Answered =
  | Exclude<AskVerdict, { kind: 'absent' }>
  | Absent
  /** No answer. `free`: the target is taken for restarting; `local`: this machine could not ask. */
  | {
      readonly kind: 'unanswered';
      readonly message: string;
      readonly free: boolean;
      readonly local: boolean;
    };

async function askOnce(
  submission: Submission,
  context: TargetContext,
  reconciliation: Asking,
  permit: Permit,
): Promise<Answered> {
  const { host, target } = context;
  const { lead } = submission;
  const request = reconciliation.request(lead, Math.floor(host.clock.now() / 1000));
  const exchange = await target.transport.send(request, target.timeoutMs, host.abort);
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const free = (kind === 'connect' || kind === 'tls') && context.noteConnectionFailure(message);
    context.pacer.release(permit, signalOfFailure(exchange.failure));
    return { kind: 'unanswered', message, free, local: kind === 'local' };
  }
  const { answer } = exchange;
  const now = host.clock.now();
  const verdict = reconciliation.read(
    answer,
    submission.submissionId,
    context.leadIds.trusted(submission.leadIdWatermark),
  );
  const signal = signalOfAnswer(answer, verdict, now);
  context.noteAnswer(answer.status, signal);
  // A stop comes before the permit is given back, or the next lead would still leave with the wrong key.
  if (verdict.kind === 'unauthorized') {
    context.stopUnauthorized(
      verdict.message,
      refusalRemedy(target.name, target.key, answer, now, (nowSeconds) =>
        reconciliation.request(lead, nowSeconds),
      ),
    );
  }
  context.pacer.release(permit, signal);
  if (verdict.kind !== 'absent') return verdict;
  if (context.postBodies.has(answer.body)) {
    return { kind: 'unclear', message: 'it answered as it answers leads, which tells nothing of this one.' };
  }
  return { kind: 'absent', status: answer.status };
}
