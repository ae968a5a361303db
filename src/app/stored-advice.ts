// Results of the history propose commands as their own run could run them, perhaps with `--config` relative to its folder. Here they
// are made those of the call that shows them.
import type { RunRow, StoredResult } from '../ledger/ledger.ts';
import { shellQuoted } from '../util/shell.ts';

const COMMAND = /`(leadpush (?:retry|show) [^`]*)`/g;
/** With its value, which may be quoted for a shell. */
const PLACE = / --(?:config|ledger) (?:'[^']*'|\\'|[^\s'])+/g;

type Pages = AsyncIterable<readonly StoredResult[]>;

/**
 * @param places of the call that shows them, and of the run. Where neither the call nor the run knows of places, what the run said itself is the best there is.
 */
export async function* withOwnAdvice(
  pages: Pages,
  { sentTo = [] }: Pick<RunRow, 'sentTo'>,
  places: readonly string[],
): Pages {
  const isKnown = places.length > 0 || sentTo.some(({ config, found }) => config !== null && !found);
  if (!isKnown) return yield* pages;
  for await (const page of pages)
    yield page.map((result) =>
      result.errors.some(({ message }) => message.includes('`leadpush '))
        ? {
            ...result,
            errors: result.errors.map((problem) => ({ ...problem, message: own(problem.message, places) })),
          }
        : result,
    );
}

function own(message: string, places: readonly string[]): string {
  const words = places.map((word) => ` ${shellQuoted(word)}`).join('');
  return message.replaceAll(COMMAND, (_, command: string) => `\`${command.replaceAll(PLACE, '')}${words}\``);
}
