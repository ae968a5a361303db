// One submission from its claim to its end: claims it in the ledger, delivers it, and asks the ledger again wherever another
// run may have it by now.
import type { Claim, ClaimAnswer, ClaimRules, Ledger } from '../ledger/ledger.ts';
import { messageOf } from '../util/errors.ts';
import { Attempt, type AttemptHost, type Claims, type Said } from './attempt.ts';
import { deliver, tryOn } from './deliver.ts';
import { type Ending, endedElsewhere, known, notSent, sentElsewhere, undecided, unknown } from './ending.ts';
import type { GroupCommit } from './group-commit.ts';
import { inputDuplicateEnding } from './input-duplicate.ts';
import { type AskedAgain, Withheld } from './lease-fence.ts';
import type { OtherNumbers } from './other-numbers.ts';
import { phoneAt, type Submission } from './submission.ts';
import { CLAIMING, heldIn, isClaimed, takenOverIn, WAITING, wasTakenOver } from './submission-state.ts';
import type { TargetContext } from './target-context.ts';

export interface SubmitHost {
  readonly run: string;
  readonly groupCommit: GroupCommit;
  readonly rules: ClaimRules;
  readonly digest: Ledger['digest'];
  /** See {@link Ledger.holds}. */
  readonly holds: Ledger['holds'];
  readonly otherNumbers: OtherNumbers;
  /** It is claimed ahead of the pacer from now on, until {@link releaseSlot}. */
  readonly takeSlot: (submission: Submission) => void;
  readonly releaseSlot: (submission: Submission) => void;
  /** See {@link Ledger.whenEnded}. */
  readonly whenEnded: Ledger['whenEnded'];
  /** The ledger's answer to a claim: sent before, or new. */
  readonly noteKnown: (known: boolean) => void;
  /** How it ended: called once for each submission, or else {@link broke}. */
  readonly ended: (submission: Submission, ending: Ending) => void;
  /** A defect of ours. */
  readonly broke: (submission: Submission, error: unknown) => void;
}

/** What is to be done once the claim is known to be ours. */
type Next =
  /** `uncertain`: an attempt of ours may have arrived; what became of it is found out first. */
  | { readonly kind: 'send'; readonly uncertain: boolean }
  /** Find out what became of another run's attempt, ask for the claim once more, and send. */
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'end'; readonly ending: Ending };

const BUSY_POLL_MS = 400;
/** Another run's last request is waited for no longer than this, however wrong the clock was that gave its end. */
const MAX_WAIT_MS = 15 * 60_000;
const SEND: Next = { kind: 'send', uncertain: false };
const RECONCILE: Next = { kind: 'reconcile' };

/**
 * Submits to one target. Nearly every lead is new, is answered at once and has then ended: for these nothing waits in a
 * promise of its own. What is left of the others is one function that waits, {@link Submitter.#goOn}.
 */
export class Submitter implements Claims, AttemptHost {
  readonly #context: TargetContext;
  readonly #host: SubmitHost;

  constructor(context: TargetContext, host: SubmitHost) {
    this.#context = context;
    this.#host = host;
  }

  submit(submission: Submission): void {
    if (this.#context.host.askOnly) void this.#submitToAsk(submission);
    else this.#submit(submission);
  }

  /** A key that nobody ever claimed is a new lead, and to claim it would say that it was sent: what is asked about has another. */
  async #submitToAsk(submission: Submission): Promise<void> {
    let ending: Ending;
    try {
      const [isHeld] = await this.#host.holds([submission.key]);
      if (isHeld === true) {
        this.#submit(submission);
        return;
      }
      ending = sentElsewhere(submission.target.name);
    } catch (error) {
      ending = unknown(`the ledger could not be read (${messageOf(error).replace(/\.$/, '')}).`);
    }
    this.#host.ended(submission, ending);
  }

