// May this target be sent to? One state that the queue, the pacer, the delivery and the reconciliation all read.
import { setMaxListeners } from 'node:events';
import type { TargetStop } from './outcome.ts';

export type State =
  | { readonly kind: 'open' }
  /** The run ends: nothing new is sent, what is in progress finishes. `why`: as "Not sent:" goes on. */
  | { readonly kind: 'draining'; readonly why: string }
  /** Nothing new is sent to this target, for a reason of its own; what is in progress finishes. */
  | { readonly kind: 'stopped'; readonly why: TargetStop }
  /** Nothing leaves any more, not even a question about a lost answer. */
  | { readonly kind: 'aborted'; readonly why: string | TargetStop };

export type SendEvent =
  /** A person or the system ends the run, nobody takes its results, or its time is up. `why`: as "Not sent:" goes on. */
  | { readonly kind: 'interrupted'; readonly why?: string }
  | { readonly kind: 'ledgerFailed'; readonly message: string }
  /** `leaveAlone`: the provider is not to be asked either. */
  | { readonly kind: 'stop'; readonly stop: TargetStop; readonly leaveAlone: boolean }
  | { readonly kind: 'abort' };

const OPEN: State = { kind: 'open' };
const INTERRUPTED = 'the run was interrupted first.';

/** A state never goes back to a milder one, and the first reason to stop is the one that is reported. */
export function nextState(state: State, event: SendEvent): State {
  switch (event.kind) {
    case 'interrupted':
      return state.kind === 'open' ? { kind: 'draining', why: event.why ?? INTERRUPTED } : state;
    case 'ledgerFailed': {
      // It says more than "interrupted".
      const why = `the ledger could not be written (${event.message}).`;
      if (stopOf(state) !== null) return state;
      return { kind: state.kind === 'aborted' ? 'aborted' : 'draining', why };
    }
    case 'stop': {
      const why = stopOf(state) ?? event.stop;
      const kind = event.leaveAlone || state.kind === 'aborted' ? 'aborted' : 'stopped';
      return state.kind === kind && state.why === why ? state : { kind, why };
    }
    case 'abort':
      if (state.kind === 'aborted') return state;
      return { kind: 'aborted', why: state.kind === 'open' ? INTERRUPTED : state.why };
  }
}

function stopOf(state: State): TargetStop | null {
  return state.kind === 'open' || typeof state.why === 'string' ? null : state.why;
}

/** One target's state, and the listeners of its changes. */
export class SendState {
  #now: State = OPEN;
  readonly #over = new AbortController();
  readonly #aborted = new AbortController();
  readonly #listeners: (() => void)[] = [];

  constructor() {
    // Every lead that waits for its retry listens.
    setMaxListeners(0, this.#over.signal, this.#aborted.signal);
  }

  get now(): State {
    return this.#now;
  }

  /** New leads may be sent. */
  get isOpen(): boolean {
    return this.#now.kind === 'open';
  }

  /** What became of a lead that was sent may be asked. */
  get mayAsk(): boolean {
    return this.#now.kind !== 'aborted';
  }

  /** Why the target itself was stopped, or null. */
  get stop(): TargetStop | null {
    return stopOf(this.#now);
  }

  /** Why nothing more is sent, as "Not sent:" goes on. */
  get reason(): string {
    const state = this.#now;
    if (state.kind === 'open') return INTERRUPTED;
    return typeof state.why === 'string' ? state.why : state.why.message;
  }

  /** Aborted once nothing new is sent: whoever waits to send can stop waiting. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Aborted once nothing may be asked either. */
  get aborted(): AbortSignal {
    return this.#aborted.signal;
  }

  /** Calls `listener` after each change, in the order of registration. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** @returns whether the event changed anything */
  apply(event: SendEvent): boolean {
    const before = this.#now;
    this.#now = nextState(before, event);
    if (this.#now === before) return false;
    for (const listener of this.#listeners) listener();
    if (!this.isOpen) this.#over.abort();
    if (!this.mayAsk) this.#aborted.abort();
    return true;
  }
}
