// The proof that the database still has what it had confirmed: after a failover to a standby that was behind, or when an
// older copy was put in its place, what was sent since would be sent again.
import { type Claim, type Completion, LedgerWriteError } from '../ledger.ts';
import type { Value } from './connection.ts';
import type { Query } from './patient.ts';

/** Something that the last confirmed commit has written. */
export type Witness =
  | { readonly kind: 'result'; readonly run: string; readonly seq: number }
  | { readonly kind: 'key'; readonly key: string };

export function witnessOf(
  run: string,
  completions: readonly Completion[],
  claims: readonly Claim[],
): Witness | null {
  const completion = completions.at(-1);
  if (completion !== undefined) return { kind: 'result', run, seq: completion.result.seq };
  const claim = claims.at(-1);
  return claim === undefined ? null : { kind: 'key', key: claim.key };
}

/** @throws LedgerWriteError if it is gone */
export async function findWitness(query: Query, s: string, witness: Witness): Promise<void> {
  const [text, values]: [string, Value[]] =
    witness.kind === 'result'
      ? [`SELECT 1 FROM ${s}.results WHERE run = $1 AND seq = $2`, [witness.run, witness.seq]]
      : [`SELECT 1 FROM ${s}.keys WHERE key = $1`, [witness.key]];
  if ((await query({ text, values })).length > 0) return;
  throw new LedgerWriteError(
    'the database no longer has what it had confirmed: an older copy or a standby that was behind took its place (see docs/ledger.md)',
  );
}
