// What a summary says beyond the counts by status, counted from the results as they are shown.
import { type Result, wasTried } from '../delivery/outcome.ts';
import type { Code } from '../lead/codes.ts';
import { GroupCounts } from './groups-table.ts';
import { sentThrough, type TargetAccount } from './same-account.ts';

/**
 * Why a lead is a duplicate; `again`: sent once more on purpose, and the provider had it; `account`: it went to the same account
 * through another target.
 */
export type DuplicateKind = 'ledger' | 'input' | 'account' | 'provider' | 'again';

export class Tally {
  /** Warnings that no line has shown. */
  readonly warnings = new Map<Code, number>();
  readonly duplicates: Record<DuplicateKind, number> = {
    ledger: 0,
    input: 0,
    account: 0,
    provider: 0,
    again: 0,
  };
  /** Leads that their target never came to; among the failed. */
  notSent = 0;
  /** What was skipped: the ad platform's test leads, and rows such as totals and repeated headers. */
  testLeads = 0;
  notLeads = 0;
  /** Leads of which a request left that may have been accepted. */
  sent = 0;
  /** Leads that were tried, and that the provider did not take. */
  undelivered = 0;
  /** What the provider said of all that it rejected, twice or more; null: nothing, or not the same. */
  get refusal(): string | null {
    return this.#rejected > 1 ? this.#refusal : null;
  }
  #rejected = 0;
  #refusal: string | null = null;
  /** Bad rows that an earlier run has shown. */
  repeated = 0;
  /** Bad rows that were corrected elsewhere, and sent since. */
  fixed = 0;
  /** Of these, those that no run has shown. */
  settled = 0;

  readonly groups = new GroupCounts();
  readonly #accounts: readonly TargetAccount[];

  /** @param accounts of the run's targets */
  constructor(accounts: readonly TargetAccount[] = []) {
    this.#accounts = accounts;
  }

  /** @param shown its warnings were */
  add(result: Result, shown: boolean): void {
    this.groups.add(result);
    if (!wasTried(result)) this.notSent++;
    if (result.attempts > 0) {
      if (result.status === 'failed') this.undelivered++;
      else this.sent++;
    }
    if (result.status === 'rejected') {
      const said = result.errors[0]?.message ?? null;
      this.#refusal = this.#rejected++ === 0 || this.#refusal === said ? said : null;
    }
    if (result.status === 'skipped') {
      if (result.errors.some(({ code }) => code === 'NOT_A_LEAD')) this.notLeads++;
      else this.testLeads++;
    }
    const kind = duplicateKind(result, this.#accounts);
    if (kind !== null) this.duplicates[kind]++;
    // What is not sent again loses nothing now; it was counted when it was sent.
    if (shown || kind === 'ledger' || kind === 'input' || kind === 'account') return;
    for (const { code } of result.warnings) this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
  }

  /** A bad row that was counted only, because an earlier run has shown it. */
  addRepeated(result: Result): void {
    this.repeated++;
    this.add(result, true);
  }

  /** A bad row that is counted only, because nothing is left to do about it. */
  addSettled(result: Result): void {
    this.settled++;
    this.add(result, true);
  }
}

/** @param accounts of the run's targets */
export function duplicateKind(result: Result, accounts: readonly TargetAccount[] = []): DuplicateKind | null {
  const { status, duplicateOf } = result;
  if (status !== 'duplicate') return null;
  if (sentThrough(result, accounts) !== null) return 'account';
  // A later run sent it, and learned that the provider has it.
  if (duplicateOf === null) return 'provider';
  return duplicateOf.by === 'provider' && duplicateOf.run !== null ? 'again' : duplicateOf.by;
}
