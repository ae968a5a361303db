// One claimed submission from its first request to its end: send, read the answer, settle what was lost, try again.
// Contract section 7 is the source of every rule here.
import type { HttpAnswer } from '../providers/provider.ts';
import type { Exchange } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import { signalOfAnswer, signalOfFailure } from './backpressure-signal.ts';
import { refusalRemedy } from './clock-skew.ts';
import { Withheld } from './lease-fence.ts';
import type { Permit } from './pacer.ts';
import { payloadOf } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { Shortage } from './shortage.ts';
import { type Ending, endingOf, type Submission } from './submission.ts';
import type { TargetQueue } from './target-queue.ts';

/** What one try came to. `again`: it surely did not arrive and may be tried again; it cost a retry if `counts`. */
type Try =
  | { readonly kind: 'end'; readonly ending: Ending }
  | {
      readonly kind: 'again';
      readonly counts: boolean;
      /** Whose fault it was; `machine`: this one's. */
      readonly why: 'connection' | 'machine' | 'provider';
      readonly message: string;
    };

/**
 * Brings one claimed submission to its end.
 * @param unsettled an earlier attempt may have arrived: settle it before anything is sent
 * @throws Withheld where the claim is to be asked about again first
 */
export async function deliver(
  submission: Submission,
  queue: TargetQueue,
  unsettled: boolean,
): Promise<Ending> {
  const { host, target } = queue;
  // An earlier attempt of which only sending again can tell, or that a person wants sent although it stayed unclear: what
  // does not end in an answer stays unknown.
  let uncertain = false;
  if (unsettled) {
    const earlier = await reconcileEarlier(submission, queue);
    if (earlier.kind === 'end') return earlier.ending;
    uncertain = earlier.uncertain;
  }
  let unreachable: string | null = null;
  for (;;) {
    const permit = await queue.pacer.acquire();
    queue.releaseSlot(submission);
    if (permit === null) return notSentAgain(submission, queue, uncertain, unreachable);
    let outcome: Attempt;
    try {
      if (submission.contested) {
        await queue.holdOn(submission, uncertain);
        if (queue.stopReason !== null) return notSentAgain(submission, queue, uncertain, unreachable);
      }
      host.fence.check(submission, uncertain);
      const leadIdWatermark = queue.highestLeadId;
      const exchange = await send(submission, queue, leadIdWatermark);
      const said = answered(queue, submission, permit, uncertain, leadIdWatermark, exchange);
      // What became of it may be another run's to ask by now.
      if (said.kind === 'unsettled') host.fence.check(submission, true);
      // The run that had it first may have been answered since.
      if (submission.contested && said.kind !== 'end') submission.term = null;
      outcome = said.kind === 'unsettled' ? await lost(submission, queue, said) : said;
    } finally {
      // A defect on the way must not keep the place for ever.
      queue.pacer.release(permit, { kind: 'none' });
    }
    if (outcome.kind === 'end') return outcome.ending;
    if (outcome.kind === 'lost') uncertain = true;
    unreachable = outcome.why === 'connection' ? outcome.message : null;
    if (outcome.why === 'machine') {
      submission.shortage ??= new Shortage(host.clock);
      const wait = submission.shortage.wait(queue.lastAnswerAt);
      if (wait === null) {
        queue.stop('NOT_SENT', outcome.message);
        return uncertain
          ? unknown(outcome.message)
          : undelivered('NOT_SENT', outcome.message, submission.attempts);
      }
      await host.clock.sleep(wait, queue.over);
      continue;
    }
    if (outcome.kind === 'lost' || outcome.counts) submission.failures++;
    const { failures } = submission;
    if (failures > target.retries) {
      const { why, message } = outcome;
      if (why === 'connection' && !queue.hasAnswered) queue.stop('UNREACHABLE', message);
      if (uncertain) return unknown(message);
      return undelivered(why === 'connection' ? 'UNREACHABLE' : 'PROVIDER_ERROR', message, failures);
    }
    const slowDown = outcome.kind === 'again' && !outcome.counts && outcome.why === 'provider';
    submission.throttled = slowDown ? submission.throttled + 1 : 0;
    if (outcome.kind === 'lost' || outcome.counts) {
      await host.clock.sleep(backoffMs(failures, host.clock.random()), queue.over);
    } else if (submission.throttled > PATIENCE) {
      await host.clock.sleep(backoffMs(submission.throttled - PATIENCE, host.clock.random()), queue.over);
    }
  }
}

