// One target's queue: which submissions are claimed next, which wait for a phone that is in flight, and when the queue
// stops. What happens to a claimed submission is in deliver.ts.
import { setMaxListeners } from 'node:events';
import type { Claim, ClaimAnswer, ClaimRules, Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import type { Remedy } from './clock-skew.ts';
import { deliver } from './deliver.ts';
import type { GroupCommit } from './group-commit.ts';
import { type AskedAgain, type LeaseFence, takenEnding, undecidedEnding, Withheld } from './lease-fence.ts';
import type { DuplicateOf, TargetStop } from './outcome.ts';
import { type BackpressureSignal, Pacer } from './pacer.ts';
import { PostBodies } from './post-bodies.ts';
import { type Ending, endingOf, inputDuplicateEnding, type Submission, type Target } from './submission.ts';

/** What a queue needs of the run that it belongs to. */
export interface QueueHost {
  readonly run: string;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly groupCommit: GroupCommit;
  readonly fence: LeaseFence;
  readonly resend: boolean;
  /** Send what stays unknown although asked (`retry --unknown`). */
  readonly resendUnknown: boolean;
  /** Aborts what is in flight. */
  readonly abort: AbortSignal;
  readonly finish: (submission: Submission, queue: TargetQueue, ending: Ending) => void;
  readonly stopped: (stop: TargetStop) => void;
  /** Some of those that waited were claimed: more may come. */
  readonly onCapacity: () => void;
  /**
   * Looks at the first lead that this target created, before the others go.
   * Null: go on; else why not. Absent: no canary is wanted.
   */
  readonly canary?: (target: Target, submission: Submission, leadId: string) => Promise<string | null>;
}

/** Keys asked about at once where most of the input is known already. */
const LOOK_AHEAD = 512;
const BUSY_POLL_MS = 400;
/** However wrong a clock was when the instant was written. */
const MAX_WAIT_MS = 15 * 60_000;
const STOP_CONNECTION_FAILURES = 10;
/** So long a target that has answered is taken for restarting when it cannot be connected to. */
const RESTART_MS = 30_000;
const RESTART_LEAST_PAUSE_MS = 50;
const RESTART_MOST_PAUSE_MS = 2_000;
const STOP_RETRY_AFTER_MS = 5 * 60_000;
const STOP_THROTTLED_MS = 10 * 60_000;

/** What is to be done with a claim that is asked about again, where it is still ours. */
type Next =
  | { readonly kind: 'send'; readonly uncertain: boolean }
  /** Another run's last attempt is to be settled. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'end'; readonly ending: Ending };

export class TargetQueue {
  readonly target: Target;
  readonly host: QueueHost;
  readonly pacer: Pacer;
  /** The highest lead id that this run was given here; see {@link leadIdWatermarkOf}. */
  highestLeadId: string | null = null;
  #highest = -1n;
  /** Each lead id was higher than all that had been given before its request was written. */
  #idsGrow = true;
  /** What this target answers to leads without naming one. */
  readonly postBodies = new PostBodies();
  /** Any answer came yet. */
  hasAnswered = false;
  /** Monotonic ms of the last answer. */
  lastAnswerAt = Number.NEGATIVE_INFINITY;
  #connectionFailures = 0;
  /** Monotonic ms of the first failure to connect since the last answer. */
  #goneSince: number | null = null;
  /** Monotonic ms of the first 429/503 since the last other answer. */
  #throttledSince: number | null = null;
  #stop: TargetStop | null = null;
  #draining = false;
  readonly #over = new AbortController();
  #queue: Submission[] = [];
  #head = 0;
  readonly #waitingByPhone = new Map<string, Submission[]>();
  #claimedAhead = 0;
  #inProgress = 0;
  #mostlyKnown = false;
  #looking = false;
  #canary: 'wanted' | 'done';

  constructor(target: Target, host: QueueHost) {
    this.target = target;
    this.host = host;
    this.pacer = new Pacer(host.clock, target.concurrency, target.rate);
    this.#canary = host.canary === undefined ? 'done' : 'wanted';
    // Every lead that waits to be tried again listens for it.
    setMaxListeners(0, this.#over.signal);
  }

  /** Why nothing more is sent here, or null. */
  get stopReason(): TargetStop | 'draining' | null {
    return this.#stop ?? (this.#draining ? 'draining' : null);
  }

  /** Aborted when nothing more is sent here: who waits to try again need not wait on. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get rules(): ClaimRules {
    return { resend: this.host.resend, knownSince: this.target.knownSince };
  }

  /** Submissions that are not claimed yet. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** Submissions between claim and end. */
  get inProgress(): number {
    return this.#inProgress;
  }

  add(submission: Submission): void {
    this.#queue.push(submission);
  }

  /** As {@link stop}, because the credentials were refused; with a clock that is off, that is what is said. */
  stopRefused(said: string, { clockIsOff, text }: Remedy): void {
    const message = `the provider refused the credentials (${said})`;
    if (clockIsOff) this.stop('CREDENTIALS_REFUSED', `${message}. ${text}`, true);
    else this.stop('CREDENTIALS_REFUSED', message);
  }

  /** Nothing more is sent: what is in flight finishes, the rest is NOT_SENT. */
  stop(code: TargetStop['code'], message: string, clockIsOff = false): void {
    if (this.#stop !== null) return;
    this.#stop = { target: this.target.name, code, message, ...(clockIsOff ? { clockIsOff } : {}) };
    this.host.stopped(this.#stop);
    this.#close();
  }

  /** As {@link stop}, because a person or the system asks for it. */
  drain(): void {
    this.#draining = true;
    this.#close();
  }

  /** As {@link drain}; nothing is asked any more either. */
  abort(): void {
    this.#draining = true;
    this.pacer.abort();
    this.#close();
  }

  #close(): void {
    this.pacer.close();
    this.#over.abort();
    this.pump();
  }

  /** Claims what may go next. Call it after add(); the queue calls it itself whenever something ends. */
  pump(): void {
    while (this.#head < this.#queue.length) {
      if (this.stopReason === null && !this.#mayClaim()) break;
      if (this.stopReason === null && this.#mostlyKnown) {
        void this.#lookUp();
        break;
      }
      const submission = this.#queue[this.#head++];
      if (submission === undefined) break;
      if (this.stopReason === null) this.#start(submission);
      else this.host.finish(submission, this, this.notSent());
    }
    if (this.#head >= 64 || this.#head === this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.host.onCapacity();
  }

  /** The submission got its first permit, or will not ask for one: the next may be claimed. */
  releaseSlot(submission: Submission): void {
    if (!submission.claimedAhead) return;
    submission.claimedAhead = false;
    this.#claimedAhead--;
    this.pump();
  }

  /** Any answer proves the connection; what it asks for may stop the target. */
  noteAnswer(status: number, sign: BackpressureSignal): void {
    this.hasAnswered = true;
    this.lastAnswerAt = this.host.clock.monotonic();
    this.#connectionFailures = 0;
    this.#goneSince = null;
    const throttled = sign.kind === 'throttled';
    if (!throttled) this.#throttledSince = null;
    if (throttled || sign.kind === 'answered') this.#noteWish(status, throttled, sign.waitMs);
  }

  /**
   * Ten failures in a row to connect stop a target that never answered. One that has answered is taken for restarting: it
   * waits, and tries again for half a minute.
   * @returns whether it is taken for that: the failure then costs its lead nothing
   */
  noteConnectionFailure(message: string): boolean {
    this.#connectionFailures++;
    if (!this.hasAnswered) {
      if (this.#connectionFailures >= STOP_CONNECTION_FAILURES) this.stop('UNREACHABLE', message);
      return false;
    }
    const now = this.host.clock.monotonic();
    this.#goneSince ??= now;
    if (now - this.#goneSince >= RESTART_MS) {
      this.stop('UNREACHABLE', message);
      return false;
    }
    const longest = Math.min(RESTART_MOST_PAUSE_MS, 100 * 2 ** Math.min(10, this.#connectionFailures - 1));
    this.pacer.hold(RESTART_LEAST_PAUSE_MS + this.host.clock.random() * longest);
    return true;
  }

  /**
   * A lead id that a request was answered with, or that asking found.
   * @param leadIdWatermark the highest known when that request was written; null where it is not known
   */
  noteLeadId(leadId: string, leadIdWatermark: string | null): void {
    if (!/^\d+$/.test(leadId)) {
      this.#idsGrow = false;
      return;
    }
    const id = BigInt(leadId);
    if (leadIdWatermark !== null && /^\d+$/.test(leadIdWatermark) && id <= BigInt(leadIdWatermark))
      this.#idsGrow = false;
    if (id <= this.#highest) return;
    this.#highest = id;
    this.highestLeadId = leadId;
  }

  /** A lead below it is older than the submission's lost attempt; null where that is not known, or ids do not grow here. */
  leadIdWatermarkOf(submission: Submission): string | null {
    return this.#idsGrow ? submission.leadIdWatermark : null;
  }

  /** A wish to wait too long, or ten minutes of nothing but "slow down", stops the target. */
  #noteWish(status: number, throttled: boolean, waitMs: number | null): void {
    const now = this.host.clock.monotonic();
    if (throttled) this.#throttledSince ??= now;
    const said = `HTTP ${status}`;
    if (waitMs !== null && waitMs > STOP_RETRY_AFTER_MS) {
      this.#stopAsking(`the provider asks to wait ${minutes(waitMs)} (${said}).`);
    } else if (this.#throttledSince !== null && now - this.#throttledSince >= STOP_THROTTLED_MS) {
      this.#stopAsking(`the provider answered nothing but "slow down" (${said}) for ten minutes.`);
    }
  }

  /** The provider wants to be left alone: what waits to be asked about is not asked either. */
  #stopAsking(message: string): void {
    this.stop('PROVIDER_ERROR', message);
    this.pacer.abort();
  }

  /** The ending of what was not sent, with the reason. */
  notSent(): Ending {
    const reason = this.host.groupCommit.failure;
    const why =
      reason !== null
        ? `Not sent: the ledger could not be written (${reason}).`
        : this.#stop !== null
          ? `Not sent: ${this.#stop.message}`
          : 'Not sent: the run was interrupted first.';
    return endingOf('failed', { field: null, code: 'NOT_SENT', message: `${why} Sending it again is safe.` });
  }

  #mayClaim(): boolean {
    if (this.#looking) return false;
    if (this.#canary === 'wanted') return this.#inProgress === 0;
    return this.#claimedAhead < this.pacer.limit + this.pacer.leavingSoon;
  }

  /** Where most is known, asks the ledger about many at once without claiming them: only what is new is claimed. */
  async #lookUp(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const batch = this.#queue.slice(this.#head, this.#head + LOOK_AHEAD);
    this.#head += batch.length;
    let known: readonly (DuplicateOf | null)[] = [];
    try {
      known = await this.host.ledger.lookUp(
        batch.map((submission) => submission.key),
        this.rules,
      );
    } catch {
      // Only a short cut: the claim itself will meet the same fault and tell.
    }
    this.#looking = false;
    const unknown = batch.filter((_, i) => !known[i]);
    this.#mostlyKnown = unknown.length * 2 <= batch.length;
    if (unknown.length > 0) this.#claimFirst(unknown);
    // The next are asked about while these end.
    this.pump();
    batch.forEach((submission, i) => {
      const found = known[i];
      if (found) this.host.finish(submission, this, this.#knownEnding(found));
    });
  }

  /** Puts looked-up submissions back in front and claims as many as may go; the rest is claimed without another look. */
  #claimFirst(submissions: readonly Submission[]): void {
    this.#queue = [...submissions, ...this.#queue.slice(this.#head)];
    this.#head = 0;
    let left = submissions.length;
    while (left > 0 && (this.stopReason !== null || this.#mayClaim())) {
      const submission = this.#queue[this.#head++];
      if (submission === undefined) return;
      left--;
      if (this.stopReason !== null) this.host.finish(submission, this, this.notSent());
      else this.#start(submission);
    }
    // What may not go yet is looked up again later; that is cheap and keeps the order.
  }

  #start(submission: Submission): void {
    const { phone } = submission.lead;
    const waiting = this.#waitingByPhone.get(phone);
    if (waiting !== undefined) {
      waiting.push(submission);
      return;
    }
    this.#waitingByPhone.set(phone, []);
    this.#inProgress++;
    this.#claim(submission);
  }

  #claim(submission: Submission): void {
    submission.claimedAhead = true;
    this.#claimedAhead++;
    submission.leadIdWatermark = this.highestLeadId;
    submission.term = this.host.fence.term;
    this.host.groupCommit.claim(this.#claimOf(submission), this.rules, (answer) =>
      this.#claimed(submission, answer),
    );
  }

  #claimOf(submission: Submission): Claim {
    const { input, lead } = submission;
    return {
      key: submission.key,
      submissionId: submission.submissionId,
      seq: submission.seq,
      target: this.target.name,
      file: input.file,
      record: input.record,
      line: input.line,
      lead: JSON.stringify(lead),
      phone: lead.phone,
      timeoutMs: this.target.timeoutMs,
      leadIdWatermark: submission.leadIdWatermark,
    };
  }

  #claimed(submission: Submission, answer: ClaimAnswer | null): void {
    if (answer === null) {
      this.#end(submission, this.notSent());
      return;
    }
    switch (answer.kind) {
      case 'ours':
        this.#deliver(submission, false);
        return;
      case 'unsettled':
        this.#takeOver(submission, answer);
        return;
      case 'taken':
        this.#end(submission, takenEnding(answer));
        return;
      case 'known': {
        this.#mostlyKnown = true;
        const { leadId, at, run, file, record } = answer;
        this.#end(submission, this.#knownEnding({ by: 'ledger', leadId, at, run, file, record }));
        return;
      }
      case 'ended':
        this.#end(submission, inputDuplicateEnding(answer.status, answer.file, answer.record));
        return;
      case 'busy':
        this.releaseSlot(submission);
        void this.#claimLater(submission);
    }
  }

  async #claimLater(submission: Submission): Promise<void> {
    await this.#busyPause();
    if (this.stopReason === null) this.#claim(submission);
    else this.#end(submission, this.notSent());
  }

  #busyPause(): Promise<void> {
    return this.host.clock.sleep(BUSY_POLL_MS * (0.5 + this.host.clock.random()), this.over);
  }

  #takeOver(submission: Submission, answer: Extract<ClaimAnswer, { kind: 'unsettled' }>): void {
    submission.claimed = true;
    submission.takenOver = true;
    submission.submissionId = answer.submissionId;
    // It may carry another id.
    submission.payload = null;
    submission.leadIdWatermark = answer.leadIdWatermark;
    if (answer.notBefore === null) this.#deliver(submission, true);
    else void this.#takeOverLater(submission, answer.notBefore + this.target.settleAfterMs);
  }

  /**
   * The other run may only be paused, with a request under way: waits until that must have ended. What it was answered
   * meanwhile ends ours, before anything is asked, and before anything is sent.
   * @param until Unix ms
   */
  async #takeOverLater(submission: Submission, until: number): Promise<void> {
    submission.term = null;
    submission.contested = true;
    this.releaseSlot(submission);
    const { clock } = this.host;
    await clock.sleep(Math.min(until - clock.now(), MAX_WAIT_MS), this.over);
    this.#claimAgain(submission, { kind: 'settle' });
  }

  /** Asks whether a claim is still ours, once the lease is. */
  #claimAgain(submission: Submission, next: Next): void {
    void this.#askAgain(submission).then((asked) => this.#claimedAgain(submission, next, asked));
  }

  async #askAgain(submission: Submission): Promise<AskedAgain> {
    const { fence, groupCommit } = this.host;
    await fence.renewed();
    const { term } = fence;
    const claim = { ...this.#claimOf(submission), held: true };
    const answer = await new Promise<ClaimAnswer | null>((resolve) => {
      groupCommit.claim(claim, this.rules, resolve);
    });
    return { answer, term };
  }

  /**
   * Asks whether the claim is still ours, with a permit in hand: waiting for one may have taken long.
   * @throws Withheld where it is not
   */
  async holdOn(submission: Submission, uncertain: boolean): Promise<void> {
    const asked = await this.#askAgain(submission);
    if (asked.answer?.kind !== 'ours') throw new Withheld(uncertain, asked);
    submission.term = asked.term;
  }

  #claimedAgain(submission: Submission, next: Next, { answer, term }: AskedAgain): void {
    switch (answer?.kind) {
      case undefined:
        this.#endUndecided(submission, next);
        return;
      case 'ours':
        // After another run's attempt was settled it is asked about once more.
        if (next.kind === 'send') submission.term = term;
        if (next.kind === 'end') this.#end(submission, next.ending);
        else if (next.kind === 'settle') this.#deliver(submission, true);
        else this.#deliver(submission, next.uncertain);
        return;
      case 'busy':
        void this.#claimAgainLater(submission, next);
        return;
      default:
        this.#claimed(submission, answer);
    }
  }

  async #claimAgainLater(submission: Submission, next: Next): Promise<void> {
    await this.#busyPause();
    if (this.stopReason === null) this.#claimAgain(submission, next);
    else this.#endUndecided(submission, next);
  }

  #endUndecided(submission: Submission, next: Next): void {
    const uncertain = next.kind === 'settle' || (next.kind === 'send' && next.uncertain);
    const ending = next.kind === 'end' ? next.ending : undecidedEnding(submission, uncertain, this.notSent());
    this.#end(submission, ending);
  }

  #deliver(submission: Submission, unsettled: boolean): void {
    submission.claimed = true;
    this.#mostlyKnown = false;
    deliver(submission, this, unsettled).then(
      (ending) => this.#delivered(submission, ending),
      (error: unknown) => {
        if (error instanceof Withheld) this.#withheld(submission, error);
        // A defect of ours must not cost the other leads.
        else this.#end(submission, brokenEnding(submission, error));
      },
    );
  }

  #withheld(submission: Submission, { uncertain, asked }: Withheld): void {
    const next: Next = { kind: 'send', uncertain };
    if (asked === null) this.#claimAgain(submission, next);
    else this.#claimedAgain(submission, next, asked);
  }

  #delivered(submission: Submission, ending: Ending): void {
    const there = ending.status === 'created' || ending.status === 'duplicate';
    const { fence, groupCommit } = this.host;
    if (!there && !fence.holds(submission) && groupCommit.failure === null) {
      // Another run may have taken it over: then that one's end counts.
      this.#claimAgain(submission, { kind: 'end', ending });
      return;
    }
    if (this.#canary === 'done' || ending.status !== 'created' || ending.leadId === null) {
      this.#end(submission, ending);
      return;
    }
    void this.#lookAtCanary(submission, ending.leadId).then(() => this.#end(submission, ending));
  }

  #end(submission: Submission, ending: Ending): void {
    this.releaseSlot(submission);
    this.#inProgress--;
    this.host.finish(submission, this, ending);
    this.#startNextOfPhone(submission.lead.phone);
    this.pump();
  }

  #knownEnding(found: DuplicateOf): Ending {
    const by = found.run === this.host.run ? 'input' : 'ledger';
    const { leadId, at, run, file, record } = found;
    return {
      status: 'duplicate',
      leadId,
      duplicateOf: { by, at, run, file, record },
      errors: [],
      warnings: [],
    };
  }

  async #lookAtCanary(submission: Submission, leadId: string): Promise<void> {
    let refused: string | null;
    try {
      refused = (await this.host.canary?.(this.target, submission, leadId)) ?? null;
    } catch (error) {
      refused = `the canary, lead ${leadId}, could not be looked at: ${messageOf(error)}.`;
    }
    this.#canary = 'done';
    if (refused !== null) this.stop('CANARY_REFUSED', refused);
  }

  #startNextOfPhone(phone: string): void {
    const waiting = this.#waitingByPhone.get(phone) ?? [];
    this.#waitingByPhone.delete(phone);
    const [next, ...others] = waiting;
    if (next === undefined) return;
    if (this.stopReason !== null) {
      for (const submission of waiting) this.host.finish(submission, this, this.notSent());
      return;
    }
    this.#start(next);
    this.#waitingByPhone.get(phone)?.push(...others);
  }
}

/** How a submission ends where our own code broke: unknown once anything of it may have left. */
function brokenEnding({ attempts, takenOver }: Submission, error: unknown): Ending {
  const what = `Internal error: ${messageOf(error)}. Please report it.`;
  return attempts > 0 || takenOver
    ? endingOf('unknown', { field: null, code: 'ANSWER_LOST', message: what })
    : endingOf('failed', { field: null, code: 'NOT_SENT', message: `Not sent: ${what}` });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function minutes(ms: number): string {
  const count = Math.round(ms / 60_000);
  return count > 2 * 24 * 60 ? `${Math.min(9_999, Math.round(count / 24 / 60))} days` : `${count} minutes`;
}
