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

/** What is said of a file that stays. */
export interface Telling {
  readonly quiet: boolean;
  /** The command that sends a file of rows whose own options are not known. */
  readonly sending: (file: string) => string;
}

export interface WrittenFiles extends WrittenBefore {
  /**
   * What to send of this file of rejected rows: itself, unless all that it holds has been corrected, and what was kept of it
   * with corrections, until a run has read that. @param rows see {@link RowsOf}
   */
  readonly toSend: (rejects: string, rows: string) => Promise<readonly string[]>;
  /** These inputs were read: corrections among them are sent. @param marked those with the column of a rejects file */
  readonly sent: (inputs: readonly string[], marked: ReadonlySet<string>) => Promise<void>;
}

/** @param remembered there is a ledger */
export function writtenFiles(
  ledger: Ledger,
  run: string,
  remembered: boolean,
  { quiet, sending }: Telling,
  { stderr, cwd }: Pick<Context, 'stderr' | 'cwd'>,
): WrittenFiles {
  const digest = (...fact: readonly unknown[]) => ledger.digest(JSON.stringify(fact));
  /** Of a file that was kept with corrections: that it was, that a run has read it, and that they are of all these rows. */
  const correction = (mark: string, rows: string | null = null) => ({
    made: digest('correction', mark),
    sent: digest('correction sent', mark),
    ofAll: digest('correction of', mark, rows),
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
  const made = new Map<string, { readonly as: string; readonly ofAll: boolean }>();
  const factsOf = ({ path, mark, inputs }: Marked) => {
    const whose = inputs.map((input) => (input === '-' ? input : resolve(cwd, input))).sort();
    return {
      written: digest('file', mark),
      /** It has rows; it has rows of these inputs. */
      filled: digest('rows', mark),
      filledByThese: digest('rows', mark, whose),
      /** Rows were written to this place; those of these inputs; those of others, too. */
      place: digest('place', path),
      placeOfThese: digest('place', path, whose),
      placeOfMany: digest('place', path, 'many'),
      sent: correction(mark).sent,
    };
  };
  /** @returns whether an earlier run noted it */
  const noted = async <Fact extends string>(
    facts: Readonly<Record<Fact, string>>,
  ): Promise<(fact: Fact) => boolean> => {
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
      if (is('sent')) return 'sent';
      // Where several inputs had their rows in turn, nobody knows whose were corrected.
      return is('placeOfThese') && !is('placeOfMany') ? 'corrected' : 'foreign';
    },
    add: async (fresh, rows) => {
      const facts = factsOf(fresh);
      const is = await noted(facts);
      const isShared = is('place') && !is('placeOfThese');
      await note([
        facts.written,
        ...(rows === null
          ? []
          : [
              digest('rows written', rows),
              facts.filled,
              facts.filledByThese,
              facts.place,
              facts.placeOfThese,
            ]),
        ...(rows !== null && isShared ? [facts.placeOfMany] : []),
      ]);
    },
    kept: async (file, as, why, old, rows) => {
      if (why === 'sent' && quiet) return;
      stderr.write(`${plain(file)} ${WORDS[why](plain(as))}\n`);
      const first = FIRST[why]?.(plain(as));
      if (first !== undefined) stderr.write(`${first}: ${sending(as)}\n`);
      if (why !== 'corrected') return;
      // What leadpush wrote earlier is what was corrected; anything else has rows that nobody has seen yet.
      const ofAll = rows !== null && (await noted({ these: digest('rows written', rows) }))('these');
      made.set(file, { as, ofAll });
      const facts = correction(old.mark, rows);
      await note(ofAll ? [facts.made, facts.ofAll] : [facts.made]);
    },
    toSend: async (rejects, rows) => {
      const open: string[] = [];
      const mine = made.get(rejects);
      const all = new Set([...(mine === undefined ? [] : [mine.as]), ...(await keptOf(rejects))]);
      let isCorrected = false;
      for (const kept of remembered ? all : []) {
        const mark = await digestOf(resolve(cwd, kept));
        if (mark === null) continue;
        const is = await noted(correction(mark, rows));
        const isMine = kept === mine?.as;
        if (!(isMine || is('made')) || is('sent')) continue;
        open.push(kept);
        isCorrected ||= is('ofAll') || (isMine && mine.ofAll);
      }
      return isCorrected ? open : [rejects, ...open];
    },
    sent: async (inputs, marked) => {
      const marks: string[] = [];
      for (const input of remembered ? inputs : []) {
        const path = resolve(cwd, input);
        // Without a header there is no such column: the place tells.
        if (!marked.has(input) && !isKept(input) && !(await noted({ place: digest('place', path) }))('place'))
          continue;
        const mark = await digestOf(path).catch(() => null);
        if (mark !== null) marks.push(correction(mark).sent);
      }
      if (marks.length > 0) await note(marks);
    },
  };
}

const WORDS: Readonly<Record<Kept, (as: string) => string>> = {
  corrected: (as) => `was changed since leadpush wrote it; your corrections are in ${as}.`,
  'other input': (as) => `held the rows to fix of another input; they are kept as ${as}.`,
  sent: (as) => `was changed since leadpush wrote it, and sent; what it held is kept as ${as}.`,
  foreign: (as) => `was not as leadpush had left it; what it held is kept as ${as}.`,
  output: (as) => `was not as leadpush had left it; what it held is kept as ${as}.`,
  unknown: (as) =>
    `was replaced; what it held is kept as ${as}. If you have corrected rows in it, send that file.`,
};

/** What comes before it is sent, where no later summary names it. */
const FIRST: Partial<Record<Kept, (as: string) => string>> = {
  'other input': (as) => `Fix ${as}, then send it`,
  foreign: () => 'If you have corrected rows in it, send it',
};
