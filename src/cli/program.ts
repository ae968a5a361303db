// The program: its root, its exit status, and which commands there are. A command is one file in commands/.
import { Command, CommanderError } from 'commander';
import type { Context } from '../app/context.ts';
import { exampleTarget, openSettings, providerNames } from '../providers/index.ts';
import { UsageError } from '../util/usage-error.ts';
import { type Host, paragraph } from './command.ts';
import { check } from './commands/check.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { explain } from './commands/explain.ts';
import { init } from './commands/init.ts';
import { ledger } from './commands/ledger.ts';
import { presets } from './commands/presets.ts';
import { providers } from './commands/providers.ts';
import { report } from './commands/report.ts';
import { retry } from './commands/retry.ts';
import { runs } from './commands/runs.ts';
import { sandbox } from './commands/sandbox.ts';
import { send } from './commands/send.ts';
import { show } from './commands/show.ts';
import { smoke } from './commands/smoke.ts';
import { sources } from './commands/sources.ts';
import { verify } from './commands/verify.ts';
import { helpLayout } from './help.ts';

/** In the order of the help, the three that one needs first before all others. */
const COMMANDS: readonly {
  readonly group: string;
  /** By their names. */
  readonly commands: Readonly<Record<string, (program: Command, host: Host) => void>>;
}[] = [
  { group: 'Start here:', commands: { check, send, init } },
  { group: 'After a run:', commands: { runs, show, retry, report } },
  { group: 'The provider:', commands: { smoke, verify, sources, sandbox, providers } },
  { group: 'Help:', commands: { config, ledger, presets, explain, completion } },
];

/** Parses the arguments and runs the command. @returns the exit status @throws UsageError */
export async function runProgram(args: readonly string[], context: Context): Promise<number> {
  let status = 0;
  let hasBegun = false;
  const acts: Acts = {
    begin: () => {
      hasBegun = true;
    },
    done: (code) => {
      status = code;
    },
  };
  try {
    if (args.length === 0) {
      const { welcome } = await import('./welcome.ts');
      return await welcome(context);
    }
    // Asked by the shells at each tab: `complete -- WORDS…`.
    if (args[0] === 'complete' && args[1] === '--') {
      const { completeCommand } = await import('./actions/completion.ts');
      return await completeCommand(buildProgram(context, acts), args.slice(2), context);
    }
    await buildProgram(context, acts, args[0]).parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Help and version exit with 0.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (!hasBegun && args.includes('smoke')) {
      const { reportUnparsed } = await import('./unparsed-smoke.ts');
      await reportUnparsed(args, error, context);
    }
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already printed what was wrong.
    return 2;
  }
  return status;
}

/** What is told of a command's action. */
export interface Acts {
  /** The call was understood. */
  readonly begin: () => void;
  /** Its exit status. */
  readonly done: (status: number) => void;
}

/**
 * The commander program. `acts` is told of each action.
 * @param called a command's name: it alone is made, with its options, a thirtieth of a start; any other text: all are
 */
export function buildProgram(context: Context, acts: Acts, called?: string): Command {
  const program = new Command('leadpush');
  program
    .description(
      "Push real-estate leads from any export into a CRM's intake API: nothing lost, nothing sent twice.",
    )
    .version(LEADPUSH_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('Run with --help to see what there is.')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        context.stdout.write(text);
      },
      writeErr: (text) => {
        context.stderr.write(text);
      },
      getOutHelpWidth: () => Math.min(context.stdout.columns ?? 100, 120),
      getErrHelpWidth: () => Math.min(context.stderr.columns ?? 100, 120),
      outputError: (text, write) => write(text.replace(/^error: /, 'leadpush: ')),
    })
    .configureHelp(helpLayout)
    .addHelpText(
      'after',
      `
Examples:
  $ leadpush send --to ${exampleTarget} --phone '+91 99889 98899' --name 'Rahul Kumar'
  $ leadpush check leads.csv
  $ leadpush send leads.csv --to crm --rejects rejects.csv`,
    )
    .addHelpText(
      'after',
      paragraph(
        'Exit status: 0 every lead created, duplicate or skipped; 1 some invalid, rejected or failed; 2 wrong call or configuration, nothing sent; 3 credentials refused; 4 provider unreachable; 5 some unknown; 130/143/129 by signal.',
      ),
    );
  const host: Host = {
    context,
    exampleTarget,
    providerNames: providerNames(),
    openSettings: openSettings(),
    ends:
      (run) =>
      async (...args) => {
        acts.begin();
        acts.done(await run(...args));
      },
  };
  const only = COMMANDS.some(({ commands }) => called !== undefined && Object.hasOwn(commands, called));
  for (const { group, commands } of COMMANDS) {
    program.commandsGroup(group);
    for (const [name, add] of Object.entries(commands)) if (!only || name === called) add(program, host);
  }
  // They say themselves which option a word too many was meant for.
  for (const command of program.commands) command.allowExcessArguments();
  program.hook('preAction', (_, command) => refuseSwallowed(command));
  program.hook('preAction', async (_, command) => {
    const taken = command.registeredArguments;
    const words = taken.at(-1)?.variadic === true ? [] : command.args.slice(taken.length);
    const [word] = words;
    if (word === undefined) return;
    const { strayWord } = await import('./stray-words.ts');
    throw strayWord(command.name(), word, words, command.opts());
  });
  program.helpCommand('help [command]', 'show help for a command');
  return program;
}

/** No file is called so: `-x.csv` may be. */
const OPTION_LIKE = /^--?[a-z][a-z-]*$/i;

/**
 * An option whose value was forgotten, or is an empty variable of a job, takes the next option for it: `--junit --no-ledger`. Of a
 * file, also one that is mistyped: it would be the file's name.
 */
function refuseSwallowed(command: Command): void {
  const names = new Set(command.options.flatMap(({ long }) => long ?? []));
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isFile = option.flags.endsWith('<file>');
    const next = given.find(
      (one) => typeof one === 'string' && (names.has(one) || (isFile && OPTION_LIKE.test(one))),
    );
    if (next === undefined) continue;
    throw new UsageError(
      `${option.long}: the value is missing: the next word is the option ${next}.`,
      'Give it one; a variable in its place may be empty.',
    );
  }
}
