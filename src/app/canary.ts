// `send --canary`: the first lead goes alone, is read back, and the others follow only if it was filed as the target says.

import type { RunDeps } from '../delivery/run-options.ts';
import type { LeadInput, Target } from '../delivery/submission.ts';
import { type Masking, maskAll, maskQuoted } from '../output/mask-phone.ts';
import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import { ask } from './confirm.ts';
import type { Context } from './context.ts';
import { absentText, differences, readBack } from './read-back.ts';

/**
 * @param view `quiet`: no line for a canary that was filed as expected
 * @throws UsageError for a target whose provider cannot be read back
 */
export function canaryFor(
  targets: readonly Target[],
  view: { readonly quiet: boolean; readonly showPii: boolean },
  context: Context,
): NonNullable<RunDeps<LeadInput>['canary']> {
  const blind = targets.filter((target) => target.endpoint.lookup === null).map((target) => target.name);
  if (blind.length > 0) {
    throw new UsageError(
      `--canary: ${blind.join(', ')} cannot be read back: its provider has no way to ask.`,
      'Leave --canary out, or try one lead first with --limit 1.',
    );
  }
  // Several targets have their canaries at once, but a person is asked one question at a time.
  let asked: Promise<unknown> = Promise.resolve();
  const decide = (wrong: string, masking: Masking | null): Promise<string | null> => {
    const answer = asked.then(() => agreed(wrong, masking, context));
    asked = answer;
    return answer;
  };
  return async (target, submission, leadId) => {
    const { lookup } = target.endpoint;
    const { payload, lead } = submission;
    if (lookup === null || payload === null) return null;
    const numbers = [lead.phone, lead.altPhone].filter((one) => one !== undefined);
    const masking = view.showPii ? null : { numbers, keep: [leadId] };
    const found = await readBack(
      lookup,
      target.transport,
      lead,
      leadId,
      target.timeoutMs,
      context.clock.now(),
      target.address,
    );
    if (found.kind !== 'held') {
      const why = found.kind === 'absent' ? `${absentText(found, lookup.by)}.` : found.message;
      return decide(`the canary, lead ${leadId}, could not be read back: ${why}`, masking);
    }
    const filed = Object.entries(found.lead.fields)
      .filter(([name]) => /project|source|placement/i.test(name))
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ');
    const wrong = differences(lookup.expected(payload), found.lead);
    if (!view.quiet || wrong.length > 0) {
      const shown = masking === null ? filed : maskAll(filed, masking);
      context.stderr.write(
        `Canary: lead ${plain(leadId)} was filed at ${plain(target.name)} with ${plain(shown) || 'no project or source'}.\n`,
      );
    }
    if (wrong.length === 0) return null;
    const list = wrong
      .map(({ field, sent, held }) => `${field} is ${held ?? 'missing'} instead of ${sent}`)
      .join('; ');
    return decide(`the canary, lead ${plain(leadId)}, was filed differently: ${plain(list)}.`, masking);
  };
}

/** A person may continue anyway; where nobody can be asked the answer is no. @returns null: continue */
async function agreed(wrong: string, masking: Masking | null, context: Context): Promise<string | null> {
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true) return wrong;
  const shown = masking === null ? wrong : maskQuoted(wrong, masking);
  context.stderr.write(`${shown[0]?.toUpperCase()}${shown.slice(1)}\n`);
  return (await ask('Send the others anyway?', context)) === 'yes' ? null : wrong;
}
