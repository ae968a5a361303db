// One claimed submission from its first request to its end: send, read the answer, find out about a lost one, try again.

import { PERSON_WORDS } from '../lead/known-by.ts';
import {
  Attempt,
  type AttemptHost,
  type Claims,
  end,
  type Indeterminate,
  type Retry,
  retry,
  type Said,
  type Try,
} from './attempt.ts';
import { backoffMs } from './backoff.ts';
import {
  created,
  createdPerhapsTwice,
  type Ending,
  endingOf,
  notSent,
  onlySendingTells,
  undelivered,
  unknown,
} from './ending.ts';
import { reconcile } from './reconcile.ts';
import { Shortage } from './shortage.ts';
import type { Submission, Target } from './submission.ts';
import { wasTakenOver } from './submission-state.ts';
import type { TargetContext } from './target-context.ts';

/** A lead that is refused repeatedly while others are accepted waits longer itself: the pacer does not see it. */
const PATIENCE = 3;

const NOTHING_TO_ASK =
  'another run has found out that it did not arrive, and --settle only asks. `leadpush retry RUN` sends it; sending it again is safe.';

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
  const { host } = context;
  // An earlier attempt of which only sending again can tell, or that a person wants sent although it stayed unclear: what
  // does not end in an answer stays unknown.
  let uncertain = false;
  let mayBeTwice = false;
  let why = NOTHING_TO_ASK;
  if (leftOver) {
    const earlier = await reconcileEarlier(submission, context, claims);
    if (earlier.kind === 'end') return earlier.ending;
    ({ uncertain, mayBeTwice } = earlier);
    why = `${earlier.message}, and --settle only asks. \`leadpush retry RUN\` sends it; sending it again is safe.`;
  }
  if (host.askOnly) {
    claims.releaseSlot(submission);
    return uncertain ? onlySendingTells(lookedUpBy(context.target)) : notSent(why);
  }
  const ending = await tryOn(submission, context, claims, uncertain, null);
  return mayBeTwice && ending.status === 'created' ? createdPerhapsTwice(ending) : ending;
}

/**
 * Tries until it has ended.
 * @param uncertain an earlier attempt may have arrived
 * @param first what the first try came to; null: it is still to be made
 * @throws Withheld where the claim is to be asked about again first
 */
export async function tryOn(
  submission: Submission,
  context: TargetContext,
  claims: Claims,
  uncertain: boolean,
  first: Said | null,
): Promise<Ending> {
  const { host, state } = context;
  let mayHaveArrived = uncertain;
  let last: Retry | null = null;
  let said = first ?? (await attempt(submission, context, claims, mayHaveArrived));
  for (;;) {
    if (said.kind === 'turnedAway') return notSentAgain(submission, context, mayHaveArrived, last);
    const tried = said.kind === 'indeterminate' ? await reconcileLost(submission, context, said) : said;
    if (tried.kind === 'end') return tried.ending;
    if (tried.uncertain) mayHaveArrived = true;
    last = tried;
    const next = nextTry(submission, context, tried, mayHaveArrived);
    if (next.kind === 'end') return next.ending;
    if (next.waitMs > 0) {
      const waiting = host.clock.sleep(next.waitMs, state.over);
      // What this machine lacks keeps it from being sent; anything else is only a pause between two tries.
      await (tried.why === 'machine' ? waiting : context.counting('retrying', waiting));
    }
    said = await attempt(submission, context, claims, mayHaveArrived);
  }
}

function attempt(
  submission: Submission,
  context: TargetContext,
  claims: Claims,
  uncertain: boolean,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const host: AttemptHost = {
      tried: (_, said) => resolve(said),
      broke: (_, error) => reject(error),
    };
    new Attempt(submission, context, claims, uncertain, host).start();
  });
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
      return retry(true, 'provider', `${message} ${capital(found.message)}.`);
    case 'unclear':
      return end(unknown(`${message} ${found.message}`));
  }
}

/**
 * What became of an earlier attempt. `uncertain`: it may have arrived, and is sent all the same; `mayBeTwice`: to a provider
 * whose answer to that does not tell either.
 */
type Earlier =
  | { readonly kind: 'end'; readonly ending: Ending }
  | {
      readonly kind: 'send';
      readonly uncertain: boolean;
      readonly mayBeTwice: boolean;
      /** What asking told. */
      readonly message: string;
    };

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
      return { kind: 'send', uncertain: true, mayBeTwice: false, message: '' };
    case 'absent':
      return { kind: 'send', uncertain: false, mayBeTwice: false, message: found.message };
    case 'found':
      return end(foundEnding(context, submission, found.leadId));
    case 'unclear': {
      if (context.host.resendUnknown)
        return { kind: 'send', uncertain: true, mayBeTwice: true, message: found.message };
      const why = wasTakenOver(submission.state)
        ? 'an earlier run could not tell whether it arrived.'
        : 'this run was paused before it could tell.';
      return end(unknown(`${why} ${found.message}`));
    }
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function lookedUpBy({ endpoint: { lookup } }: Target): string | null {
  return lookup === null ? null : PERSON_WORDS[lookup.by];
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
  { state, breaker, host }: TargetContext,
  uncertain: boolean,
  last: Retry | null,
): Ending {
  // A stop says it itself.
  const asked = state.stop === null ? breaker.askedText(host.clock.monotonic()) : '';
  if (uncertain) {
    const { stop } = state;
    const why =
      stop === null
        ? `the run ended before it could be sent again.${asked}`
        : `it was not sent again: ${stop.message}`;
    return unknown(sentence(why));
  }
  // Whatever else ended its tries, it was not given up.
  if (last?.why === 'connection' && state.stop?.code === 'UNREACHABLE')
    return undelivered('UNREACHABLE', last.message, attempts);
  if (last === null) return notSent(`${state.reason} Sending it again is safe.`);
  const message = `Not sent again: ${sentence(state.reason)} The last try: ${last.message}${asked} Sending it again is safe.`;
  const code = last.why === 'connection' ? 'UNREACHABLE' : 'NOT_SENT';
  return endingOf('failed', { field: null, code, message });
}
