// The files that leadpush wrote, as the ledger remembers them: keyed digests, like those of bad rows, of what each held, where
// it stands and whose rows it has. Without a ledger nothing is known.
import { resolve } from 'node:path';
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';
import type { Kept, Marked, WrittenBefore } from '../output/hand-edits.ts';
import { plain } from '../util/plain.ts';
import type { Context } from './context.ts';

export interface WrittenFiles extends WrittenBefore {
  /** The file to send in place of this one of rejected rows: where somebody had corrected them, what was kept of it. */
  readonly toSend: (rejects: string) => string;
}

/** @param remembered there is a ledger */
export function writtenFiles(
  ledger: Ledger,
  run: string,
  remembered: boolean,
  { stderr, cwd }: Pick<Context, 'stderr' | 'cwd'>,
): WrittenFiles {
  const corrections = new Map<string, string>();
  const factsOf = ({ path, mark, inputs }: Marked) => {
    const whose = inputs.map((input) => (input === '-' ? input : resolve(cwd, input))).sort();
    const digest = (...fact: readonly unknown[]) => ledger.digest(JSON.stringify(fact));
    return {
      written: digest('file', mark),
      /** It has rows; it has rows of these inputs. */
      filled: digest('rows', mark),
      filledByThese: digest('rows', mark, whose),
      /** Rows were written to this place; those of these inputs; those of others, too. */
      place: digest('place', path),
      placeOfThese: digest('place', path, whose),
      placeOfMany: digest('place', path, 'many'),
    };
  };
  type Fact = keyof ReturnType<typeof factsOf>;
  /** @returns whether an earlier run noted it */
  const noted = async (facts: Readonly<Record<Fact, string>>): Promise<(fact: Fact) => boolean> => {
    try {
      const known = await ledger.noted(run, Object.values(facts));
      return (fact) => known.has(facts[fact]);
    } catch (error) {
      if (error instanceof LedgerWriteError) return () => false;
      throw error;
    }
  };
  return {
    standing: async (old) => {
      if (!remembered) return 'unknown';
      const is = await noted(factsOf(old));
      if (is('written')) return is('filled') && !is('filledByThese') ? 'other input' : 'own';
      // Where several inputs had their rows in turn, nobody knows whose were corrected.
      return is('placeOfThese') && !is('placeOfMany') ? 'corrected' : 'foreign';
    },
    add: async (fresh, filled) => {
      const facts = factsOf(fresh);
      const is = await noted(facts);
      const isShared = is('place') && !is('placeOfThese');
      try {
        await ledger.note(run, [
          facts.written,
          ...(filled ? [facts.filled, facts.filledByThese, facts.place, facts.placeOfThese] : []),
          ...(filled && isShared ? [facts.placeOfMany] : []),
        ]);
      } catch (error) {
        // It is kept once more than needed.
        if (!(error instanceof LedgerWriteError)) throw error;
      }
    },
    kept: (file, as, why) => {
      if (why === 'corrected') corrections.set(file, as);
      stderr.write(`${plain(file)} ${WORDS[why](plain(as))}\n`);
    },
    toSend: (rejects) => corrections.get(rejects) ?? rejects,
  };
}

const WORDS: Readonly<Record<Kept, (as: string) => string>> = {
  corrected: (as) => `was changed since leadpush wrote it; your corrections are in ${as}.`,
  'other input': (as) => `held the rows to fix of another input; they are kept as ${as}.`,
  foreign: (as) => `was not as leadpush had left it; what it held is kept as ${as}.`,
  unknown: (as) =>
    `was replaced; what it held is kept as ${as}. If you have corrected rows in it, send that file.`,
};
