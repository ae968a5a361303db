// One target's queue: which submissions go next, which wait for their phone or for the canary, and how many are claimed
// ahead of the pacer. What happens to one of them is in submit.ts.
import type { ClaimRules, Ledger } from '../ledger/ledger.ts';
import { CanaryGate, type LookAtCanary } from './canary-gate.ts';
import { broken, type Ending, known, notSent } from './ending.ts';
import type { GroupCommit } from './group-commit.ts';
import { OtherNumbers } from './other-numbers.ts';
import type { DuplicateOf, TargetStop } from './outcome.ts';
import type { Pacer } from './pacer.ts';
import { PhoneGate } from './phone-gate.ts';
import type { RunState } from './run-options.ts';
import type { SendEvent } from './send-state.ts';
import type { Submission, Target } from './submission.ts';
import { wasTakenOver } from './submission-state.ts';
import { Submitter } from './submit.ts';
import { type DeliveryHost, TargetContext } from './target-context.ts';

/** What a queue needs of the run that it belongs to. */
export interface QueueHost extends DeliveryHost {
  readonly run: string;
  readonly ledger: Ledger;
  readonly groupCommit: GroupCommit;
  readonly resend: boolean;
  readonly finish: (submission: Submission, ending: Ending) => void;
  /** Some of those that waited were claimed: more may come. */
  readonly onCapacity: () => void;
  /** Absent: no canary is wanted. */
  readonly canary?: LookAtCanary;
}

/** Keys that are looked up at once where most of the input is known already. */
const LOOK_AHEAD = 512;
/** Entries that left the queue are dropped from its front this many at once. */
const DROP = 64;

export class TargetQueue {
  readonly target: Target;
  readonly #host: QueueHost;
  readonly #context: TargetContext;
  readonly #submitter: Submitter;
  readonly #rules: ClaimRules;
  readonly #phones = new PhoneGate<Submission>();
  readonly #canary: CanaryGate<Submission>;
  #queue: Submission[] = [];
  #head = 0;
  /** Claimed, or about to be, before the pacer lets them go. */
  readonly #claimedAhead = new Set<Submission>();
  #inProgress = 0;
  #mostlyKnown = false;
  #lookingUp = false;

