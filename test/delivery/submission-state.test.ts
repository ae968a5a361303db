// How a submission's state follows what the ledger says: one line a step.
import { describe, expect, it } from 'vitest';
import {
  askAgain,
  CLAIMING,
  heldIn,
  isClaimed,
  type SubmissionState,
  takenOverIn,
  termOf,
  WAITING,
  wasTakenOver,
} from '../../src/delivery/submission-state.ts';

const own: SubmissionState = { kind: 'own', term: 1 };
const takenOver: SubmissionState = { kind: 'takenOver', term: 1 };
const contested: SubmissionState = { kind: 'contested', term: 1 };
const doubted: SubmissionState = { kind: 'contested', term: null };

describe('steps', () => {
  it.each<[string, SubmissionState, SubmissionState]>([
    ['a first claim is our own', heldIn(CLAIMING, 1), own],
    ['it stays so in a later term', heldIn(own, 2), { kind: 'own', term: 2 }],
    ['what was taken over stays so', heldIn(takenOver, 2), { kind: 'takenOver', term: 2 }],
    ['what is contested too', heldIn(doubted, 2), { kind: 'contested', term: 2 }],
    ['taken over from a run that ended', takenOverIn(CLAIMING, 1, false), takenOver],
    ['from one that may live: to be asked for again', takenOverIn(CLAIMING, 1, true), doubted],
    ['an own claim that another run had meanwhile', takenOverIn(own, 1, false), takenOver],
    ['once contested, always', takenOverIn(contested, 2, false), doubted],
    ['after a request a contested one is asked for again', askAgain(contested), doubted],
    ['and no other', askAgain(own), own],
    ['nor one taken over', askAgain(takenOver), takenOver],
  ])('%s', (_, state, expected) => {
    expect(state).toEqual(expected);
  });
});

describe('what may be read of it', () => {
  const ended: SubmissionState = {
    kind: 'ended',
    ending: { status: 'created', leadId: '1', duplicateOf: null, errors: [], warnings: [] },
  };
  it.each<[SubmissionState, boolean, boolean, number | null]>([
    [WAITING, false, false, null],
    [CLAIMING, false, false, null],
    [own, true, false, 1],
    [takenOver, true, true, 1],
    [contested, true, true, 1],
    [doubted, true, true, null],
    [ended, false, false, null],
  ])('%j: claimed %s, taken over %s, term %s', (state, claimed, over, term) => {
    expect([isClaimed(state), wasTakenOver(state), termOf(state)]).toEqual([claimed, over, term]);
  });
});
