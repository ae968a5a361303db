// Settling a lost answer: asking the provider whether a lead arrived, before anything is sent again (docs/behaviour.md, "Delivery").
import type { AskVerdict, ProviderClient } from '../providers/provider.ts';
import { backoffMs } from './backoff.ts';
import { signalOfAnswer, signalOfFailure } from './backpressure-signal.ts';
import { refusalRemedy } from './clock-skew.ts';
import type { Permit } from './pacer.ts';
import { Shortage } from './shortage.ts';
import type { Submission } from './submission.ts';
import type { TargetQueue } from './target-queue.ts';

export type Reconciled =
  | { readonly kind: 'found'; readonly leadId: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly message: string }
  /** This provider cannot be asked; sending again is safe and tells. */
  | { readonly kind: 'resend' };

/**
 * What is settled, which says how. `lost`: this run's own, of which one "absent" tells; `lost-twice`: the request may still
 * be under way, so "absent" counts only when asked twice, `settleAfter` apart; `earlier`: what another run left, twice too,
 * and not at all where this run is about to end: the next one can ask as well.
 */
type Occasion = 'lost' | 'lost-twice' | 'earlier';

export async function reconcile(
  submission: Submission,
  queue: TargetQueue,
  occasion: Occasion,
): Promise<Reconciled> {
  const { reconciliation: settling } = queue.target.endpoint;
  if (settling.kind === 'resend') return { kind: 'resend' };
  const first = await ask(submission, queue, settling, occasion);
  if (first.kind !== 'absent' || occasion === 'lost') return first;
  const until = occasion === 'earlier' ? queue.over : queue.host.abort;
  await queue.host.clock.sleep(queue.target.settleAfterMs, until);
  return ask(submission, queue, settling, occasion);
}

type Asking = Extract<ProviderClient['reconciliation'], { kind: 'ask' }>;

/** What is not asked about any more, and why. */
function ended({ stopReason: ending }: TargetQueue): Reconciled {
  const why =
    ending === null || ending === 'draining'
      ? 'The run ended before the provider was asked.'
      : `The target was stopped before the provider was asked: ${ending.message}`;
  return { kind: 'unclear', message: why };
}

/** Asks until an answer tells something, or the retries are used up. Asking changes nothing, so it may be repeated. */
async function ask(
  submission: Submission,
  queue: TargetQueue,
  settling: Asking,
  occasion: Occasion,
): Promise<Reconciled> {
  const { host, target } = queue;
  const until = occasion === 'earlier' ? queue.over : host.abort;
  const shortage = new Shortage(host.clock);
  for (let failures = 0; ; ) {
    if (until.aborted) return ended(queue);
    // What this run itself has in flight comes first, and is asked about also while the run drains.
    const permit = await queue.pacer.acquire(occasion !== 'earlier');
    if (permit === null) return ended(queue);
    let answered: Answered;
    try {
      // What became of it is another run's to ask, if that has the claim by now; the asking itself changes nothing.
      await host.fence.renewed();
      answered = await askOnce(submission, queue, settling, permit);
    } finally {
      queue.pacer.release(permit, { kind: 'none' });
    }
    switch (answered.kind) {
      case 'found':
      case 'absent':
        return answered;
      case 'unclear':
      case 'refused':
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'throttled':
        if (queue.stopReason === null) continue;
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'unanswered': {
        const wait = answered.local ? shortage.wait(queue.lastAnswerAt) : null;
        if (wait !== null) {
          await host.clock.sleep(wait, until);
          continue;
        }
        // A target that restarts is waited for, and costs no retry; one that was given up is not.
        if (answered.free) continue;
        if (queue.stopReason !== null && queue.stopReason !== 'draining') failures = target.retries;
        failures++;
        if (failures > target.retries) {
          return { kind: 'unclear', message: `The provider could not be asked: ${answered.message}` };
        }
        await host.clock.sleep(backoffMs(failures, host.clock.random()), until);
      }
    }
  }
}

type Answered =
  | AskVerdict
  /** No answer. `free`: the target is taken for restarting; `local`: this machine could not ask. */
  | {
      readonly kind: 'unanswered';
      readonly message: string;
      readonly free: boolean;
      readonly local: boolean;
    };

async function askOnce(
  submission: Submission,
  queue: TargetQueue,
  settling: Asking,
  permit: Permit,
): Promise<Answered> {
  const { host, target } = queue;
  const { phone } = submission.lead;
  const request = settling.request(phone, Math.floor(host.clock.now() / 1000));
  const exchange = await target.transport.send(request, target.timeoutMs, host.abort);
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const free = (kind === 'connect' || kind === 'tls') && queue.noteConnectionFailure(message);
    queue.pacer.release(permit, signalOfFailure(exchange.failure));
    return { kind: 'unanswered', message, free, local: kind === 'local' };
  }
  const { answer } = exchange;
  const now = host.clock.now();
  const verdict = settling.read(answer, submission.submissionId, queue.leadIdWatermarkOf(submission));
  const sign = signalOfAnswer(answer, verdict, now);
  queue.noteAnswer(answer.status, sign);
  // A stop comes before the permit is given back, or the next lead would still leave with the wrong key.
  if (verdict.kind === 'refused') {
    queue.stopRefused(
      verdict.message,
      refusalRemedy(target.name, answer, now, (nowSeconds) => settling.request(phone, nowSeconds)),
    );
  }
  queue.pacer.release(permit, sign);
  if (verdict.kind === 'absent' && queue.postBodies.has(answer.body)) {
    return { kind: 'unclear', message: 'it answered as it answers leads, which tells nothing of this one.' };
  }
  return verdict;
}
