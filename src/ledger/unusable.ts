// A ledger that cannot be used as it is. What helps depends on the command: which options it has to name another one.
import { UsageError } from '../util/usage-error.ts';

/** What a caller has in place of this ledger. */
export interface Instead {
  /** Names another one: `name another file with --ledger FILE`. */
  readonly another: string;
  /** Does without one; null: it cannot. */
  readonly without: string | null;
}

const BY_OPTION: Instead = {
  another: 'name another file with --ledger FILE or LEADPUSH_LEDGER',
  without: null,
};

export interface Help {
  /** What helps this ledger, before another is named: `Update leadpush`. */
  readonly first?: string;
  /** What is to be known about another one. */
  readonly note?: string;
  /** Nothing that was sent is at stake: going on without a ledger would do. */
  readonly orWithout?: boolean;
}

export class LedgerUnusable extends UsageError {
  readonly #help: Help;

  /** Its hint fits a command with `--ledger`. */
  constructor(message: string, help: Help = {}) {
    super(message, hintOf(help, BY_OPTION));
    this.#help = help;
  }

  /** The same for a caller with other options. */
  insteadBy(instead: Instead): UsageError {
    return new UsageError(this.message, hintOf(this.#help, instead));
  }
}

function hintOf({ first, note, orWithout = false }: Help, { another, without }: Instead): string {
  const named =
    first === undefined ? `${another.charAt(0).toUpperCase()}${another.slice(1)}` : `${first}, or ${another}`;
  const ends = orWithout && without !== null ? `, or ${without}` : '';
  return `${named}${ends}.${note === undefined ? '' : ` ${note}`}`;
}

/** Runs it for a caller with other options than `--ledger`. @throws what it throws */
export async function ledgerInstead<T>(instead: Instead, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LedgerUnusable ? error.insteadBy(instead) : error;
  }
}