/** A lead that alone is turned away again and again, while others are taken, slows itself: the target's pacer does not. */
const PATIENCE = 3;

type Attempt = Try | { readonly kind: 'lost'; readonly why: 'provider'; readonly message: string };

/** An answer that does not tell, or none. `again`: one "absent" does not tell either; see settle.ts. */
interface Unsettled {
  readonly kind: 'unsettled';
  readonly message: string;
  readonly again: boolean;
}

function send(
  submission: Submission,
  { host, target }: TargetQueue,
  leadIdWatermark: string | null,
): Promise<Exchange> {
  submission.payload ??= payloadOf(target, submission.lead, submission.submissionId);
  // A lead id given before the first try left is older than anything that try made; one given later need not be.
  // (For a claim that was taken over, the first try was another run's: its leadIdWatermark stays.)
  if (submission.attempts === 0 && !submission.takenOver) submission.leadIdWatermark = leadIdWatermark;
  const request = target.endpoint.request(submission.payload, Math.floor(host.clock.now() / 1000));
  submission.attempts++;
  return target.transport.send(request, target.timeoutMs, host.abort, () => host.fence.holds(submission));
}

/**
 * What the answer tells, for this lead and for the whole queue; gives the permit back.
 * @param leadIdWatermark the highest lead id known when the request was written
 */
function answered(
  queue: TargetQueue,
  submission: Submission,
  permit: Permit,
  uncertain: boolean,
  leadIdWatermark: string | null,
  exchange: Exchange,
): Attempt | Unsettled {
  const { host, target } = queue;
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const restarting = (kind === 'connect' || kind === 'tls') && queue.noteConnectionFailure(message);
    queue.pacer.release(permit, signalOfFailure(exchange.failure));
    switch (kind) {
      case 'connect':
      case 'tls':
        return { kind: 'again', counts: !restarting, why: 'connection', message };
      case 'local':
        return { kind: 'again', counts: false, why: 'machine', message };
      case 'unsendable':
        return end(notSendable(uncertain, message));
      case 'timeout':
      case 'reset':
        return { kind: 'unsettled', message, again: true };
      case 'aborted':
        return { kind: 'end', ending: unknown('aborted before the answer came') };
      case 'withheld':
        submission.attempts--;
        throw new Withheld(uncertain);
    }
  }
  const { answer } = exchange;
  const verdict = target.endpoint.read(answer);
  const sign = signalOfAnswer(answer, verdict, host.clock.now());
  queue.noteAnswer(answer.status, sign);
  // One that was created names its lead: no two are alike.
  if (verdict.kind !== 'created') queue.postBodies.add(answer.body);
  // A stop comes before the permit is given back, or the next lead would still leave with the wrong key.
  if (verdict.kind === 'refused') {
    return credentialsRefused(queue, submission, permit, uncertain, answer, verdict.message);
  }
  if (verdict.kind === 'redirected') queue.stop('REDIRECTED', verdict.message);
  queue.pacer.release(permit, sign);
  switch (verdict.kind) {
    case 'created':
      queue.noteLeadId(verdict.leadId, leadIdWatermark);
      return end({ status: 'created', leadId: verdict.leadId, duplicateOf: null, errors: [], warnings: [] });
    case 'duplicate':
      return end({
        status: 'duplicate',
        leadId: verdict.leadId,
        duplicateOf: { by: 'provider' },
        errors: [],
        warnings: uncertain
          ? [
              {
                field: null,
                code: 'EARLIER_ATTEMPT_UNCERTAIN',
                message:
                  'The answer to an earlier attempt was lost and the provider now has this phone: it may have come from that attempt.',
              },
            ]
          : [],
      });
    case 'rejected':
      if (uncertain) return end(unknown(`an earlier answer was lost, and then: ${verdict.message}`));
      return end(endingOf('rejected', { field: null, code: 'PROVIDER_REJECTED', message: verdict.message }));
    case 'redirected':
      return stopped(
        uncertain,
        'REDIRECTED',
        `${verdict.message} Redirects are never followed; check baseUrl and path of target "${target.name}".`,
      );
    case 'throttled':
      return { kind: 'again', counts: false, why: 'provider', message: verdict.message };
    case 'notTaken':
      return { kind: 'again', counts: true, why: 'provider', message: verdict.message };
    case 'lost':
      return { kind: 'unsettled', message: verdict.message, again: verdict.again };
  }
}

