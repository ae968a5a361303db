// The files that leadpush wrote, as the ledger remembers them: keyed digests, like those of bad rows, of what each held, where
// it stands and whose rows it has. Without a ledger nothing is known.
import { resolve } from 'node:path';
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';
import {
  digestOf,
  isKept,
  type Kept,
  keptOf,
  type Marked,
  type WrittenBefore,
} from '../output/hand-edits.ts';
import { plain } from '../util/plain.ts';
import type { Context } from './context.ts';

export interface WrittenFiles extends WrittenBefore {
  /** What to send of this file of rejected rows: where somebody has corrected them, what was kept of it until that is sent. */
  readonly toSend: (rejects: string) => Promise<readonly string[]>;
  /** These inputs were read: corrections among them are sent. */
  readonly sent: (inputs: readonly string[]) => Promise<void>;
}

/** @param remembered there is a ledger */
export function writtenFiles(
  ledger: Ledger,
  run: string,
  remembered: boolean,
  { stderr, cwd }: Pick<Context, 'stderr' | 'cwd'>,
): WrittenFiles {
  /** Of a file that was kept with corrections: that it was, and that a run has read it. */
  const correction = (mark: string) => ({
    made: ledger.digest(JSON.stringify(['correction', mark])),
    sent: ledger.digest(JSON.stringify(['correction sent', mark])),
  });
  /** What is not noted is only not known later. */
  const note = async (facts: readonly string[]) => {
    try {
      await ledger.note(run, facts);
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
    }
  };
  /** What this run has kept, by the file's name: beside a link, that stands elsewhere. */
  const made = new Map<string, string>();
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
      await note([
        facts.written,
        ...(filled ? [facts.filled, facts.filledByThese, facts.place, facts.placeOfThese] : []),
        ...(filled && isShared ? [facts.placeOfMany] : []),
      ]);
    },
    kept: async (file, as, why, { mark }) => {
      stderr.write(`${plain(file)} ${WORDS[why](plain(as))}\n`);
      if (why !== 'corrected') return;
      made.set(file, as);
      await note([correction(mark).made]);
    },
    toSend: async (rejects) => {
      const open: string[] = [];
      const mine = made.get(rejects);
      const all = new Set([...(mine === undefined ? [] : [mine]), ...(await keptOf(rejects))]);
      for (const kept of remembered ? all : []) {
        const mark = await digestOf(resolve(cwd, kept));
        if (mark === null) continue;
        const facts = correction(mark);
        const known = await ledger.noted(run, Object.values(facts));
        if ((kept === mine || known.has(facts.made)) && !known.has(facts.sent)) open.push(kept);
      }
      return open.length > 0 ? open : [rejects];
    },
    sent: async (inputs) => {
      const marks: string[] = [];
      for (const input of remembered ? inputs.filter(isKept) : []) {
        const mark = await digestOf(resolve(cwd, input)).catch(() => null);
        if (mark !== null) marks.push(correction(mark).sent);
      }
      if (marks.length > 0) await note(marks);
    },
  };
}

const WORDS: Readonly<Record<Kept, (as: string) => string>> = {
  corrected: (as) => `was changed since leadpush wrote it; your corrections are in ${as}.`,
  'other input': (as) => `held the rows to fix of another input; they are kept as ${as}.`,
  foreign: (as) => `was not as leadpush had left it; what it held is kept as ${as}.`,
  unknown: (as) =>
    `was replaced; what it held is kept as ${as}. If you have corrected rows in it, send that file.`,
};
