// `leadpush completion SHELL` prints a script for the shell; the script asks `leadpush complete -- WORDS…` at each tab,
// which answers with commands, options, targets of the configuration, and files. Nothing is run and nothing expanded.
import { readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import type { Context } from '../../app/context.ts';
import { ownPresets } from '../../app/own-presets.ts';
import { loadConfig } from '../../config/config.ts';
import { knownPresets } from '../../input/presets/index.ts';
import type { Preset } from '../../input/presets/preset.ts';
import { PROVIDERS, sandboxTargetNames } from '../../providers/index.ts';
import { isPlain } from '../../util/plain.ts';
import { typedWord } from '../../util/shell.ts';
import { userFolders } from '../../util/user-folders.ts';
import { SCRIPTS, type Shell } from './completion-scripts.ts';

/** Prints the script of a shell. */
export function completionScript(shell: Shell, { stdout }: Pick<Context, 'stdout'>): number {
  stdout.write(SCRIPTS[shell]);
  return 0;
}

/**
 * Prints what the last word may become, one a line, with a tab and what it is; a last line `:files` after paths.
 * @param words of the call without `leadpush`, as they were typed; the last is the one to complete, and may be empty
 */
export function completeCommand(program: Command, words: readonly string[], context: Context): number {
  const typed = words.map(typedWord);
  const { candidates, files } = answer(program, typed, context);
  const lines = candidates.map(({ value, what }) => (what === '' ? value : `${value}\t${what}`));
  if (files && lines.length > 0) lines.push(':files');
  context.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

interface Candidate {
  readonly value: string;
  readonly what: string;
}

interface Answer {
  readonly candidates: readonly Candidate[];
  /** Paths: the shell quotes them, and adds nothing after a folder. */
  readonly files: boolean;
}

const NOTHING: Answer = { candidates: [], files: false };

function answer(program: Command, typed: readonly string[], context: Context): Answer {
  const word = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const { command, option, position, options } = placeOf(program, before);
  if (option !== null) return valuesOf(option, word, before, context);
  const assigned = options ? /^(--[^=]+)=(.*)$/s.exec(word) : null;
  if (assigned !== null) {
    const [, name = '', value = ''] = assigned;
    const named = optionOf(command, name);
    if (named === null || !named.required) return NOTHING;
    const { candidates, files } = valuesOf(named, value, before, context);
    return { candidates: candidates.map((one) => ({ ...one, value: `${name}=${one.value}` })), files };
  }
  if (options && word.startsWith('-')) {
    return words(
      command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long, description }) =>
          long === undefined || long === null ? [] : [{ value: long, what: description }],
        ),
      word,
    );
  }
  if (position === 0 && command.commands.length > 0) return commandsOf(command, word);
  if (command.name() === 'help') return position === 0 ? commandsOf(program, word) : NOTHING;
  const { registeredArguments: places } = command;
  const argument = places[position] ?? (places.at(-1)?.variadic === true ? places.at(-1) : undefined);
  return argument === undefined ? NOTHING : argumentOf(argument, word, context);
}

/** Where the last word stands: in which command, as which option's value, or at which position among its arguments. */
function placeOf(program: Command, before: readonly string[]) {
  let command = program;
  let option: Option | null = null;
  let position = 0;
  let options = true;
  for (const word of before) {
    if (option !== null) option = null;
    else if (options && word === '--') options = false;
    else if (options && word.startsWith('-') && word !== '-') {
      const found = word.includes('=') ? null : optionOf(command, word);
      option = found?.required === true ? found : null;
    } else {
      const inner = position === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (inner === undefined) position += 1;
      else command = inner;
    }
  }
  return { command, option, position, options };
}

function optionOf(command: Command, name: string): Option | null {
  return command.options.find(({ long, short }) => name === long || name === short) ?? null;
}

function commandsOf(command: Command, word: string): Answer {
  const all = command.createHelp().visibleCommands(command);
  return words(
    all.map((one) => ({ value: one.name(), what: one.description() })),
    word,
  );
}