/** Stops the target, and says whether the key or this machine's clock is to be mended. */
function credentialsRefused(
  queue: TargetQueue,
  { payload }: Submission,
  permit: Permit,
  uncertain: boolean,
  answer: HttpAnswer,
  said: string,
): Attempt {
  const { target, host, pacer } = queue;
  const remedy = refusalRemedy(target.name, answer, host.clock.now(), (nowSeconds) =>
    target.endpoint.request(payload ?? { fields: [], warnings: [] }, nowSeconds),
  );
  queue.stopRefused(said, remedy);
  pacer.release(permit, { kind: 'answered', waitMs: null });
  return stopped(uncertain, 'CREDENTIALS_REFUSED', `${said} ${remedy.text}`);
}

/** Settles a lost answer now, where the provider can be asked; else only another sending can tell. */
async function lost(
  submission: Submission,
  queue: TargetQueue,
  { message, again }: Unsettled,
): Promise<Attempt> {
  const settled = await reconcile(submission, queue, again ? 'lost-twice' : 'lost');
  switch (settled.kind) {
    case 'resend':
      return { kind: 'lost', why: 'provider', message };
    case 'found':
      return end(foundEnding(queue, submission, settled.leadId));
    case 'absent':
      return { kind: 'again', counts: true, why: 'provider', message };
    case 'unclear':
      return end(unknown(`${message} ${settled.message}`));
  }
}

/** What the look at an earlier attempt came to. `uncertain`: it may have arrived, and is sent all the same. */
type Earlier =
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'send'; readonly uncertain: boolean };

async function reconcileEarlier(submission: Submission, queue: TargetQueue): Promise<Earlier> {
  // The question does not hold up new leads: the next may be claimed meanwhile.
  if (queue.target.endpoint.reconciliation.kind === 'ask') queue.releaseSlot(submission);
  const settled = await reconcile(submission, queue, 'earlier');
  switch (settled.kind) {
    case 'resend':
      return { kind: 'send', uncertain: true };
    case 'absent':
      return { kind: 'send', uncertain: false };
    case 'found':
      return { kind: 'end', ending: foundEnding(queue, submission, settled.leadId) };
    case 'unclear':
      if (queue.host.resendUnknown) return { kind: 'send', uncertain: true };
      return {
        kind: 'end',
        ending: unknown(`an earlier run left it unsettled. ${settled.message}`),
      };
  }
}

function foundEnding(queue: TargetQueue, { leadIdWatermark }: Submission, leadId: string): Ending {
  queue.noteLeadId(leadId, leadIdWatermark);
  return { status: 'created', leadId, duplicateOf: null, errors: [], warnings: [] };
}

/** How a submission ends that is not sent, or not again, as the queue ended. */
function notSentAgain(
  { attempts }: Submission,
  queue: TargetQueue,
  uncertain: boolean,
  unreachable: string | null,
): Ending {
  if (uncertain) return unknown('the run ended before it could be sent again.');
  return unreachable === null ? queue.notSent() : undelivered('UNREACHABLE', unreachable, attempts);
}

function undelivered(
  code: 'UNREACHABLE' | 'PROVIDER_ERROR' | 'NOT_SENT',
  message: string,
  tries: number,
): Ending {
  return endingOf('failed', {
    field: null,
    code,
    message: `${message} Gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}; sending it again is safe.`,
  });
}

/** What no HTTP request can carry stays so, however often it is tried. */
function notSendable(uncertain: boolean, message: string): Ending {
  if (uncertain) return unknown(`an earlier answer was lost, and then: ${message}`);
  return endingOf('failed', { field: null, code: 'NOT_SENT', message: `Not sent: ${message}` });
}

function end(ending: Ending): Attempt {
  return { kind: 'end', ending };
}

function unknown(message: string): Ending {
  return endingOf('unknown', {
    field: null,
    code: 'ANSWER_LOST',
    message: `It may have arrived: ${message} Look it up at the provider; \`leadpush retry RUN --unknown\` sends it again.`,
  });
}

function stopped(uncertain: boolean, code: 'CREDENTIALS_REFUSED' | 'REDIRECTED', message: string): Attempt {
  return end(
    uncertain
      ? unknown(`an earlier answer was lost, and then: ${message}`)
      : endingOf('failed', { field: null, code, message }),
  );
}
