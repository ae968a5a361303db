// One claimed submission from its first request to its end: send, read the answer, find out about a lost one, try again.
import { knownBy } from '../lead/known-by.ts';
import type { HttpAnswer, Verdict } from '../providers/provider.ts';
import type { Exchange } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import { signalOfAnswer, signalOfFailure } from './backpressure-signal.ts';
import { refusalRemedy } from './clock-skew.ts';
import {
  created,
  duplicateAtProvider,
  type Ending,
  endingOf,
  notSent,
  undelivered,
  unknown,
  unknownAndThen,
} from './ending.ts';
import { Withheld } from './lease-fence.ts';
import type { Permit } from './pacer.ts';
import { payloadOf } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { Shortage } from './shortage.ts';
import type { Submission } from './submission.ts';
import { askAgain, wasTakenOver } from './submission-state.ts';
import type { TargetContext } from './target-context.ts';

/** What a delivery needs of those who hold the claims. */
export interface Claims {
  /** The submission got its first permit, or will not ask for one: the next may be claimed. */
  readonly releaseSlot: (submission: Submission) => void;
  /** Asks whether the claim is still ours. @throws Withheld where it is not */
  readonly confirm: (submission: Submission, uncertain: boolean) => Promise<void>;
}

/** What one try came to. */
type Try = { readonly kind: 'end'; readonly ending: Ending } | Retry;

interface Retry {
  readonly kind: 'retry';
  /** It uses up one of the lead's retries. */
  readonly counts: boolean;
  /** It may have arrived, and only sending it again can tell; else it was not accepted. */
  readonly uncertain: boolean;
  /** Whose fault it was; `machine`: this one's. */
  readonly why: 'connection' | 'machine' | 'provider';
  readonly message: string;
}

/** An answer that does not tell, or none. */
type Indeterminate = Extract<Verdict, { kind: 'indeterminate' }>;

/** A lead that is refused repeatedly while others are accepted waits longer itself: the pacer does not see it. */
const PATIENCE = 3;

const ONLY_SENDING_TELLS = 'this provider cannot be asked, only sending it again can tell.';
const DID_NOT_ARRIVE =
  'it did not arrive, and --settle only asks. `leadpush retry RUN` sends it; sending it again is safe.';
const NOTHING_TO_ASK =
  'another run has settled it, and --settle only asks. `leadpush retry RUN` sends it; sending it again is safe.';

/**
 * Brings one claimed submission to its end.
 * @param leftOver an earlier attempt, another run's or this one's, may have arrived: that is found out before anything is sent
 * @throws Withheld where the claim is to be asked about again first
 */
export async function deliver(
  submission: Submission,
  context: TargetContext,
  claims: Claims,
  leftOver: boolean,
): Promise<Ending> {
  const { host, state, pacer } = context;
  // An earlier attempt of which only sending again can tell, or that a person wants sent although it stayed unclear: what
  // does not end in an answer stays unknown.
  let uncertain = false;
  if (leftOver) {
    const earlier = await reconcileEarlier(submission, context, claims);
    if (earlier.kind === 'end') return earlier.ending;
    uncertain = earlier.uncertain;
  }
  if (host.askOnly) {
    claims.releaseSlot(submission);
    return uncertain ? unknown(ONLY_SENDING_TELLS) : notSent(leftOver ? DID_NOT_ARRIVE : NOTHING_TO_ASK);
  }
  let last: Retry | null = null;
  for (;;) {
    const given = pacer.acquire();
    // Often at once: then nothing need wait.
    const permit = given instanceof Promise ? await given : given;
    claims.releaseSlot(submission);
    if (permit === null) return notSentAgain(submission, context, uncertain, last);
    let tried: Try;
    try {
      if (submission.state.kind === 'contested') {
        await claims.confirm(submission, uncertain);
        if (!state.isOpen) return notSentAgain(submission, context, uncertain, last);
      }
      host.fence.check(submission, uncertain);
      const watermark = context.leadIds.watermark;
      const exchange = await send(submission, context, watermark);
      const said = answered(context, submission, permit, uncertain, watermark, exchange);
      // What became of it may be another run's to ask by now.
      if (said.kind === 'indeterminate') host.fence.check(submission, true);
      if (said.kind !== 'end') submission.state = askAgain(submission.state);
      tried = said.kind === 'indeterminate' ? await reconcileLost(submission, context, said) : said;
    } finally {
      // A defect of ours must not keep the permit for ever.
      pacer.release(permit, { kind: 'none' });
    }
    if (tried.kind === 'end') return tried.ending;
    if (tried.uncertain) uncertain = true;
    last = tried;
    const next = nextTry(submission, context, tried, uncertain);
    if (next.kind === 'end') return next.ending;
    if (next.waitMs > 0) await host.clock.sleep(next.waitMs, state.over);
  }
}

