// `leadpush completion install`: puts completion into the shell's own start-up file. It says what it would write and asks;
// a second call changes nothing.

import { lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { ask } from '../../app/confirm.ts';
import type { Context } from '../../app/context.ts';
import { reasonOf } from '../../util/errors.ts';
import { makeFolders } from '../../util/make-folders.ts';
import { plain } from '../../util/plain.ts';
import { shellQuoted } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type UserEnvironment, userFolders } from '../../util/user-folders.ts';
import { SCRIPTS, type Shell } from './completion-scripts.ts';

export interface InstallOptions {
  /** Null: the user's own. */
  readonly shell: Shell | null;
  readonly print: boolean;
  readonly yes: boolean;
}

const FIRST = '# >>> leadpush completion >>>';
const LAST = '# <<< leadpush completion <<<';

/** @returns 0; 2 if the answer is no, 130 after Ctrl-C @throws UsageError where nobody can be asked, or it cannot be written */
export async function installCompletion(options: InstallOptions, context: Context): Promise<number> {
  const { stdout, stderr, env } = context;
  const shell = options.shell ?? ownShell(env);
  const path = startFile(shell, userFolders(context));
  const addition = additionFor(shell);
  if (options.print) {
    stderr.write(`For ${plain(path)}:\n`);
    stdout.write(addition);
    return 0;
  }
  const before = textOf(path);
  const after = withAddition(before, addition, shell, path);
  if (after === null) {
    stdout.write(`${plain(path)} has the completion of leadpush already; nothing was written.\n`);
    return 0;
  }
  const what = shell === 'fish' ? `Write the completion script to ${plain(path)}` : `Write to ${plain(path)}`;
  if (shell !== 'fish') stderr.write(`It would add to ${plain(path)}:\n\n${addition}\n`);
  if (!options.yes) {
    if (context.stdin.isTTY !== true || stderr.isTTY !== true) {
      throw new UsageError(
        `${path} was not changed: nobody can be asked here.`,
        'Add --yes to write it, or --print to see it.',
      );
    }
    const answer = await ask(`${what}?`, context);
    if (answer !== 'yes') {
      stderr.write(`${answer === 'interrupted' ? '\n' : ''}Nothing was written.\n`);
      return answer === 'interrupted' ? 130 : 2;
    }
  }
  try {
    // Whoever may write to it runs commands as this user, whatever the umask lets others do.
    makeFolders(dirname(path), 0o700);
    writeFileSync(path, after, { mode: 0o644 });
  } catch (error) {
    throw new UsageError(`${path} cannot be written (${reasonOf(error)}).`);
  }
  const now = shell === 'fish' ? '' : `, or in this one: source ${shellQuoted(path)}`;
  stdout.write(`Wrote ${plain(path)}. It works in a new shell${now}\n`);
  return 0;
}

/** @throws UsageError */
function ownShell(env: Context['env']): Shell {
  const name = basename(env['SHELL'] ?? '');
  if (name === 'bash' || name === 'zsh' || name === 'fish') return name;
  throw new UsageError(
    name === ''
      ? 'SHELL does not say which shell this is.'
      : `There is no completion for the shell "${name}".`,
    'Name one: leadpush completion install bash, zsh or fish.',
  );
}

/** The file that the shell reads when a person opens it. */
function startFile(shell: Shell, { env, home, platform }: UserEnvironment): string {
  if (home === null) throw new UsageError('This user has no home folder.', 'Set HOME, or add --print.');
  const folder = (name: string, otherwise: string) => {
    const given = env[name] ?? '';
    return isAbsolute(given) ? given : otherwise;
  };
  switch (shell) {
    case 'bash':
      // Each new window of macOS is a login shell.
      return join(home, platform === 'darwin' ? '.bash_profile' : '.bashrc');
    case 'zsh':
      return join(folder('ZDOTDIR', home), '.zshrc');
    case 'fish':
      return join(folder('XDG_CONFIG_HOME', join(home, '.config')), 'fish/completions/leadpush.fish');
  }
}

/** fish has a file for each program. bash 3.2 reads nothing from `source <(…)`; all of them can eval. */
function additionFor(shell: Shell): string {
  if (shell === 'fish') return SCRIPTS.fish;
  const line = `command -v leadpush >/dev/null 2>&1 && eval "$(command leadpush completion ${shell})"`;
  return `${FIRST}\n${line}\n${LAST}\n`;
}

/** Null: there is none. @throws UsageError */
function textOf(path: string): string | null {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
    if (!statSync(path).isFile()) throw new UsageError(`${path} is not a regular file; nothing was written.`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}); nothing was written.`);
  }
}

/** The file with it; null where it has it already. @throws UsageError where the file is somebody else's */
function withAddition(before: string | null, addition: string, shell: Shell, path: string): string | null {
  if (before === null) return addition;
  if (before.includes(addition)) return null;
  if (shell === 'fish') {
    if (before.startsWith('# leadpush in fish')) return addition;
    throw new UsageError(
      `${path} exists and was not written by leadpush; nothing was written.`,
      'Move it away first, or compare it with: leadpush completion fish',
    );
  }
  const from = before.indexOf(FIRST);
  const to = before.indexOf(LAST, from);
  if (from >= 0 && to >= 0)
    return before.slice(0, from) + addition + before.slice(to + LAST.length).replace(/^\r?\n/, '');
  // Somebody put it there by hand.
  if (new RegExp(`^[^#\\n]*leadpush completion ${shell}\\b`, 'm').test(before)) return null;
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}\n${addition}`;
}
