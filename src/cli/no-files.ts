// A phone or a target where a file is expected: the option that was meant is said.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../app/context.ts';
import type { Config } from '../config/configuration.ts';
import { sandboxProvider } from '../providers/index.ts';
import { UsageError } from '../util/usage-error.ts';

/** A word that is most likely a phone. */
export const PHONE_WORD = /^[+(]?\d[\d\s().-]{5,}$/;

export const HINTS = {
  phone: 'Write --phone before the number.',
  target: 'Write --to before the name of a target.',
} as const;

/** A part of a number; quotes that the shell of Windows has left on it. */
export const NUMBER_PART = /^['"]?[+(]?[\d().-]*\d[\d().-]*['"]?$/;

/** `--phone +91 99889 98891`: the words after the first are no files. @returns null where it is anything else */
export function numberInParts(phone: string | null, words: readonly string[]): UsageError | null {
  if (phone === null || words.length === 0 || ![phone, ...words].every((part) => NUMBER_PART.test(part)))
    return null;
  return new UsageError(
    '--phone: the shell has cut the number at its blanks.',
    'Put it in double quotes, such as --phone "+91 99889 98899".',
  );
}

/** @param phoneHint where a phone goes @throws UsageError for a phone or a target in the place of a file */
export function refuseNoFiles(
  files: readonly string[],
  { targetNames }: Pick<Config, 'targetNames'>,
  { cwd }: Pick<Context, 'cwd'>,
  phoneHint: string = HINTS.phone,
): void {
  for (const word of files) {
    const isPhone = PHONE_WORD.test(word);
    const isTarget = targetNames.includes(word) || sandboxProvider(word) !== null;
    if ((!isPhone && !isTarget) || existsSync(resolve(cwd, word))) continue;
    throw new UsageError(
      `"${word}" is ${isPhone ? 'no file, but looks like a phone' : 'a target, not a file'}.`,
      isPhone ? phoneHint : HINTS.target,
    );
  }
}