  constructor(target: Target, host: QueueHost) {
    this.target = target;
    this.#host = host;
    this.#rules = { resend: host.resend, knownSince: target.knownSince };
    this.#context = new TargetContext(target, host);
    const { canary } = host;
    this.#canary = new CanaryGate(
      canary === undefined ? null : (submission, leadId) => canary(target, submission, leadId),
    );
    this.#submitter = new Submitter(this.#context, {
      run: host.run,
      groupCommit: host.groupCommit,
      rules: this.#rules,
      digest: (text) => host.ledger.digest(text),
      holds: (keys) => host.ledger.holds(keys),
      otherNumbers: new OtherNumbers(host.ledger, host.clock, host.run, this.#rules),
      whenEnded: host.ledger.whenEnded?.bind(host.ledger),
      takeSlot: (submission) => this.#claimedAhead.add(submission),
      releaseSlot: (submission) => this.#releaseSlot(submission),
      noteKnown: (isKnown) => {
        this.#mostlyKnown = isKnown;
      },
      ended: (submission, ending) => this.#ended(submission, ending),
      // It must not cost the other leads.
      broke: (submission, error) => {
        const mayHaveLeft = submission.attempts > 0 || wasTakenOver(submission.state);
        this.#end(submission, broken(mayHaveLeft, error));
      },
    });
    this.#context.state.onChange(() => this.pump());
  }

  /** Answers that asked to slow down, since a lead ended here. */
  get slowDowns(): number {
    return this.#context.slowDowns;
  }

  /** What its answers asked for, so far. */
  get patience(): RunState['targets'][number]['patience'] {
    const { breaker, givesUpMs } = this.#context;
    return {
      answered: breaker.hasAnswered,
      askedMs: breaker.askedMs(this.#host.clock.monotonic()),
      givesUpMs,
    };
  }

  /** As {@link TargetContext.waits}. */
  get waits(): TargetContext['waits'] {
    return this.#context.waits;
  }

  get pacer(): Pacer {
    return this.#context.pacer;
  }

  /** Submissions that are not claimed yet. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** Submissions of which something has left, and that have not ended. */
  get inProgress(): number {
    return this.#inProgress - this.#claimedAhead.size;
  }

  add(submission: Submission): void {
    this.#queue.push(submission);
  }

  /** As {@link TargetContext.stop}. */
  stop(code: TargetStop['code'], message: string): void {
    this.#context.stop({ code, message });
  }

  /** The run ends, for all its targets. */
  apply(event: Exclude<SendEvent, { kind: 'stop' }>): void {
    this.#context.state.apply(event);
  }

  /** Claims what may go next. Call it after add(); the queue calls it itself whenever something ends. */
  pump(): void {
    while (this.#head < this.#queue.length) {
      if (this.#isOpen && !this.#mayClaim()) break;
      if (this.#isOpen && this.#mostlyKnown) {
        void this.#lookUp();
        break;
      }
      const submission = this.#queue[this.#head++];
      if (submission === undefined) break;
      this.#start(submission);
    }
    if (this.#head >= DROP || this.#head === this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.#host.onCapacity();
  }

  get #isOpen(): boolean {
    return this.#context.state.isOpen;
  }

  #mayClaim(): boolean {
    if (this.#lookingUp) return false;
    if (!this.#canary.isOpen) return this.#inProgress === 0;
    const { pacer } = this.#context;
    const { limit } = pacer;
    const { size } = this.#claimedAhead;
    // One also while another run has its turn: what is known already needs none.
    return size < Math.max(1, limit) || size < limit + pacer.leavingSoon;
  }

  /** Where most is known, asks the ledger about many at once without claiming them: only what is new is claimed. */
  async #lookUp(): Promise<void> {
    if (this.#lookingUp) return;
    this.#lookingUp = true;
    const batch = this.#queue.slice(this.#head, this.#head + LOOK_AHEAD);
    this.#head += batch.length;
    let found: readonly (DuplicateOf | null)[] = [];
    try {
      found = await this.#host.ledger.lookUp(
        batch.map((submission) => submission.key),
        this.#rules,
      );
    } catch {
      // Only a short cut: the claim itself will meet the same error and report it.
    }
    this.#lookingUp = false;
    const unknown = batch.filter((_, i) => !found[i]);
    this.#mostlyKnown = unknown.length * 2 <= batch.length;
    if (unknown.length > 0) this.#claimFirst(unknown);
    // The next are asked about while these end.
    this.pump();
    batch.forEach((submission, i) => {
      const first = found[i];
      if (first) {
        this.#host.finish(submission, known(first.run === this.#host.run ? 'input' : 'ledger', first));
      }
    });
  }

  /** Puts looked-up submissions back in front and claims as many as may go; the rest is claimed without another look. */
  #claimFirst(submissions: readonly Submission[]): void {
    this.#queue = [...submissions, ...this.#queue.slice(this.#head)];
    this.#head = 0;
    let left = submissions.length;
    while (left > 0 && (!this.#isOpen || this.#mayClaim())) {
      const submission = this.#queue[this.#head++];
      if (submission === undefined) return;
      left--;
      this.#start(submission);
    }
    // What may not go yet is looked up again later; that is cheap and keeps the order.
  }

  #start(submission: Submission): void {
    if (!this.#isOpen) this.#finishUnsent(submission);
    else if (this.#phones.enter(submission.lead.phone, submission)) this.#submit(submission);
  }

  #submit(submission: Submission): void {
    this.#inProgress++;
    this.#submitter.submit(submission);
  }

  #releaseSlot(submission: Submission): void {
    if (this.#claimedAhead.delete(submission)) this.pump();
  }

  #ended(submission: Submission, ending: Ending): void {
    if (this.#canary.isOpen || ending.status !== 'created' || ending.leadId === null) {
      this.#end(submission, ending);
      return;
    }
    void this.#context.counting('canary', this.#canary.look(submission, ending.leadId)).then((refused) => {
      if (refused !== null) this.stop('CANARY_REFUSED', refused);
      this.#end(submission, ending);
    });
  }

  #end(submission: Submission, ending: Ending): void {
    this.#releaseSlot(submission);
    this.#inProgress--;
    this.#context.slowDowns = 0;
    this.#host.finish(submission, ending);
    this.#startNextOfPhone(submission.lead.phone);
    this.pump();
  }

  #startNextOfPhone(phone: string): void {
    let next = this.#phones.leave(phone);
    while (next !== null && !this.#isOpen) {
      this.#finishUnsent(next);
      next = this.#phones.leave(phone);
    }
    if (next !== null) this.#submit(next);
  }

  #finishUnsent(submission: Submission): void {
    this.#host.finish(submission, notSent(`${this.#context.state.reason} Sending it again is safe.`));
  }
}
