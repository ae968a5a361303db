// How far a submission is, as one union. What its tries came to (how many, how they failed) is counted beside it.
import type { Ending } from './ending.ts';

export type SubmissionState =
  /** Nobody was asked about it yet, or another run has it. */
  | { readonly kind: 'waiting' }
  /** The ledger is asked for it. */
  | { readonly kind: 'claiming' }
  | Claimed
  | { readonly kind: 'ended'; readonly ending: Ending };

/** The ledger holds our intent to send it. `term`: the lease's, in which the claim was last known to be ours. */
export type Claimed =
  | { readonly kind: 'own'; readonly term: number }
  /** Left by a run that ended, whose attempt may have arrived. */
  | { readonly kind: 'takenOver'; readonly term: number }
  /**
   * As `takenOver`, from a run whose process may still live: the answer that run got meanwhile is looked up before each
   * request. `term` null: that is to be done.
   */
  | { readonly kind: 'contested'; readonly term: number | null };

export const WAITING: SubmissionState = { kind: 'waiting' };
export const CLAIMING: SubmissionState = { kind: 'claiming' };

export function isClaimed(state: SubmissionState): state is Claimed {
  return state.kind === 'own' || state.kind === 'takenOver' || state.kind === 'contested';
}

/** Another run may have sent it. */
export function wasTakenOver(state: SubmissionState): boolean {
  return state.kind === 'takenOver' || state.kind === 'contested';
}

/** The term in which the claim was last known to be ours; null where there is none to rely on. */
export function termOf(state: SubmissionState): number | null {
  return isClaimed(state) ? state.term : null;
}

/** The ledger answered that it is ours: for the first time, or again in a later term. */
export function heldIn(state: SubmissionState, term: number): Claimed {
  return { kind: isClaimed(state) ? state.kind : 'own', term };
}

/** It came from another run. Once its former process may live, that stays so. @param mayLive that process may */
export function takenOverIn(state: SubmissionState, term: number, mayLive: boolean): Claimed {
  if (mayLive || state.kind === 'contested') return { kind: 'contested', term: null };
  return { kind: 'takenOver', term };
}

/** After a request: the former run may have been answered since. */
export function askAgain(state: SubmissionState): SubmissionState {
  return state.kind === 'contested' ? { kind: 'contested', term: null } : state;
}
