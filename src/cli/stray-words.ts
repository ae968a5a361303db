// A word where a command takes none: the option that was meant is said. Loaded only then.
import { UsageError } from '../util/usage-error.ts';
import { type Flags, text } from './flags.ts';
import { HINTS, NUMBER_PART, numberInParts, PHONE_WORD } from './no-files.ts';

interface Meant {
  readonly fits: RegExp;
  readonly hint: string;
}

const PHONE: Meant = { fits: PHONE_WORD, hint: HINTS.phone };
/** `verify 98450 88005`. */
const CUT_PHONE: Meant = {
  fits: NUMBER_PART,
  hint: 'Write --phone before the number, in double quotes where it has blanks.',
};
const EMAIL: Meant = { fits: /@/, hint: 'Write --email before the address.' };
const TARGET: Meant = { fits: /^/, hint: HINTS.target };

/** What it is most likely meant as, command by command; the first that fits. */
const MEANT: Readonly<Record<string, readonly Meant[]>> = {
  verify: [PHONE, CUT_PHONE, EMAIL, TARGET],
  smoke: [PHONE, CUT_PHONE, TARGET],
  sources: [TARGET],
  runs: [
    { fits: /^\d+[smhd]$|^\d{4}-\d\d-\d\d/, hint: 'Write --since before the time.' },
    { fits: /^[\dA-Z]{4,8}$/i, hint: 'leadpush show RUN shows one run.' },
    TARGET,
  ],
  sandbox: [{ fits: /^\d+$/, hint: 'Write --port before the port.' }],
  explain: [
    { fits: /^/, hint: 'A code is one word, such as PHONE_INVALID; `leadpush explain` lists them all.' },
  ],
  init: [{ fits: /^/, hint: 'Write --provider before the name of a provider.' }],
};

/** @param command its name @param word the first of `words` */
export function strayWord(command: string, word: string, words: readonly string[], flags: Flags): UsageError {
  const parts = numberInParts(text(flags, 'phone'), words);
  if (parts !== null) return parts;
  const meant = MEANT[command]?.find(({ fits }) => fits.test(word));
  return new UsageError(
    `${command}: "${word}" is a word too many.`,
    meant?.hint ?? 'Run with --help to see what there is.',
  );
}
