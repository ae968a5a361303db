// One request of one submission: waits for its permit, sends it, and reads the answer. No promise and no function is made for
// it, since nearly every lead has just one: the object itself is told when its permit and its answer come.
import { knownBy } from '../lead/known-by.ts';
import type { HttpAnswer, Verdict } from '../providers/provider.ts';
import type { Exchange } from '../transport/transport.ts';
import { signalOfAnswer, signalOfFailure } from './backpressure-signal.ts';
import { refusalRemedy } from './clock-skew.ts';
import {
  created,
  duplicateAtProvider,
  type Ending,
  endingOf,
  notSent,
  unknown,
  unknownAndThen,
} from './ending.ts';
import { Withheld } from './lease-fence.ts';
import type { Permit, Waiter } from './pacer.ts';
import { payloadOf } from './plan.ts';
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
export type Try = { readonly kind: 'end'; readonly ending: Ending } | Retry;

export interface Retry {
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
export type Indeterminate = Extract<Verdict, { kind: 'indeterminate' }>;

/** What became of one request. */
export type Said =
  | Try
  | Indeterminate
  /** Nothing more may leave: it was not made. */
  | { readonly kind: 'turnedAway' };

/** Who made an attempt, and learns what became of it: one of the two is called, once. */
export interface AttemptHost {
  readonly tried: (submission: Submission, said: Said) => void;
  /** @param error Withheld where the claim is to be asked about again first; else a defect of ours */
  readonly broke: (submission: Submission, error: unknown) => void;
}

const TURNED_AWAY: Said = { kind: 'turnedAway' };

export class Attempt implements Waiter {
  readonly urgent = false;
  readonly #submission: Submission;
  readonly #context: TargetContext;
  readonly #claims: Claims;
  readonly #uncertain: boolean;
  readonly #host: AttemptHost;
  #permit: Permit | null = null;

  /** @param uncertain an earlier attempt may have arrived */
  constructor(
    submission: Submission,
    context: TargetContext,
    claims: Claims,
    uncertain: boolean,
    host: AttemptHost,
  ) {
    this.#submission = submission;
    this.#context = context;
    this.#claims = claims;
    this.#uncertain = uncertain;
    this.#host = host;
  }

  start(): void {
    this.#context.pacer.admit(this);
  }

  /** @param permit null: nothing more may leave */
  permitted(permit: Permit | null): void {
    this.#permit = permit;
    try {
      // Turned away, it keeps its place until it has ended: nothing of it counts as in progress.
      if (permit !== null) this.#claims.releaseSlot(this.#submission);
      if (permit !== null && this.#submission.state.kind !== 'contested') {
        this.#send();
        return;
      }
    } catch (error) {
      this.#broke(error);
      return;
    }
    if (permit === null) this.#end(TURNED_AWAY);
    else void this.#confirm();
  }

  async #confirm(): Promise<void> {
    try {
      await this.#claims.confirm(this.#submission, this.#uncertain);
      if (this.#context.state.isOpen) {
        this.#send();
        return;
      }
    } catch (error) {
      this.#broke(error);
      return;
    }
    this.#end(TURNED_AWAY);
  }

  #send(): void {
    const { host, leadIds } = this.#context;
    host.fence.check(this.#submission, this.#uncertain);
    const { watermark } = leadIds;
    send(this.#submission, this.#context, watermark).then(
      (exchange) => this.#exchanged(exchange, watermark),
      (error: unknown) => this.#broke(error),
    );
  }

  #exchanged(exchange: Exchange, watermark: string | null): void {
    const submission = this.#submission;
    const permit = this.#permit;
    let said: Said;
    try {
      if (permit === null) throw new Error('a request left without a permit');
      said = answered(this.#context, submission, permit, this.#uncertain, watermark, exchange);
      // What became of it may be another run's to ask by now.
      if (said.kind === 'indeterminate') this.#context.host.fence.check(submission, true);
      if (said.kind !== 'end') submission.state = askAgain(submission.state);
    } catch (error) {
      this.#broke(error);
      return;
    }
    this.#end(said);
  }

  #end(said: Said): void {
    this.#giveBack();
    this.#host.tried(this.#submission, said);
  }

  #broke(error: unknown): void {
    this.#giveBack();
    this.#host.broke(this.#submission, error);
  }

  /** A defect of ours must not keep the permit for ever; after an answer, this does nothing. */
  #giveBack(): void {
    if (this.#permit !== null) this.#context.pacer.release(this.#permit, { kind: 'none' });
  }
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
  // So does an id: the next lead leaves with the permit, and is to know it.
  if (verdict.kind === 'created') context.leadIds.add(verdict.leadId, watermark);
  pacer.release(permit, signal);
  switch (verdict.kind) {
    case 'created':
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
  const remedy = refusalRemedy(target.name, target.key, answer, host.clock.now(), (nowSeconds) =>
    target.endpoint.request(payload ?? { fields: [], warnings: [] }, nowSeconds),
  );
  context.stopUnauthorized(said, remedy);
  return stopped(uncertain, 'CREDENTIALS_REFUSED', `${said} ${remedy.text}`);
}

function stopped(uncertain: boolean, code: 'CREDENTIALS_REFUSED' | 'REDIRECTED', message: string): Ending {
  return uncertain ? unknownAndThen(message) : endingOf('failed', { field: null, code, message });
}

export function end(ending: Ending): { readonly kind: 'end'; readonly ending: Ending } {
  return { kind: 'end', ending };
}

/** It was not accepted: sending it again is safe. */
export function retry(counts: boolean, why: Retry['why'], message: string): Retry {
  return { kind: 'retry', counts, uncertain: false, why, message };
}
