// The limits `concurrent` and `rate`: how many lead posts are in progress, and how many began within the last second.
import type { Faults } from './faults.ts';

const WINDOW_MS = 1_000;

export class Gate {
  /** Posts in progress: those let in, and all. A refused one takes no place. */
  #inside = 0;
  #atOnce = 0;
  #mostAtOnce = 0;
  /** When the posts that were let in began, oldest first. `#from` is the first within the window. */
  #begun: number[] = [];
  #from = 0;

  /** The most that were ever in progress at once, those turned away included. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  /**
   * Counts a post in; `leave` has to follow with what it returns.
   * @param nowMs milliseconds that never go back
   * @returns the limit that turns it away, or null
   */
  enter(limits: Faults, nowMs: number): 'concurrent' | 'rate' | null {
    this.#atOnce++;
    if (this.#atOnce > this.#mostAtOnce) this.#mostAtOnce = this.#atOnce;
    if (limits.concurrent !== null && this.#inside >= limits.concurrent) return 'concurrent';
    if (limits.rate !== null && !this.#inTime(limits.rate.perSecond, nowMs)) return 'rate';
    this.#inside++;
    return null;
  }

  leave(entered: 'concurrent' | 'rate' | null): void {
    this.#atOnce--;
    if (entered === null) this.#inside--;
  }

  #inTime(perSecond: number, nowMs: number): boolean {
    while ((this.#begun[this.#from] ?? nowMs) <= nowMs - WINDOW_MS) this.#from++;
    if (this.#begun.length - this.#from >= perSecond) return false;
    // Only now and then: slicing at each post would be slow.
    if (this.#from > 1_024) {
      this.#begun = this.#begun.slice(this.#from);
      this.#from = 0;
    }
    this.#begun.push(nowMs);
    return true;
  }
}
