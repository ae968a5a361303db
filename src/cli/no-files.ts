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
