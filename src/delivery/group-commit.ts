// Group commit: gathers what the queues want the ledger to know, and writes it in one durable transaction after the
// other. While one is written the next gathers, so batches are full under load and small without it, with no fixed wait.

import type { Claim, ClaimAnswer, ClaimRules, Completion, Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';

interface PendingClaim {
  readonly claim: Claim;
  readonly rules: ClaimRules;
  readonly answered: (answer: ClaimAnswer | null) => void;
}

interface PendingCompletion {
  readonly completion: Completion;
  readonly written: () => void;
}

/** Rows in one transaction; more only makes it longer. */
const MAX_ROWS = 2048;

/** Writes to the ledger for one run. */
export class GroupCommit {
  readonly #ledger: Ledger;
  readonly #run: string;
  readonly #clock: Clock;
  readonly #onFailure: (message: string) => void;
  #claims: PendingClaim[] = [];
  #completions: PendingCompletion[] = [];
  #writing = false;
  /** Completions of the transaction that is being written. */
  #inWriting = 0;
  #failure: string | null = null;

  /** @param onFailure called once, when the ledger cannot be written any more */
  constructor(ledger: Ledger, run: string, clock: Clock, onFailure: (message: string) => void) {
    this.#ledger = ledger;
    this.#run = run;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** Why the ledger cannot be written, or null. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Completions that are not durable yet. */
  get unwritten(): number {
    return this.#completions.length + this.#inWriting;
  }

  /** Calls `answered` when the answer is durable; null where the ledger cannot be written: then nothing may be sent. */
  claim(claim: Claim, rules: ClaimRules, answered: (answer: ClaimAnswer | null) => void): void {
    if (this.#failure !== null) {
      queueMicrotask(() => answered(null));
      return;
    }
    this.#claims.push({ claim, rules, answered });
    this.#start();
  }

  /** Calls `written` when the completion is durable, or cannot be made so (see {@link failure}). */
  complete(completion: Completion, written: () => void): void {
    if (this.#failure !== null) {
      written();
      return;
    }
    this.#completions.push({ completion, written });
    this.#start();
  }

  #start(): void {
    if (this.#writing) return;
    this.#writing = true;
    void this.#write();
  }

  async #write(): Promise<void> {
    while (this.#claims.length > 0 || this.#completions.length > 0) {
      await this.#clock.yieldToEventLoop();
      const completions = this.#completions.splice(0, MAX_ROWS);
      this.#inWriting = completions.length;
      const claims = this.#takeClaims();
      const [first] = claims;
      let answers: readonly ClaimAnswer[];
      try {
        answers = await this.#ledger.commit(
          this.#run,
          completions.map((pending) => pending.completion),
          claims.map((pending) => pending.claim),
          first?.rules ?? { resend: false, knownSince: null },
        );
      } catch (error) {
        this.#inWriting = 0;
        this.#fail(error, completions, claims);
        continue;
      }
      this.#inWriting = 0;
      for (const pending of completions) pending.written();
      claims.forEach((pending, i) => {
        pending.answered(answers[i] ?? null);
      });
    }
    this.#writing = false;
  }

  /** Claims of one call share their rules (targets may differ in dedupeWindow) and have different keys and phones. */
  #takeClaims(): PendingClaim[] {
    const [first] = this.#claims;
    if (first === undefined) return [];
    const taken: PendingClaim[] = [];
    const phones = new Set<string>();
    const left: PendingClaim[] = [];
    for (const pending of this.#claims) {
      const same =
        pending.rules.resend === first.rules.resend && pending.rules.knownSince === first.rules.knownSince;
      const { phoneKey } = pending.claim;
      if (same && taken.length < MAX_ROWS && !phones.has(phoneKey)) {
        taken.push(pending);
        phones.add(phoneKey);
      } else left.push(pending);
    }
    this.#claims = left;
    return taken;
  }

  #fail(error: unknown, completions: readonly PendingCompletion[], claims: readonly PendingClaim[]): void {
    // The sentence goes on.
    this.#failure = messageOf(error).replace(/\.$/, '');
    this.#onFailure(this.#failure);
    for (const pending of [...completions, ...this.#completions.splice(0)]) pending.written();
    for (const pending of [...claims, ...this.#claims.splice(0)]) pending.answered(null);
  }
}