/** How long to wait before the next try, or the end where there is none. */
function nextTry(
  submission: Submission,
  context: TargetContext,
  { why, message, counts }: Retry,
  uncertain: boolean,
): { readonly kind: 'wait'; readonly waitMs: number } | { readonly kind: 'end'; readonly ending: Ending } {
  const { host, target, breaker } = context;
  if (why === 'machine') {
    submission.shortage ??= new Shortage(host.clock);
    const waitMs = submission.shortage.wait(breaker.lastAnswerAt);
    if (waitMs !== null) return { kind: 'wait', waitMs };
    context.stop({ code: 'NOT_SENT', message });
    return end(uncertain ? unknown(message) : undelivered('NOT_SENT', message, submission.attempts));
  }
  // Whatever else came of a try: this machine could make it.
  submission.shortage = null;
  if (counts) submission.failures++;
  const { failures } = submission;
  if (failures > target.retries) {
    if (why === 'connection' && !breaker.hasAnswered) context.stop({ code: 'UNREACHABLE', message });
    const code = why === 'connection' ? 'UNREACHABLE' : 'PROVIDER_ERROR';
    return end(uncertain ? unknown(message) : undelivered(code, message, failures));
  }
  submission.throttled = !counts && why === 'provider' ? submission.throttled + 1 : 0;
  const step = counts ? failures : submission.throttled - PATIENCE;
  return { kind: 'wait', waitMs: step > 0 ? backoffMs(step, host.clock.random()) : 0 };
}

function send(
  submission: Submission,
  { host, target }: TargetContext,
  watermark: string | null,
): Promise<Exchange> {
  submission.payload ??= payloadOf(target, submission.lead, submission.submissionId);
  // A lead id given before the first try left is older than anything that try made; one given later need not be.
  // (For a claim that was taken over, the first try was another run's, and so is its watermark.)
  if (submission.attempts === 0 && !wasTakenOver(submission.state)) submission.leadIdWatermark = watermark;
  const request = target.endpoint.request(submission.payload, Math.floor(host.clock.now() / 1000));
  submission.attempts++;
  return target.transport.send(request, target.timeoutMs, host.abort, () => host.fence.holds(submission));
}

/**
 * What the answer tells, for this lead and for the whole target; gives the permit back.
 * @param watermark the highest lead id known when the request was written
 */
function answered(
  context: TargetContext,
  submission: Submission,
  permit: Permit,
  uncertain: boolean,
  watermark: string | null,
  exchange: Exchange,
): Try | Indeterminate {
  const { host, target, pacer } = context;
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const restarting = (kind === 'connect' || kind === 'tls') && context.noteConnectionFailure(message);
    pacer.release(permit, signalOfFailure(exchange.failure));
    switch (kind) {
      case 'connect':
      case 'tls':
        return retry(!restarting, 'connection', message);
      case 'local':
        return retry(false, 'machine', message);
      case 'unsendable':
        // What no HTTP request can carry will fail on every retry.
        return end(uncertain ? unknownAndThen(message) : notSent(message));
      case 'timeout':
      case 'reset':
        return { kind: 'indeterminate', message, mayStillArrive: true };
      case 'aborted':
        return end(unknown('aborted before the answer came.'));
      case 'withheld':
        submission.attempts--;
        throw new Withheld(uncertain);
    }
  }
  const { answer } = exchange;
  const verdict = target.endpoint.read(answer);
  const signal = signalOfAnswer(answer, verdict, host.clock.now());
  context.noteAnswer(answer.status, signal);
  // One that was created names its lead: no two are alike.
  if (verdict.kind !== 'created') context.postBodies.add(answer.body);
  // A stop comes before the permit is given back, or the next lead would still leave with the wrong key.
  if (verdict.kind === 'unauthorized') {
    const ending = unauthorized(context, submission, uncertain, answer, verdict.message);
    pacer.release(permit, { kind: 'answered', waitMs: null });
    return end(ending);
  }
  if (verdict.kind === 'redirected') context.stop({ code: 'REDIRECTED', message: verdict.message });
  pacer.release(permit, signal);
  switch (verdict.kind) {
    case 'created':
      context.leadIds.add(verdict.leadId, watermark);
      return end(created(verdict.leadId));
    case 'duplicate':
      return end(duplicateAtProvider(verdict.leadId, uncertain ? knownBy(context.target.endpoint) : null));
    case 'rejected': {
      const { message } = verdict;
      if (uncertain) return end(unknownAndThen(message));
      return end(endingOf('rejected', { field: null, code: 'PROVIDER_REJECTED', message }));
    }
    case 'redirected': {
      const message = `${verdict.message} Redirects are never followed; check baseUrl and path of target "${target.name}".`;
      return end(stopped(uncertain, 'REDIRECTED', message));
    }
    case 'throttled':
      return retry(false, 'provider', verdict.message);
    case 'retryable':
      return retry(true, 'provider', verdict.message);
    case 'indeterminate':
      return verdict;
  }
}

