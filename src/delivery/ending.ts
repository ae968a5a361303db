// How submissions end, and in which words. What becomes a Result is in result.ts.
import type { Problem } from '../lead/codes.ts';
import type { ClaimAnswer } from '../ledger/ledger.ts';
import { messageOf } from '../util/errors.ts';
import type { DuplicateOf, Status } from './outcome.ts';

/** How a submission ends, before it becomes a Result. */
export interface Ending {
  readonly status: Status;
  readonly leadId: string | null;
  readonly duplicateOf: { readonly by: 'provider' } | FirstSending | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** When and where a lead was sent before, which makes this one a duplicate. */
interface FirstSending extends Omit<DuplicateOf, 'by' | 'leadId'> {
  readonly by: 'ledger' | 'input';
}

/** An ending with one error and no lead. */
export function endingOf(status: 'rejected' | 'failed' | 'unknown', problem: Problem): Ending {
  return { status, leadId: null, duplicateOf: null, errors: [problem], warnings: [] };
}

export function created(leadId: string): Ending {
  return { status: 'created', leadId, duplicateOf: null, errors: [], warnings: [] };
}

/** @param uncertainBy by what the provider knows the person, where an earlier attempt of ours may have arrived; else null */
export function duplicateAtProvider(leadId: string | null, uncertainBy: string | null): Ending {
  return {
    status: 'duplicate',
    leadId,
    duplicateOf: { by: 'provider' },
    errors: [],
    warnings:
      uncertainBy !== null
        ? [
            {
              field: null,
              code: 'EARLIER_ATTEMPT_UNCERTAIN',
              message: `The answer to an earlier attempt was lost and the provider now has this ${uncertainBy}: it may have come from that attempt.`,
            },
          ]
        : [],
  };
}

/** It was accepted, and an earlier attempt of ours, of which the provider could not tell, may have been accepted too. */
export function createdPerhapsTwice(ending: Ending): Ending {
  const message =
    'The answer to an earlier attempt was lost, the provider could not tell what became of it, and it was sent again: this lead may be there twice. Look it up at the provider (leadpush verify).';
  const warning: Problem = { field: null, code: 'EARLIER_ATTEMPT_UNCERTAIN', message };
  return { ...ending, warnings: [...ending.warnings, warning] };
}

/**
 * A lead that may have arrived where its target sent before, and that goes to another place now: whoever is asked there does
 * not know of it.
 * @param where the former place; null: it is not known
 */
export function perhapsElsewhere(where: string | null): Problem {
  const place = where ?? 'another address, channel or account than its target has now';
  const message = `The answer to an earlier attempt was lost, and that one went to ${place}: this lead may be there, too. Look it up there.`;
  return { field: null, code: 'EARLIER_ATTEMPT_UNCERTAIN', message };
}

/** The ledger knows that it was sent before. @param by `input`: by this run */
export function known(by: 'ledger' | 'input', first: Omit<DuplicateOf, 'by'>): Ending {
  const { leadId, at, run, file, record } = first;
  return {
    status: 'duplicate',
    leadId,
    duplicateOf: { by, at, run, file, record },
    errors: [],
    warnings: [],
  };
}

/** What to do about a lead that may have arrived: where the ledger keeps the run (RUN becomes its id), and without one. */
export const LOOK_IT_UP = {
  kept: '`leadpush retry RUN --settle` asks the provider; look it up there if that does not tell.',
  notKept: 'Look it up at the provider before you send it again.',
} as const;

/** The same of a provider that cannot be asked, and says of a lead that it has it. */
export const SEND_IT_AGAIN = {
  kept: '`leadpush retry RUN --unknown` sends it again: the provider says so if it has it already.',
  notKept: 'Send it again: the provider says so if it has it already.',
} as const;

/** It may have arrived, and there is no way to know. */
export function unknown(message: string): Ending {
  return mayHaveArrived(message, LOOK_IT_UP.kept);
}

/** The target has another key for it than the one under which it was sent: whoever it asks now does not have it. */
export function sentElsewhere(target: string): Ending {
  return mayHaveArrived(
    `it was sent with another channel, address or account than target "${target}" has now, and there it cannot be asked about.`,
    'Ask with the configuration with which it was sent (--config FILE), or look it up at that provider.',
  );
}

/**
 * The provider cannot be asked about it; only sending it again can tell.
 * @param by by what it can be asked for this person's leads, though not which of them is ours; null: for none
 */
export function onlySendingTells(by: string | null): Ending {
  const why = 'only sending it again can tell.';
  return by === null
    ? unknown(`this provider cannot be asked, ${why}`)
    : mayHaveArrived(
        `this provider cannot be asked which lead is ours, ${why}`,
        `leadpush verify shows what it has of this ${by}; \`leadpush retry RUN --unknown\` sends it again.`,
      );
}

function mayHaveArrived(why: string, next: string): Ending {
  return endingOf('unknown', {
    field: null,
    code: 'ANSWER_LOST',
    message: `It may have arrived: ${why} ${next}`,
  });
}

/** As {@link unknown}, where only what came after the doubt is known. */
export function unknownAndThen(message: string): Ending {
  return unknown(`an earlier answer was lost, and then: ${message}`);
}

export function notSent(why: string): Ending {
  return endingOf('failed', { field: null, code: 'NOT_SENT', message: `Not sent: ${why}` });
}

/** The retries are used up. */
export function undelivered(
  code: 'UNREACHABLE' | 'PROVIDER_ERROR' | 'NOT_SENT',
  message: string,
  tries: number,
): Ending {
  return endingOf('failed', {
    field: null,
    code,
    message: `${message} Gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}; sending it again is safe.`,
  });
}

/** Another run took the claim over and brought it to an end that is neither created nor duplicate. */
export function endedElsewhere({ status, run }: Extract<ClaimAnswer, { kind: 'taken' }>): Ending {
  const who = `run ${run} took this lead over while this run was paused`;
  switch (status) {
    case 'rejected':
      return endingOf('rejected', {
        field: null,
        code: 'PROVIDER_REJECTED',
        message: `Not sent: ${who}, and the provider rejected it: see \`leadpush show ${run}\`.`,
      });
    case 'failed':
      return notSent(`${who}, and could not deliver it. Sending it again is safe.`);
    case 'unknown':
      return endingOf('unknown', {
        field: null,
        code: 'ANSWER_LOST',
        message: `It may have arrived: ${who}, and could not tell: see \`leadpush show ${run}\`.`,
      });
  }
}

/** Something of it may have left, and the run ended before it was known whose claim it is. */
export function undecided(): Ending {
  return endingOf('unknown', {
    field: null,
    code: 'ANSWER_LOST',
    message:
      'It may have arrived: this run was paused, and ended before it was known what became of it. Send the same input again: that asks first.',
  });
}

/** Our own code failed. @param mayHaveLeft something of it may have arrived */
export function broken(mayHaveLeft: boolean, error: unknown): Ending {
  const what = `Internal error: ${messageOf(error)}. Please report it.`;
  return mayHaveLeft
    ? endingOf('unknown', { field: null, code: 'ANSWER_LOST', message: what })
    : notSent(what);
}
