// A world with a virtual clock, seeded chance and processes that can die at any await. Nothing here is real but the
// engine that runs in it.
import type { Clock } from '../../../src/util/clock.ts';

/** A small seeded generator (mulberry32), in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** One simulated process: once dead, nothing that it waits for ever comes back. */
export class SimProcess {
  alive = true;
  steps = 0;
  crashAt = Number.POSITIVE_INFINITY;
  pauseAt = Number.POSITIVE_INFINITY;
  pauseMs = 0;
  /** Nothing of its own happens before. */
  pausedUntil = 0;
  /** It was paused and another was started beside it: only its lease tells of it. */
  left = false;
}

export class World {
  readonly random: () => number;
  now = 1_800_000_000_000;
  /** What the clock on the wall shows beside the real time; clock jumps change it. */
  skew = 0;
  #order = 0;
  #events: Event[] = [];
  #process = new SimProcess();

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  get process(): SimProcess {
    return this.#process;
  }

  /** A new process; it dies, or is paused, after so many events of its own, if given. */
  boot(
    steps: number | null,
    pause: { readonly steps: number; readonly ms: number } | null = null,
  ): SimProcess {
    this.#process = new SimProcess();
    if (steps !== null) this.#process.crashAt = steps;
    if (pause !== null) Object.assign(this.#process, { pauseAt: pause.steps, pauseMs: pause.ms });
    return this.#process;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** Runs `run` after `ms`, whatever process lives then: the world outside. */
  schedule(ms: number, run: () => void): void {
    this.#events.push({ at: this.now + Math.max(0, ms), order: this.#order++, run });
  }

  /** A wait inside a process: never comes back once the process died. Each is a point where it can die. */
  wait(ms: number, owner: SimProcess): Promise<void> {
    return new Promise((resolve) => {
      const arrive = () => {
        if (!owner.alive) return;
        if (owner.steps + 1 >= owner.pauseAt) {
          owner.pauseAt = Number.POSITIVE_INFINITY;
          owner.pausedUntil = this.now + owner.pauseMs;
        }
        if (owner.pausedUntil > this.now) {
          this.schedule(owner.pausedUntil - this.now, arrive);
          return;
        }
        owner.steps++;
        if (owner.steps >= owner.crashAt) {
          owner.alive = false;
          return;
        }
        resolve();
      };
      this.schedule(ms, arrive);
    });
  }

  /** Lets time pass until `done` or until the process died, was paused, or nothing more can happen. */
  async runUntil(done: () => boolean, owner: SimProcess): Promise<'done' | 'died' | 'paused' | 'stuck'> {
    for (let i = 0; ; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return 'done';
      if (!owner.alive) return 'died';
      if (owner.pausedUntil > this.now) {
        owner.left = true;
        return 'paused';
      }
      const event = this.#next();
      if (event === null || i > 400_000) return 'stuck';
      this.now = event.at;
      event.run();
    }
  }

  /** Lets all that is still on its way outside arrive, and what was paused come to its end. */
  async settle(): Promise<void> {
    for (let i = 0; i < 400_000; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      const event = this.#next();
      if (event === null) return;
      this.now = event.at;
      event.run();
    }
  }

  clock(owner: SimProcess): Clock {
    return {
      now: () => this.now + this.skew,
      monotonic: () => this.now,
      random: this.random,
      yieldToEventLoop: () => this.wait(0, owner),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) {
            resolve();
            return;
          }
          let over = false;
          const done = () => {
            if (over) return;
            over = true;
            signal?.removeEventListener('abort', done);
            resolve();
          };
          signal?.addEventListener('abort', done, { once: true });
          void this.wait(ms, owner).then(done);
        }),
    };
  }

  #next(): Event | null {
    let best = -1;
    for (let i = 0; i < this.#events.length; i++) {
      const event = this.#events[i];
      const first = this.#events[best];
      if (event === undefined) continue;
      if (
        first === undefined ||
        event.at < first.at ||
        (event.at === first.at && event.order < first.order)
      ) {
        best = i;
      }
    }
    if (best < 0) return null;
    return this.#events.splice(best, 1)[0] ?? null;
  }
}
