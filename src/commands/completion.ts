// `leadpush completion SHELL` prints a script for the shell; the script asks `leadpush complete -- WORDS…` at each tab,
// which answers with commands, options, targets of the configuration, and files.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { loadConfig } from '../config/config.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { Context } from './context.ts';
import { whereOf } from './home.ts';

/** Options whose value is a file. */
const FILE_OPTIONS = ['config', 'ledger', 'output', 'rejects', 'junit', 'html', 'key-file'];

/**
 * Answers `complete -- WORDS…` and `completion SHELL` by the program's own commands and options.
 * @param program a program that has no such commands itself
 * @param args the call's arguments, `complete` or `completion` first
 */
export async function completionCommand(
  program: Command,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const root = tab(program, { completionCommandName: 'completion' });
  const word = args.at(-1) ?? '';
  for (const command of root.commands.values()) {
    const target = command.options.get('to');
    if (target !== undefined) target.handler = (complete) => targetsFor(word, context, complete);
    for (const name of FILE_OPTIONS) {
      const option = command.options.get(name);
      if (option !== undefined) option.handler = (complete) => filesFor(word, context, complete);
    }
    for (const argument of command.arguments.values()) {
      if (argument.name === 'file') argument.handler = (complete) => filesFor(word, context, complete);
    }
  }
  await program.parseAsync([...args], { from: 'user' });
  return 0;
}

type Complete = (value: string, description: string) => void;

/** Names of targets; in a list, of the last one. A broken configuration completes nothing, and says nothing. */
function targetsFor(word: string, context: Context, complete: Complete): void {
  const before = word.slice(0, word.lastIndexOf(',') + 1);
  const sandboxes = PROVIDERS.map(({ name }) => `sandbox-${name}`);
  let names: readonly string[] = sandboxes;
  try {
    names = [...loadConfig(null, whereOf(context), PROVIDERS).targetNames, ...sandboxes];
  } catch {
    // The command itself will say what is wrong.
  }
  for (const name of names) complete(`${before}${name}`, '');
}

function filesFor(word: string, { cwd }: Context, complete: Complete): void {
  const folder = word.endsWith('/') ? word : dirname(word);
  const shown = word.includes('/') ? (folder.endsWith('/') ? folder : `${folder}/`) : '';
  try {
    for (const entry of readdirSync(join(folder.startsWith('/') ? '' : cwd, folder), {
      withFileTypes: true,
    })) {
      if (!entry.name.startsWith('.')) complete(`${shown}${entry.name}${entry.isDirectory() ? '/' : ''}`, '');
    }
  } catch {
    // No such folder: nothing to complete.
  }
}
