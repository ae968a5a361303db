// Two targets of one call may be the same account: a lead that went to one of them is a duplicate at the other.
import type { Result } from '../delivery/outcome.ts';
import type { Target } from '../delivery/submission.ts';

/** A target, and the account that it sends to as it stands in every key. */
export interface TargetAccount {
  readonly name: string;
  readonly identity: string;
}

export function accountsOf(targets: readonly Pick<Target, 'name' | 'endpoint'>[]): readonly TargetAccount[] {
  return targets.map(({ name, endpoint: { identity } }) => ({ name, identity }));
}

/** The other target of the same account through which this very record came first; null: it came otherwise, or that is not known. */
export function sentThrough(
  { target, file, record, duplicateOf }: Pick<Result, 'target' | 'file' | 'record' | 'duplicateOf'>,
  accounts: readonly TargetAccount[],
): string | null {
  if (duplicateOf?.by !== 'input' || duplicateOf.file !== file || duplicateOf.record !== record) return null;
  const own = accounts.find(({ name }) => name === target);
  const other = accounts.find(({ name, identity }) => name !== target && identity === own?.identity);
  return other?.name ?? null;
}
