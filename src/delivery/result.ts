// From how a submission ended to the result that every view shows. Pure.
import type { Problem } from '../lead/codes.ts';
import type { Ending } from './ending.ts';
import type { Result } from './outcome.ts';
import type { LeadInput, Submission, Target } from './submission.ts';

/** What a submission came to. @param durationMs since it was accepted from the input */
export function resultOf(run: string, submission: Submission, ending: Ending, durationMs: number): Result {
  const { seq, target, input, lead, payload, attempts } = submission;
  const { file, record, line } = input;
  return {
    run,
    seq,
    file,
    record,
    line,
    target: target.name,
    provider: target.provider,
    status: ending.status,
    phone: lead.phone,
    name: lead.name ?? null,
    leadId: ending.leadId,
    duplicateOf: duplicateOf(ending),
    errors: ending.errors.length === 0 ? NONE : ending.errors.map((problem) => named(problem, run)),
    warnings: [submission.warnings, payload?.warnings ?? NONE, ending.warnings].reduce(joined),
    attempts,
    durationMs: Math.round(durationMs),
  };
}

const NONE: readonly Problem[] = [];

/** One list of both, made only where both have something. */
function joined(some: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

/** A record that is never sent, and why. */
export interface Unsent {
  readonly status: 'invalid' | 'skipped';
  /** E.164 where it was understood. */
  readonly phone: string | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export function unsentResult(
  run: string,
  seq: number,
  target: Target,
  { file, record, line }: LeadInput,
  { status, phone, errors, warnings }: Unsent,
): Result {
  return {
    run,
    seq,
    file,
    record,
    line,
    target: target.name,
    provider: target.provider,
    status,
    phone,
    name: null,
    leadId: null,
    duplicateOf: null,
    errors,
    warnings,
    attempts: 0,
    durationMs: 0,
  };
}

function duplicateOf({ duplicateOf: first, leadId }: Ending): Result['duplicateOf'] {
  if (first === null) return null;
  if (first.by === 'provider') {
    return { by: 'provider', leadId, at: null, run: null, file: null, record: null };
  }
  const { by, at, run, file, record } = first;
  return { by, leadId, at, run, file, record };
}

/** Messages are written before the run is known to them; the command that they name needs its id. */
function named(problem: Problem, run: string): Problem {
  return problem.message.includes('retry RUN')
    ? { ...problem, message: problem.message.replace('retry RUN', `retry ${run}`) }
    : problem;
}

/** For --max-failures: what was only not sent because something else failed is not one more failure. */
export function countsAsFailure({ status, errors }: Result): boolean {
  switch (status) {
    case 'invalid':
    case 'rejected':
    case 'unknown':
      return true;
    case 'failed':
      return errors[0]?.code !== 'NOT_SENT';
    case 'created':
    case 'duplicate':
    case 'skipped':
      return false;
  }
}
