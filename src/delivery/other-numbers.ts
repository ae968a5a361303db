// A row may hold several numbers, and an earlier version, or another export of the same person, may have sent it under
// another of them. Asks the ledger about those, many rows at once.
import type { ClaimRules, Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import type { DuplicateOf } from './outcome.ts';

interface Question {
  readonly keys: readonly string[];
  readonly answered: (found: DuplicateOf | null) => void;
  readonly failed: (error: unknown) => void;
}

export class OtherNumbers {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #run: string;
  readonly #rules: ClaimRules;
  #questions: Question[] = [];
  #asking = false;

  constructor(ledger: Ledger, clock: Clock, run: string, rules: ClaimRules) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#run = run;
    this.#rules = rules;
  }

  /**
   * The first of these keys that an earlier run sent; null for none. What this run sent does not count: two records of one
   * input with a number in common are two leads.
   */
  sentBefore(keys: readonly string[]): Promise<DuplicateOf | null> {
    return new Promise((answered, failed) => {
      this.#questions.push({ keys, answered, failed });
      if (this.#asking) return;
      this.#asking = true;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    while (this.#questions.length > 0) {
      await this.#clock.yieldToEventLoop();
      const questions = this.#questions.splice(0);
      try {
        const found = await this.#ledger.lookUp(
          questions.flatMap(({ keys }) => keys),
          this.#rules,
        );
        let at = 0;
        for (const { keys, answered } of questions) {
          const own = found.slice(at, at + keys.length);
          at += keys.length;
          answered(own.find((one) => one !== null && one.run !== this.#run) ?? null);
        }
      } catch (error) {
        for (const { failed } of questions) failed(error);
      }
    }
    this.#asking = false;
  }
}
