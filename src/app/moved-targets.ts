// Targets that are not where an earlier run sent: who retries that run learns it.
import type { RunRow, SentTo } from '../ledger/ledger.ts';
import { plain } from '../util/plain.ts';
import type { ChosenTarget } from './targets.ts';

/** A target that is not where the run sent. */
export interface Moved {
  readonly then: SentTo;
  readonly now: Pick<SentTo, 'name' | 'origin' | 'identity'>;
}

export function movedTargets(
  { sentTo = [] }: Pick<RunRow, 'sentTo'>,
  chosen: readonly Pick<ChosenTarget, 'config' | 'endpoint' | 'sandbox'>[],
): readonly Moved[] {
  return chosen.flatMap(({ config: { name }, endpoint: { origin, identity }, sandbox }) => {
    const then = sentTo.find((one) => one.name === name);
    if (then === undefined || sandbox) return [];
    if (then.origin === origin && then.identity === identity) return [];
    return [{ then, now: { name, origin, identity } }];
  });
}

/** One line: who retries decides here where people go. */
export function movedText({ then, now }: Moved, run: string, settle: boolean): string {
  const goes = settle ? '' : ' Its leads go there.';
  return `target "${plain(now.name)}" is not where run ${run} sent: ${whereText(then)} → ${whereText(now)}.${goes}`;
}

/** `https://lead.example.com (crm, staging, my-channel)`: the address, and which account of which system. */
export function whereText({ origin, identity }: Pick<SentTo, 'origin' | 'identity'>): string {
  const parts = identity.split('|').filter((part) => part !== '' && part !== origin);
  return plain(`${origin} (${parts.join(', ')})`);
}
