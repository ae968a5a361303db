// The leads that a run left, as input of the run that retries them.
import { perhapsElsewhere } from '../delivery/ending.ts';
import { planSubmission } from '../delivery/plan.ts';
import type { LeadInput, Target } from '../delivery/submission.ts';
import type { Problem } from '../lead/codes.ts';
import { leadFromJson } from '../lead/stored.ts';
import type { Ledger, RunRow, Unfinished } from '../ledger/ledger.ts';
import type { SendInput } from './inputs.ts';
import { type Moved, whereText } from './moved-targets.ts';
import { leftBy } from './retried.ts';

export interface LeftOf {
  readonly run: RunRow;
  readonly statuses: readonly Unfinished['status'][];
  readonly targets: readonly Target[];
  /** Those that are elsewhere now. */
  readonly moved: readonly Moved[];
  /** The retry that reads. */
  readonly reader: string;
  /** Nothing is sent. */
  readonly asksOnly: boolean;
}

export async function* leftLeads(about: LeftOf, ledger: Ledger): AsyncIterable<readonly SendInput[]> {
  const { run, statuses, targets, reader } = about;
  for await (const page of leftBy(ledger, run.id, statuses, reader)) {
    const inputs: SendInput[] = [];
    for (const item of page) {
      const lead = leadFromJson(item.lead);
      const target = targets.find(({ name }) => name === item.target);
      if (lead === null || target === undefined) continue;
      const { file, record, line } = item;
      const row = { record, line, keys: [], cells: [], problem: null, warnings: [], json: null };
      const input = { file, record, line, row, only: item.target } as const;
      const result: LeadInput['result'] = { kind: 'lead', lead, warnings: [] };
      const warnings = await doubtsOf(item, { ...input, result }, target, about, ledger);
      inputs.push({ ...input, result: { ...result, warnings } });
    }
    yield inputs;
  }
}

/** It may have arrived, at a place where this run does not ask. Without a note of the place, its key tells: nobody has claimed it. */
async function doubtsOf(
  { status }: Unfinished,
  input: LeadInput,
  target: Target,
  { run, moved, asksOnly }: LeftOf,
  ledger: Ledger,
): Promise<readonly Problem[]> {
  const isUncertain = status === 'unknown' || status === 'sending';
  if (!isUncertain || asksOnly) return [];
  const isNoted = run.sentTo?.some(({ name }) => name === target.name) ?? false;
  if (isNoted) {
    const found = moved.find(({ now }) => now.name === target.name);
    return found === undefined ? [] : [perhapsElsewhere(whereText(found.then))];
  }
  const plan = planSubmission(input, target);
  if (plan.kind === 'unsent') return [];
  const [isHeld] = await ledger.holds([ledger.digest(plan.identity)]);
  return isHeld === true ? [] : [perhapsElsewhere(null)];
}
