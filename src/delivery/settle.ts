// Settling a lost answer: asking the provider whether a lead arrived, before anything is sent again (contract section 7).
import type { AskVerdict, Endpoint } from '../providers/provider.ts';
import { backoffMs } from './backoff.ts';
import { refusalRemedy } from './clock-skew.ts';
import type { Lane } from './lane.ts';
import { signOfAnswer, signOfFailure } from './load-sign.ts';
import type { Permit } from './pace.ts';
import { Shortage } from './shortage.ts';
import type { Submission } from './submission.ts';

export type Settled =
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

export async function settle(submission: Submission, lane: Lane, occasion: Occasion): Promise<Settled> {
  const { settling } = lane.target.endpoint;
  if (settling.kind === 'resend') return { kind: 'resend' };
  const first = await ask(submission, lane, settling, occasion);
  if (first.kind !== 'absent' || occasion === 'lost') return first;
  const until = occasion === 'earlier' ? lane.over : lane.host.abort;
  await lane.host.clock.sleep(lane.target.settleAfterMs, until);
  return ask(submission, lane, settling, occasion);
}

type Asking = Extract<Endpoint['settling'], { kind: 'ask' }>;

/** What is not asked about any more, and why. */
function ended({ ending }: Lane): Settled {
  const why =
    ending === null || ending === 'draining'
      ? 'The run ended before the provider was asked.'
      : `The target was stopped before the provider was asked: ${ending.message}`;
  return { kind: 'unclear', message: why };
}

/** Asks until an answer tells something, or the retries are used up. Asking changes nothing, so it may be repeated. */
async function ask(
  submission: Submission,
  lane: Lane,
  settling: Asking,
  occasion: Occasion,
): Promise<Settled> {
  const { host, target } = lane;
  const until = occasion === 'earlier' ? lane.over : host.abort;
  const shortage = new Shortage(host.clock);
  for (let failures = 0; ; ) {
    if (until.aborted) return ended(lane);
    // What this run itself has in flight comes first, and is asked about also while the run drains.
    const permit = await lane.pace.acquire(occasion !== 'earlier');
    if (permit === null) return ended(lane);
    let answered: Answered;
    try {
      // What became of it is another run's to ask, if that has the claim by now; the asking itself changes nothing.
      await host.fence.renewed();
      answered = await askOnce(submission, lane, settling, permit);
    } finally {
      lane.pace.release(permit, { kind: 'none' });
    }
    switch (answered.kind) {
      case 'found':
      case 'absent':
        return answered;
      case 'unclear':
      case 'refused':
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'throttled':
        if (lane.ending === null) continue;
        return { kind: 'unclear', message: `Asked the provider: ${answered.message}` };
      case 'unanswered': {
        const wait = answered.local ? shortage.wait(lane.lastAnswerAt) : null;
        if (wait !== null) {
          await host.clock.sleep(wait, until);
          continue;
        }
        // A target that restarts is waited for, and costs no retry; one that was given up is not.
        if (answered.free) continue;
        if (lane.ending !== null && lane.ending !== 'draining') failures = target.retries;
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
  lane: Lane,
  settling: Asking,
  permit: Permit,
): Promise<Answered> {
  const { host, target } = lane;
  const { phone } = submission.lead;
  const request = settling.request(phone, Math.floor(host.clock.now() / 1000));
  const exchange = await target.transport.send(request, target.timeoutMs, host.abort);
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const free = (kind === 'connect' || kind === 'tls') && lane.noteConnectionFailure(message);
    lane.pace.release(permit, signOfFailure(exchange.failure));
    return { kind: 'unanswered', message, free, local: kind === 'local' };
  }
  const { answer } = exchange;
  const now = host.clock.now();
  const verdict = settling.read(answer, submission.submissionId, lane.floorOf(submission));
  const sign = signOfAnswer(answer, verdict, now);
  lane.noteAnswer(answer.status, sign);
  // A stop comes before the permit is given back, or the next lead would still leave with the wrong key.
  if (verdict.kind === 'refused') {
    lane.stopRefused(
      verdict.message,
      refusalRemedy(target.name, answer, now, (nowSeconds) => settling.request(phone, nowSeconds)),
    );
  }
  lane.pace.release(permit, sign);
  if (verdict.kind === 'absent' && lane.postBodies.has(answer.body)) {
    return { kind: 'unclear', message: 'it answered as it answers leads, which tells nothing of this one.' };
  }
  return verdict;
}