function argumentOf(argument: Argument, word: string, context: Context): Answer {
  if (argument.argChoices !== undefined) return choices(argument.argChoices, word);
  return argument.name() === 'file' ? filesFor(word, context) : NOTHING;
}

function valuesOf(option: Option, word: string, before: readonly string[], context: Context): Answer {
  if (option.argChoices !== undefined) return choices(option.argChoices, word);
  if (option.long === '--to') return targetsFor(word, before, context);
  if (option.long === '--preset') return presetsFor(word, before, context);
  return /<file>/.test(option.flags) ? filesFor(word, context) : NOTHING;
}

function choices(values: readonly string[], word: string): Answer {
  return words(
    values.map((value) => ({ value, what: '' })),
    word,
  );
}

/** Words that mean the same in quotes and without; what a shell would run or expand is left out. */
function words(candidates: readonly Candidate[], word: string): Answer {
  return {
    candidates: candidates.filter(
      ({ value }) =>
        value.startsWith(word) && /^[\p{L}\p{N}\p{M}_@%+,.-][\p{L}\p{N}\p{M}_@%+,./=-]*$/u.test(value),
    ),
    files: false,
  };
}

/** Names of presets, built in and of the configuration; a broken configuration has none. */
function presetsFor(word: string, before: readonly string[], context: Context): Answer {
  let own: readonly Preset[] = [];
  try {
    own = ownPresets(loadConfig(configIn(before), userFolders(context), PROVIDERS).presets);
  } catch {
    // The command itself will say what is wrong.
  }
  const known = knownPresets(own).map(({ name, title }) => ({ value: name, what: title }));
  return words([...known, { value: 'none', what: 'by the names of the columns alone' }], word);
}

/** Names of targets; in a list, of the last one. A broken configuration completes nothing, and says nothing. */
function targetsFor(word: string, before: readonly string[], context: Context): Answer {
  const list = word.slice(0, word.lastIndexOf(',') + 1);
  const sandboxes = sandboxTargetNames();
  let names: readonly string[] = sandboxes;
  try {
    names = [...loadConfig(configIn(before), userFolders(context), PROVIDERS).targetNames, ...sandboxes];
  } catch {
    // The command itself will say what is wrong.
  }
  return choices(
    names.filter((name) => !name.startsWith('-')).map((name) => `${list}${name}`),
    word,
  );
}

/** The configuration that the call names. */
function configIn(before: readonly string[]): string | null {
  const at = before.lastIndexOf('--config');
  const assigned = before.findLast((word) => word.startsWith('--config='));
  return assigned?.slice('--config='.length) ?? (at < 0 ? null : (before[at + 1] ?? null));
}

/**
 * Paths as the shell is to quote them. Left out: what would steer a terminal, and names that at the start of a word mean
 * something else (an option, a home, a mark of the answer); behind `../../commands/` they are completed too.
 */
function filesFor(word: string, { cwd }: Context): Answer {
  const folder = word.endsWith('/') ? word : dirname(word);
  const base = word.slice(word.lastIndexOf('/') + 1);
  const shown = word.slice(0, word.length - base.length);
  try {
    const entries = readdirSync(resolve(cwd, folder), { withFileTypes: true }).filter(
      ({ name }) =>
        name.startsWith(base) &&
        (base !== '' || !name.startsWith('.')) &&
        isPlain(name) &&
        !name.includes('\ufffd') &&
        (shown !== '' || !/^[-~=:#+]/.test(name)),
    );
    const candidates = entries
      .map((entry) => {
        const path = resolve(cwd, folder, entry.name);
        const inside = entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path));
        return { value: `${shown}${entry.name}${inside ? '/' : ''}`, what: '' };
      })
      .sort((a, b) => (a.value < b.value ? -1 : 1));
    return { candidates, files: true };
  } catch {
    // No such folder: nothing to complete.
    return NOTHING;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
