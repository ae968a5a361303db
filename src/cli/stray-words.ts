// Words that stand where a command takes none, or names no file: the option that was meant is said.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../app/context.ts';
import type { Config } from '../config/configuration.ts';
import { sandboxProvider } from '../providers/index.ts';
import { UsageError } from '../util/usage-error.ts';

interface Meant {
  readonly fits: RegExp;
  readonly hint: string;
}

const PHONE: Meant = { fits: /^[+(]?\d[\d\s().-]{5,}$/, hint: 'Write --phone before the number.' };
const EMAIL: Meant = { fits: /@/, hint: 'Write --email before the address.' };
const TARGET: Meant = { fits: /^/, hint: 'Write --to before the name of a target.' };

/** What a word of a command that takes none is most likely meant as; the first that fits. */
const MEANT: Readonly<Record<string, readonly Meant[]>> = {
  verify: [PHONE, EMAIL, TARGET],
  smoke: [PHONE, TARGET],
  sources: [TARGET],
  runs: [
    { fits: /^\d+[smhd]$|^\d{4}-\d\d-\d\d/, hint: 'Write --since before the time.' },
    { fits: /^[\dA-Z]{4,8}$/i, hint: 'leadpush show RUN shows one run.' },
    TARGET,
  ],
  sandbox: [{ fits: /^\d+$/, hint: 'Write --port before the port.' }],
  init: [{ fits: /^/, hint: 'Write --provider before the name of a provider.' }],
};

/** @throws UsageError for more words than the command takes */
export function refuseStrayWords(command: Command): void {
  const taken = command.registeredArguments;
  const [word] = taken.at(-1)?.variadic === true ? [] : command.args.slice(taken.length);
  if (word === undefined) return;
  const name = command.name();
  const meant = MEANT[name]?.find(({ fits }) => fits.test(word));
  throw new UsageError(
    `${name}: "${word}" is a word too many.`,
    meant?.hint ?? 'Run with --help to see what there is.',
  );
}

/** @param phoneHint where a phone goes @throws UsageError for a phone or a target in the place of a file */
export function refuseNoFiles(
  files: readonly string[],
  { targetNames }: Pick<Config, 'targetNames'>,
  { cwd }: Pick<Context, 'cwd'>,
  phoneHint: string,
): void {
  for (const word of files) {
    const isPhone = PHONE.fits.test(word);
    const isTarget = targetNames.includes(word) || sandboxProvider(word) !== null;
    if ((!isPhone && !isTarget) || existsSync(resolve(cwd, word))) continue;
    throw new UsageError(
      `"${word}" is ${isPhone ? 'no file, but looks like a phone' : 'a target, not a file'}.`,
      isPhone ? phoneHint : TARGET.hint,
    );
  }
}
