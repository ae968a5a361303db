// What the sandbox counts, so that a test can compare a client's claims with what really arrived.
import type { Outcome } from './emulator.ts';

/** Requests by what became of them. A lead post counts under `posts`, and under an outcome or a fault or both. */
export interface SandboxStats {
  readonly posts: number;
  readonly created: number;
  readonly duplicate: number;
  /** Of the duplicates, those that were answered as new leads, with an id of their own. */
  readonly duplicateAsNew: number;
  readonly unauthorized: number;
  /** Wrong parameters; bodies that cannot be read or are too large. */
  readonly invalid: number;
  /** Turned away by `concurrent` and `rate`. */
  readonly overConcurrent: number;
  readonly overRate: number;
  /** The most lead posts at once. */
  readonly mostAtOnce: number;
  /** Questions about a lead. */
  readonly asks: number;
  /** Redirects that a client followed. */
  readonly followed: number;
  /** Everything else: lists, unknown paths, wrong methods. */
  readonly other: number;
  /** Of these, posts: to a path that takes no lead. */
  readonly otherPosts: number;
  /** By the fault's name. */
  readonly faults: Readonly<Record<string, number>>;
}

export class Counters {
  readonly #counts = {
    posts: 0,
    created: 0,
    duplicate: 0,
    duplicateAsNew: 0,
    unauthorized: 0,
    invalid: 0,
    overConcurrent: 0,
    overRate: 0,
    asks: 0,
    followed: 0,
    other: 0,
    otherPosts: 0,
  };
  readonly #faults: Record<string, number> = {};

  count(what: keyof Omit<SandboxStats, 'faults' | 'mostAtOnce'> | Outcome): void {
    this.#counts[what]++;
  }

  fault(name: string): void {
    this.#faults[name] = (this.#faults[name] ?? 0) + 1;
  }

  read(mostAtOnce: number): SandboxStats {
    return { ...this.#counts, mostAtOnce, faults: { ...this.#faults } };
  }
}
