// `leadpush completion SHELL` prints a script for the shell; the script asks `leadpush complete -- WORDS…` at each tab,
// which answers with commands, options, targets of the configuration, and files. Nothing is run and nothing expanded.
import { readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { ownPresets } from '../../app/own-presets.ts';
import { NAMED_STATUSES } from '../../delivery/outcome.ts';
import { knownPresets } from '../../input/presets/index.ts';
import type { Preset } from '../../input/presets/preset.ts';
import { CODES } from '../../lead/codes.ts';
import { sandboxTargetNames } from '../../providers/index.ts';
import { isPlain } from '../../util/plain.ts';
import { typedWord } from '../../util/shell.ts';
import { SCRIPTS, type Shell } from './completion-scripts.ts';
import {
  type Answer,
  among,
  type Call,
  choices,
  columnsFor,
  configIn,
  fieldsFor,
  listed,
  NOTHING,
  runsFor,
} from './completion-values.ts';

/** Prints the script of a shell. */
export function completionScript(shell: Shell, { stdout }: Pick<Context, 'stdout'>): number {
  stdout.write(SCRIPTS[shell]);
  return 0;
}

/**
 * Prints what the last word may become, one a line, with a tab and what it is; a last line `:files` after paths, `:quoted`
 * after other texts that the shell has to quote.
 * @param words of the call without `leadpush`, as they were typed; the last is the one to complete, and may be empty
 */
export async function completeCommand(
  program: Command,
  words: readonly string[],
  context: Context,
): Promise<number> {
  const typed = words.map(typedWord);
  const { candidates, kind } = await answer(program, typed, context);
  const lines = candidates.map(({ value, what }) => (what === '' ? value : `${value}\t${what}`));
  if (kind !== 'words' && lines.length > 0) lines.push(`:${kind}`);
  context.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

async function answer(program: Command, typed: readonly string[], context: Context): Promise<Answer> {
  const word = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const { command, option, places, options } = placeOf(program, before);
  const call: Call = { before, files: placesOfFiles(command, places), context };
  if (option !== null) return valuesOf(option, word, call);
  const assigned = options ? /^(--[^=]+)=(.*)$/s.exec(word) : null;
  if (assigned !== null) {
    const [, name = '', value = ''] = assigned;
    const named = optionOf(command, name);
    if (named === null || !named.required) return NOTHING;
    const { candidates, kind } = await valuesOf(named, value, call);
    return { candidates: candidates.map((one) => ({ ...one, value: `${name}=${one.value}` })), kind };
  }
  if (options && word.startsWith('-')) {
    return among(
      command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long, description }) =>
          long === undefined || long === null ? [] : [{ value: long, what: description }],
        ),
      word,
    );
  }
  if (command.name() === 'help') return places.length === 0 ? commandsOf(program, word) : NOTHING;
  const { registeredArguments: wanted } = command;
  const argument = wanted[places.length] ?? (wanted.at(-1)?.variadic === true ? wanted.at(-1) : undefined);
  const values = argument === undefined ? NOTHING : await argumentOf(argument, word, call);
  if (places.length > 0 || command.commands.length === 0) return values;
  return { ...values, candidates: [...values.candidates, ...commandsOf(command, word).candidates] };
}

/** Where the last word stands: in which command, as which option's value, or after which arguments. */
function placeOf(program: Command, before: readonly string[]) {
  let command = program;
  let option: Option | null = null;
  const places: string[] = [];
  let options = true;
  for (const word of before) {
    if (option !== null) option = null;
    else if (options && word === '--') options = false;
    else if (options && word.startsWith('-') && word !== '-') {
      const found = word.includes('=') ? null : optionOf(command, word);
      option = found?.required === true ? found : null;
    } else {
      const inner = places.length === 0 ? command.commands.find((one) => isCalled(one, word)) : undefined;
      if (inner === undefined) places.push(word);
      else command = inner;
    }
  }
  return { command, option, places, options };
}

function isCalled(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

/** The arguments that are files. */
function placesOfFiles(
  { registeredArguments: [first] }: Command,
  places: readonly string[],
): readonly string[] {
  return first?.name() === 'file' ? places : [];
}

function optionOf(command: Command, name: string): Option | null {
  return command.options.find(({ long, short }) => name === long || name === short) ?? null;
}

function commandsOf(command: Command, word: string): Answer {
  const all = command.createHelp().visibleCommands(command);
  return among(
    all.map((one) => ({ value: one.name(), what: one.description() })),
    word,
  );
}

async function argumentOf(argument: Argument, word: string, call: Call): Promise<Answer> {
  if (argument.argChoices !== undefined) return choices(argument.argChoices, word);
  switch (argument.name()) {
    case 'file':
      return filesFor(word, call.context);
    case 'run':
      return runsFor(word, call);
    case 'code':
      return choices(CODES, word);
    default:
      return NOTHING;
  }
}

async function valuesOf(option: Option, word: string, call: Call): Promise<Answer> {
  if (option.argChoices !== undefined) return choices(option.argChoices, word);
  switch (option.long) {
    case '--to':
      return targetsFor(word, call);
    case '--preset':
      return presetsFor(word, call);
    case '--status':
      return listed(NAMED_STATUSES, word);
    case '--column':
      return columnsFor(word, call);
    case '--set':
    case '--default':
      return fieldsFor(word);
    default:
      return /<file>/.test(option.flags) ? filesFor(word, call.context) : NOTHING;
  }
}

/** Names of presets, built in and of the configuration; a broken configuration has none. */
async function presetsFor(word: string, { before, context }: Call): Promise<Answer> {
  let own: readonly Preset[] = [];
  try {
    own = ownPresets((await configurationOf(configIn(before), context)).presets);
  } catch {
    // The command itself will say what is wrong.
  }
  const known = knownPresets(own).map(({ name, title }) => ({ value: name, what: title }));
  return among([...known, { value: 'none', what: 'by the names of the columns alone' }], word);
}

/** Names of targets; in a list, of the last one. A broken configuration completes nothing, and says nothing. */
async function targetsFor(word: string, { before, context }: Call): Promise<Answer> {
  const sandboxes = sandboxTargetNames();
  let names: readonly string[] = sandboxes;
  try {
    names = [...(await configurationOf(configIn(before), context)).targetNames, ...sandboxes];
  } catch {
    // The command itself will say what is wrong.
  }
  return listed(
    names.filter((name) => !name.startsWith('-')),
    word,
  );
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
    return { candidates, kind: 'files' };
  } catch {
    // No such folder: nothing to complete.
    return NOTHING;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
