// The canary: the first lead that a target creates is looked at before the others go.
import { messageOf } from '../util/errors.ts';
import type { Submission, Target } from './submission.ts';

/** @returns null: go on; else why not */
export type LookAtCanary = (target: Target, submission: Submission, leadId: string) => Promise<string | null>;

export class CanaryGate<T> {
  readonly #look: ((created: T, leadId: string) => Promise<string | null>) | null;
  #passed: boolean;

  /** @param look as {@link LookAtCanary}; null where no canary is wanted */
  constructor(look: ((created: T, leadId: string) => Promise<string | null>) | null) {
    this.#look = look;
    this.#passed = look === null;
  }

  /** Many may go at once; before that, one after the other until one was created and looked at. */
  get isOpen(): boolean {
    return this.#passed;
  }

  /** Looks at what was created, once. @returns null: the others may go; else why not. Never rejects. */
  async look(created: T, leadId: string): Promise<string | null> {
    try {
      return (await this.#look?.(created, leadId)) ?? null;
    } catch (error) {
      return `the canary, lead ${leadId}, could not be looked at: ${messageOf(error)}.`;
    } finally {
      this.#passed = true;
    }
  }
}
