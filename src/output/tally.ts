// What a summary says beyond the counts by status, counted from the results as they are shown.
import type { Result, Status } from '../delivery/outcome.ts';
import type { Code } from '../lead/codes.ts';

/** Why a lead is a duplicate; `again`: sent once more on purpose, and the provider had it. */
export type DuplicateKind = 'ledger' | 'input' | 'provider' | 'again';

export class Tally {
  /** Warnings that no line has shown. */
  readonly warnings = new Map<Code, number>();
  readonly duplicates: Record<DuplicateKind, number> = { ledger: 0, input: 0, provider: 0, again: 0 };
  /** Leads that their target never came to; among the failed. */
  notSent = 0;
  /** Leads of which a request left. */
  sent = 0;
  /** Bad rows that an earlier run has shown. */
  repeated = 0;

  /** @param shown its warnings were */
  add(result: Result, shown: boolean): void {
    if (!wasTried(result)) this.notSent++;
    if (result.attempts > 0) this.sent++;
    const kind = duplicateKind(result);
    if (kind !== null) this.duplicates[kind]++;
    // What is not sent again loses nothing now; it was counted when it was sent.
    if (shown || kind === 'ledger' || kind === 'input') return;
    for (const { code } of result.warnings) this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
  }

  /** A bad row that was counted only, because an earlier run has shown it. */
  addRepeated(result: Result): void {
    this.repeated++;
    this.add(result, true);
  }
}

/** False for a lead that its target never came to; programs see `failed` with NOT_SENT. */
export function wasTried({ status, attempts, errors }: Result): boolean {
  return status !== 'failed' || attempts > 0 || !errors.some(({ code }) => code === 'NOT_SENT');
}

export function duplicateKind({ status, duplicateOf }: Result): DuplicateKind | null {
  if (status !== 'duplicate' || duplicateOf === null) return null;
  return duplicateOf.by === 'provider' && duplicateOf.run !== null ? 'again' : duplicateOf.by;
}

/** Results that need attention. */
export function needsPerson(status: Status): boolean {
  return status === 'invalid' || status === 'rejected' || status === 'failed' || status === 'unknown';
}
