// The next command after a provider that has not answered in time: the same, with more time for it.
import { command } from '../output/next-commands.ts';
import { longerTimeout } from '../util/no-answer.ts';
import { plain } from '../util/plain.ts';

/**
 * @param message what became of the request
 * @param words the command that is to be given more time; absent: it is not known
 * @returns null where time is not what it lacked
 */
export function withMoreTime(
  message: string,
  words: readonly string[] | undefined,
  target: string,
): string | null {
  const longer = longerTimeout(message);
  if (longer === null || words === undefined) return null;
  const rest = words.filter(
    (word, index) => !/^--timeout(?:=|$)/.test(word) && words[index - 1] !== '--timeout',
  );
  return `${command(...rest, '--timeout', longer)}\nIf that helps, put timeout: ${longer} into target "${plain(target)}".`;
}
