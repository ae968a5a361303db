// The files of rejected rows that leadpush wrote, as the ledger remembers them: a keyed digest of what each held, like those of bad
// rows. Without a ledger none is known, and whatever is there is kept.
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';
import type { WrittenBefore } from '../output/hand-edits.ts';
import { plain } from '../util/plain.ts';
import type { Context } from './context.ts';

export function writtenFiles(
  ledger: Ledger,
  run: string,
  { stderr }: Pick<Context, 'stderr'>,
): WrittenBefore {
  const keyed = (digest: string) => ledger.digest(JSON.stringify(['file', digest]));
  return {
    has: async (digest) => {
      try {
        return (await ledger.noted(run, [keyed(digest)])).size > 0;
      } catch (error) {
        if (error instanceof LedgerWriteError) return false;
        throw error;
      }
    },
    add: async (digest) => {
      try {
        await ledger.note(run, [keyed(digest)]);
      } catch (error) {
        // It is kept once more than needed.
        if (!(error instanceof LedgerWriteError)) throw error;
      }
    },
    kept: (file, as) => {
      stderr.write(`${plain(file)} was not as leadpush had left it; what it held is kept as ${plain(as)}.\n`);
    },
  };
}
