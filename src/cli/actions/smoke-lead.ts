// The lead of a smoke test: a name that says what it is, the number that was set aside for it, and the target's defaults.
import type { Config } from '../../config/configuration.ts';
import { planSubmission } from '../../delivery/plan.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { flagsInput } from '../../input/flags.ts';
import type { ColumnTarget } from '../../lead/lead.ts';
import { UsageError } from '../../util/usage-error.ts';

/** An address that nobody has, where the provider is asked by it or requires one. */
export const TEST_EMAIL = 'leadpush-smoke-test@example.com';

export async function testLead(
  phone: string,
  run: string,
  { endpoint }: Target,
  { region, timezone }: Config,
  now: number,
): Promise<LeadInput> {
  const values = new Map<ColumnTarget, string>([
    ['phone', phone],
    ['name', 'Leadpush Smoke Test'],
    ['message', `Smoke test by leadpush, run ${run}. Not a person; please ignore.`],
  ]);
  if (endpoint.lookup?.by === 'email' || endpoint.requires.includes('email')) values.set('email', TEST_EMAIL);
  const { result } = await flagsInput(values, { region, timezone, dateOrder: null, includeTest: true, now });
  return { file: null, record: 1, line: null, result };
}

/** A lead that cannot be sent is an error of the call or the configuration. @throws UsageError */
export function refuseIncomplete(
  input: LeadInput,
  target: Target,
  defaults: Readonly<Record<string, unknown>>,
): void {
  const plan = planSubmission(input, target);
  const errors = plan.kind === 'unsent' ? plan.unsent.errors : [];
  const [error] = errors;
  if (error === undefined) return;
  // The test lead has no file and no --set: what it lacks can only come from the defaults.
  const lacking = target.endpoint.requires.filter(
    (name) => defaults[name] === undefined && errors.some(({ field }) => field === name),
  );
  if (lacking.length > 0) {
    const fields = lacking.join(', ');
    throw new UsageError(
      `${fields}: Target "${target.name}" requires ${fields}, and its defaults have none.`,
      `Put ${fields} into the defaults of target "${target.name}".`,
    );
  }
  throw new UsageError(
    `${error.field === null ? '' : `${error.field}: `}${error.message}`,
    `Correct the defaults of target "${target.name}".`,
  );
}