  #submit(submission: Submission): void {
    const { term } = this.#context.host.fence;
    this.#host.groupCommit.claim(this.#newClaim(submission), this.#host.rules, (answer) =>
      this.#claimed(submission, { answer, term }),
    );
  }

  #claimed(submission: Submission, asked: AskedAgain): void {
    const { answer, term } = asked;
    const isNew = answer?.kind === 'ours' && answer.earlier === undefined;
    if (!isNew || submission.otherKeys.length > 0 || this.#context.host.askOnly) {
      this.#settle(submission, SEND, asked, null);
      return;
    }
    submission.state = heldIn(submission.state, term);
    this.#host.noteKnown(false);
    new Attempt(submission, this.#context, this, false, this).start();
  }

  /** What became of a first try. */
  tried(submission: Submission, said: Said): void {
    if (said.kind === 'end' && !this.#mayBeElsewhere(submission, said.ending)) {
      this.#host.ended(submission, said.ending);
    } else {
      this.#settle(submission, SEND, null, tryOn(submission, this.#context, this, false, said));
    }
  }

  broke(submission: Submission, error: unknown): void {
    if (error instanceof Withheld) {
      this.#settle(submission, { kind: 'send', uncertain: error.uncertain }, error.asked, null);
    } else this.#host.broke(submission, error);
  }

  #settle(
    submission: Submission,
    next: Next,
    asked: AskedAgain | null,
    delivery: Promise<Ending> | null,
  ): void {
    this.#goOn(submission, next, asked, delivery).then(
      (ending) => this.#host.ended(submission, ending),
      (error: unknown) => this.#host.broke(submission, error),
    );
  }

  /**
   * @param first what to do once the claim is known to be ours
   * @param answer the ledger's; null: it is still to be asked
   * @param begun the delivery that has begun, of a claim that is ours
   */
  async #goOn(
    submission: Submission,
    first: Next,
    answered: AskedAgain | null,
    begun: Promise<Ending> | null,
  ): Promise<Ending> {
    let next = first;
    let asked = answered;
    let delivery = begun;
    for (;;) {
      if (delivery === null) {
        asked ??= await this.#askAgain(submission);
        const { answer, term } = asked;
        switch (answer?.kind) {
          case undefined:
            return this.#unclaimed(submission, next);
          case 'known': {
            this.#host.noteKnown(true);
            return known(answer.run === this.#host.run ? 'input' : 'ledger', answer);
          }
          case 'ended':
            return inputDuplicateEnding(answer.status, answer);
          case 'taken':
            return endedElsewhere(answer);
          case 'busy':
            if (!isClaimed(submission.state)) {
              this.releaseSlot(submission);
              submission.state = WAITING;
            }
            await this.#context.counting('elsewhere', this.#busyPause(answer.on));
            if (!this.#context.state.isOpen) return this.#unclaimed(submission, next);
            asked = isClaimed(submission.state) ? null : await this.#claim(submission);
            continue;
          case 'unsettled':
            this.#takeOver(submission, answer, term);
            next = RECONCILE;
            if (answer.notBefore !== null) {
              await this.#context.counting('elsewhere', this.#formerRun(submission, answer.notBefore));
              asked = null;
              continue;
            }
            break;
          case 'ours':
            if (answer.earlier !== undefined) submission.earlier = answer.earlier;
            if (next.kind === 'end') return next.ending;
            // After `reconcile` no term is noted: the claim is asked for once more before anything is sent.
            if (next.kind === 'send') submission.state = heldIn(submission.state, term);
            if (next === SEND && submission.attempts === 0 && submission.otherKeys.length > 0) {
              const before = await this.#sentUnderOther(submission);
              if (before !== null) return before;
            }
        }
        this.#host.noteKnown(false);
        // What was sent before may have arrived, by another run or by this one before it was paused: found out first.
        delivery = deliver(submission, this.#context, this, next.kind !== 'send' || next.uncertain);
      }
      try {
        const ending = await delivery;
        if (!this.#mayBeElsewhere(submission, ending)) return ending;
        next = { kind: 'end', ending };
        asked = null;
      } catch (error) {
        if (!(error instanceof Withheld)) throw error;
        next = { kind: 'send', uncertain: error.uncertain };
        ({ asked } = error);
      }
      delivery = null;
    }
  }

  releaseSlot(submission: Submission): void {
    this.#host.releaseSlot(submission);
  }

  /** With a permit in hand: waiting for one may have taken long. */
  async confirm(submission: Submission, uncertain: boolean): Promise<void> {
    const asked = await this.#askAgain(submission);
    if (asked.answer?.kind !== 'ours') throw new Withheld(uncertain, asked);
    submission.state = heldIn(submission.state, asked.term);
  }

  #claim(submission: Submission): Promise<AskedAgain> {
    return this.#ask(this.#newClaim(submission));
  }

  #newClaim(submission: Submission): Claim {
    submission.state = CLAIMING;
    submission.leadIdWatermark = this.#context.leadIds.watermark;
    this.#host.takeSlot(submission);
    return this.#claimOf(submission);
  }

  /** Asks whether a claim is still ours, once the lease is. */
  async #askAgain(submission: Submission): Promise<AskedAgain> {
    await this.#context.host.fence.renewed();
    return this.#ask({ ...this.#claimOf(submission), held: true });
  }

  #ask(claim: Claim): Promise<AskedAgain> {
    const { term } = this.#context.host.fence;
    return new Promise((resolve) => {
      this.#host.groupCommit.claim(claim, this.#host.rules, (answer) => resolve({ answer, term }));
    });
  }

  /** The row was sent before under another of its numbers, or that cannot be found out. Null: it was not. */
  async #sentUnderOther({ otherKeys }: Submission): Promise<Ending | null> {
    try {
      const found = await this.#host.otherNumbers.sentBefore(otherKeys);
      return found === null ? null : known('ledger', found);
    } catch (error) {
      return notSent(`The ledger could not be read: ${messageOf(error)}. Sending it again is safe.`);
    }
  }

  #takeOver(
    submission: Submission,
    { submissionId, leadIdWatermark, notBefore }: Extract<ClaimAnswer, { kind: 'unsettled' }>,
    term: number,
  ): void {
    submission.state = takenOverIn(submission.state, term, notBefore !== null);
    submission.submissionId = submissionId;
    // It may carry another id.
    submission.payload = null;
    submission.leadIdWatermark = leadIdWatermark;
  }

  /**
   * The former run may only be paused, with a request in progress: waits until that must have ended. What it was answered
   * meanwhile ends ours, before anything is asked, and before anything is sent.
   * @param notBefore Unix ms
   */
  #formerRun(submission: Submission, notBefore: number): Promise<void> {
    this.releaseSlot(submission);
    const { host, target, state } = this.#context;
    const left = notBefore + target.settleAfterMs - host.clock.now();
    return host.clock.sleep(Math.min(left, MAX_WAIT_MS), state.over);
  }

  /** @param on the key or phone that another lead has */
  #busyPause(on: string): Promise<void> {
    const { host, state } = this.#context;
    if (this.#host.whenEnded !== undefined) return this.#host.whenEnded(on, state.over);
    return host.clock.sleep(BUSY_POLL_MS * (0.5 + host.clock.random()), state.over);
  }

  /** The lease ran out meanwhile: another run may have taken it over, and then its end counts. */
  #mayBeElsewhere(submission: Submission, { status }: Ending): boolean {
    if (status === 'created' || status === 'duplicate') return false;
    return !this.#context.host.fence.holds(submission) && this.#host.groupCommit.failure === null;
  }

  #claimOf({ key, submissionId, seq, target, input, lead, leadIdWatermark }: Submission): Claim {
    return {
      key,
      submissionId,
      seq,
      target: target.name,
      file: input.file,
      record: input.record,
      line: input.line,
      lead: JSON.stringify(lead),
      phone: lead.phone,
      phoneKey: this.#host.digest(phoneAt(target, lead.phone)),
      timeoutMs: target.timeoutMs,
      leadIdWatermark,
    };
  }

  /** The run ends, or the ledger cannot be written, before it is known whose claim it is. */
  #unclaimed({ state, attempts }: Submission, next: Next): Ending {
    if (next.kind === 'end') return next.ending;
    const uncertain = next.kind === 'reconcile' || next.uncertain;
    if (uncertain || attempts > 0 || wasTakenOver(state)) return undecided();
    return notSent(`${this.#context.state.reason} Sending it again is safe.`);
  }
}
