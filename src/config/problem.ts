// Problems of a configuration: one line each, with the file and the path inside it.

import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';

/** One problem, and where in the file. */
export interface Problem {
  /** `targets.greens.concurrency`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected. Never the value: it may be a secret. */
  readonly message: string;
}

export { suggestion, variablesLike } from '../util/nearest.ts';

export const NOTHING_SENT = 'Nothing was sent.';

/** All problems as one error. @param hint what to do next */
export function refused(
  file: { readonly path: string; readonly prefix: string },
  problems: readonly Problem[],
  hint: string = NOTHING_SENT,
): UsageError {
  const lines = problems.map(({ path, message }) => {
    const place = [file.prefix, path].filter((part) => part !== '').join('.');
    return plain(`${file.path}: ${place === '' ? '' : `${place}: `}${message}`);
  });
  return new UsageError(lines.join('\n'), hint === NOTHING_SENT ? `${setFirst(problems)}${hint}` : hint);
}

/** Systemd sets it for its own unit alone, and what it names is gone with the unit. */
const UNIT_ONLY = 'CREDENTIALS_DIRECTORY';
const START_IT =
  'Only a systemd unit has it: start that unit again, which sends what is missing, or name another configuration with --config.';

/** How to set a variable that is missing. */
export function settingOf(name: string): string {
  return name === UNIT_ONLY ? START_IT : `export ${name}='…'`;
}

/** How to set the variables that are missing, or nothing. */
function setFirst(problems: readonly Problem[]): string {
  const names = problems.flatMap(
    ({ message }) => /^the variable (\w+) is (?:not set|empty)/.exec(message)?.[1] ?? [],
  );
  if (names.includes(UNIT_ONLY)) return `${START_IT}\n`;
  const settings = [...new Set(names)].map((name) => ` ${name}='…'`).join('');
  return settings === '' ? '' : `Set ${names.length === 1 ? 'it' : 'them'} first: export${settings}\n`;
}
