// Settling a lost answer: asking the provider whether a lead arrived, before anything is sent again (contract section 7).
import { backoffMs } from './backoff.ts';
import type { Lane } from './lane.ts';
import { loadSign } from './load-sign.ts';
import type { Submission } from './submission.ts';

export type Settled =
  | { readonly kind: 'found'; readonly leadId: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly message: string }
  /** This provider cannot be asked; sending again is safe and tells. */
  | { readonly kind: 'resend' };

/**
 * @param again one "absent" is not enough, since the request may still be under way: ask twice, `settleAfter` apart
 */
export async function settle(submission: Submission, lane: Lane, again: boolean): Promise<Settled> {
  if (lane.target.endpoint.settling.kind === 'resend') return { kind: 'resend' };
  const first = await ask(submission, lane);
  if (first.kind !== 'absent' || !again) return first;
  await lane.host.clock.sleep(lane.target.settleAfterMs, lane.host.abort);
  return ask(submission, lane);
}

/** Asks until an answer tells something, or the retries are used up. Asking changes nothing, so it may be repeated. */
async function ask(submission: Submission, lane: Lane): Promise<Settled> {
  const { host, target } = lane;
  const { settling } = target.endpoint;
  if (settling.kind === 'resend') return { kind: 'resend' };
  let failures = 0;
  for (;;) {
    if (host.abort.aborted) return { kind: 'unclear', message: 'Aborted before the provider was asked.' };
    const permit = await lane.pace.acquire(true);
    if (permit === null) return { kind: 'unclear', message: 'Aborted before the provider was asked.' };
    const request = settling.request(submission.lead.phone, Math.floor(host.clock.now() / 1000));
    const exchange = await target.transport.send(request, target.timeoutMs, host.abort);
    const sign = loadSign(exchange, host.clock.now());
    let message: string;
    if (exchange.ok) {
      const verdict = settling.read(exchange.answer, submission.submissionId, submission.floor);
      lane.noteAnswer(exchange.answer, verdict.kind === 'throttled');
      if (verdict.kind === 'refused') {
        lane.stop('CREDENTIALS_REFUSED', `the provider refused the credentials (${verdict.message})`);
      }
      lane.pace.release(permit, sign);
      switch (verdict.kind) {
        case 'found':
        case 'absent':
          return verdict;
        case 'unclear':
          return { kind: 'unclear', message: `Asked the provider: ${verdict.message}` };
        case 'refused':
          return { kind: 'unclear', message: `Asked the provider: ${verdict.message}` };
        case 'throttled':
          if (lane.ending !== null)
            return { kind: 'unclear', message: `Asked the provider: ${verdict.message}` };
          continue;
      }
    } else {
      message = exchange.failure.message;
      if (exchange.failure.kind === 'connect' || exchange.failure.kind === 'tls') {
        lane.noteConnectionFailure(message);
      }
      lane.pace.release(permit, sign);
    }
    failures++;
    if (failures > target.retries)
      return { kind: 'unclear', message: `The provider could not be asked: ${message}` };
    await host.clock.sleep(backoffMs(failures, host.clock.random()), host.abort);
  }
}
