// `smoke --junit FILE` in a call that ends before its action: the parser refuses an option, or a word is too many. Loaded only then.
import type { Context } from '../app/context.ts';
import { reportRefusal } from './actions/smoke-report.ts';

/** A job that collects the file would find none, or an old one that says "passed". @param args the words of the call */
export async function reportUnparsed(
  args: readonly string[],
  error: unknown,
  context: Pick<Context, 'stderr'>,
): Promise<void> {
  const [command, ...words] = args.slice(args.findIndex((word) => !word.startsWith('-')));
  const path = command === 'smoke' ? givenValue('--junit', words) : null;
  if (path === null) return;
  await reportRefusal({ path, checked: false }, givenValue('--to', words), error, context);
}

/** The last one counts, as for the parser; an option is never the value of another. */
function givenValue(option: string, words: readonly string[]): string | null {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const values = own.flatMap((word, i) =>
    word === option ? (own[i + 1] ?? '') : word.startsWith(`${option}=`) ? word.slice(option.length + 1) : [],
  );
  return values.findLast((value) => value !== '' && !value.startsWith('-')) ?? null;
}