/** Stops the target, and says whether the key or this machine's clock must be corrected. */
function unauthorized(
  context: TargetContext,
  { payload }: Submission,
  uncertain: boolean,
  answer: HttpAnswer,
  said: string,
): Ending {
  const { target, host } = context;
  const remedy = refusalRemedy(target.name, answer, host.clock.now(), (nowSeconds) =>
    target.endpoint.request(payload ?? { fields: [], warnings: [] }, nowSeconds),
  );
  context.stopUnauthorized(said, remedy);
  return stopped(uncertain, 'CREDENTIALS_REFUSED', `${said} ${remedy.text}`);
}

/** Finds out about a lost answer now, where the provider can be asked; else only sending again can tell. */
async function reconcileLost(
  submission: Submission,
  context: TargetContext,
  { message, mayStillArrive }: Indeterminate,
): Promise<Try> {
  const found = await reconcile(submission, context, mayStillArrive ? 'may-still-arrive' : 'lost');
  switch (found.kind) {
    case 'resend':
      return { ...retry(true, 'provider', message), uncertain: true };
    case 'found':
      return end(foundEnding(context, submission, found.leadId));
    case 'absent':
      return retry(true, 'provider', message);
    case 'unclear':
      return end(unknown(`${message} ${found.message}`));
  }
}

/** What became of an earlier attempt. `uncertain`: it may have arrived, and is sent all the same. */
type Earlier =
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'send'; readonly uncertain: boolean };

async function reconcileEarlier(
  submission: Submission,
  context: TargetContext,
  claims: Claims,
): Promise<Earlier> {
  // The question does not hold up new leads: the next may be claimed meanwhile.
  if (context.target.endpoint.reconciliation.kind === 'ask') claims.releaseSlot(submission);
  const found = await reconcile(submission, context, 'earlier-run');
  switch (found.kind) {
    case 'resend':
      return { kind: 'send', uncertain: true };
    case 'absent':
      return { kind: 'send', uncertain: false };
    case 'found':
      return end(foundEnding(context, submission, found.leadId));
    case 'unclear': {
      if (context.host.resendUnknown) return { kind: 'send', uncertain: true };
      const why = wasTakenOver(submission.state)
        ? 'an earlier run could not tell whether it arrived.'
        : 'this run was paused before it could tell.';
      return end(unknown(`${why} ${found.message}`));
    }
  }
}

function foundEnding({ leadIds }: TargetContext, { leadIdWatermark }: Submission, leadId: string): Ending {
  leadIds.add(leadId, leadIdWatermark);
  return created(leadId);
}

/**
 * How a submission ends that is not sent, or not again, because nothing more is sent to the target.
 * @param last its last try, where there was one
 */
function notSentAgain(
  { attempts }: Submission,
  { state }: TargetContext,
  uncertain: boolean,
  last: Retry | null,
): Ending {
  if (uncertain) return unknown('the run ended before it could be sent again.');
  if (last?.why === 'connection') return undelivered('UNREACHABLE', last.message, attempts);
  if (last === null) return notSent(`${state.reason} Sending it again is safe.`);
  const message = `Not sent again: ${state.reason} The last try: ${last.message} Sending it again is safe.`;
  return endingOf('failed', { field: null, code: 'NOT_SENT', message });
}

function stopped(uncertain: boolean, code: 'CREDENTIALS_REFUSED' | 'REDIRECTED', message: string): Ending {
  return uncertain ? unknownAndThen(message) : endingOf('failed', { field: null, code, message });
}

function end(ending: Ending): { readonly kind: 'end'; readonly ending: Ending } {
  return { kind: 'end', ending };
}

/** It was not accepted: sending it again is safe. */
function retry(counts: boolean, why: Retry['why'], message: string): Retry {
  return { kind: 'retry', counts, uncertain: false, why, message };
}
