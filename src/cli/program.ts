// Which commands and options there are. Binding only: each action turns flags into one options object and hands it to a
// run function in commands/, which is loaded when it is needed.
import { Argument, Command, CommanderError, Option } from 'commander';
import type { Context } from '../app/context.ts';
import { FIELDS } from '../lead/fields.ts';
import { exampleTarget, providerNames } from '../providers/index.ts';
import type { Shell } from './actions/completion-scripts.ts';

/** Parses the arguments and runs the command. @returns the exit status @throws UsageError */
export async function runProgram(args: readonly string[], context: Context): Promise<number> {
  let status = 0;
  const done = (code: number) => {
    status = code;
  };
  try {
    if (args.length === 0) {
      const { welcome } = await import('./welcome.ts');
      return await welcome(context);
    }
    // Asked by the shells at each tab: `complete -- WORDS…`.
    if (args[0] === 'complete' && args[1] === '--') {
      const { completeCommand } = await import('./actions/completion.ts');
      return completeCommand(buildProgram(context, done), args.slice(2), context);
    }
    await buildProgram(context, done).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end with 0; what was wrong was already said by commander.
    return error.exitCode === 0 ? 0 : 2;
  }
  return status;
}

function addCompletion(program: Command, context: Context, act: Act): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options, targets and files in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(leadpush completion bash)\n  $ leadpush completion fish > ~/.config/fish/completions/leadpush.fish',
    )
    .action(
      act(async (shell: Shell) => {
        const { completionScript } = await import('./actions/completion.ts');
        return completionScript(shell, context);
      }),
    );
}

/** The commander program. `done` gets each action's exit status. */
export function buildProgram(context: Context, done: (status: number) => void): Command {
  const program = new Command('leadpush');
  program
    .description(
      "Push real-estate leads from any export into a CRM's intake API: nothing lost, nothing sent twice.",
    )
    .version(LEADPUSH_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
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
    .addHelpText(
      'after',
      `
Examples:
  $ leadpush send --to ${exampleTarget} --phone '+91 99889 98899' --name 'Rahul Kumar'
  $ leadpush check leads.csv
  $ leadpush send leads.csv --to crm --rejects rejects.csv

Exit status: 0 every lead created, duplicate or skipped; 1 some invalid, rejected or failed; 2 wrong call or
configuration, nothing sent; 3 credentials refused; 4 provider unreachable; 5 some unknown; 130/143/129 by signal.`,
    );

  const action =
    <A extends unknown[]>(run: (...args: A) => Promise<number>) =>
    async (...args: A): Promise<void> => {
      done(await run(...args));
    };

  addSend(program, context, action);
  addLookingBack(program, context, action);
  addReport(program, context, action);
  addChecks(program, context, action);
  addHelpers(program, context, action);
  addCompletion(program, context, action);
  return program;
}

type Act = <A extends unknown[]>(run: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;

const configOption = () =>
  new Option(
    '--config <file>',
    'read this configuration instead of searching for one (LEADPUSH_CONFIG does the same)',
  );
const ledgerOption = () =>
  new Option(
    '--ledger <file>',
    "keep the memory of what was sent in this file instead of the user's state folder (LEADPUSH_LEDGER does the same)",
  );
const jsonOption = (what: string) => new Option('--json', what);
const showPiiOption = () => new Option('--show-pii', 'show whole phone numbers on the screen');
const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Options of reading, shared by `send` and `check`. */
function addReading(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'read files as this format instead of what the content says').choices([
        'csv',
        'tsv',
        'json',
        'ndjson',
        'xlsx',
      ]),
    )
    .option(
      '--column <Header=field>',
      'send a column to a field, to extra.NAME, or to nothing (Header=); repeatable',
      collect,
    )
    .option('--preset <name>', 'read as this known export (see `leadpush presets`), or none')
    .option(
      '--encoding <name>',
      'text encoding of the file, such as windows-1252, instead of the detected one',
    )
    .option('--delimiter <char>', 'column delimiter instead of the detected one; \\t for a tab')
    .option('--sheet <name>', 'sheet of a spreadsheet, by name or number (default: the first)')
    .option(
      '--region <code>',
      'country of phones written without +, such as IN (default: from the configuration, else IN)',
    )
    .option(
      '--timezone <zone>',
      'time zone of dates written without one (default: from the configuration, else Asia/Kolkata)',
    )
    .addOption(
      new Option('--date-order <order>', 'order of day, month and year in dates such as 05-10-2026').choices([
        'DMY',
        'MDY',
        'YMD',
      ]),
    )
    .option('--include-test', "treat an ad platform's test leads as real ones")
    .option('--set <field=value>', 'fill a field that a record lacks; repeatable', collect)
    .option('--limit <n>', 'read only the first n records');
}

function addSend(program: Command, context: Context, act: Act): void {
  const send = program
    .command('send')
    .description('Send leads from files, from stdin (-), or one lead from flags.')
    .argument('[file...]', 'files of CSV, TSV, JSON, NDJSON or xlsx; - for stdin')
    .addOption(configOption())
    .option(
      '--to <targets>',
      'target or targets, separated by commas (default: defaultTarget of the configuration)',
    );
  for (const field of FIELDS) {
    send.addOption(new Option(`--${field.flag} <value>`, field.help).helpGroup('Fields of the lead:'));
  }
  send.addOption(
    new Option('--field <NAME=VALUE>', "set a field of the target's own, in the provider's name; repeatable")
      .argParser(collect)
      .helpGroup('Fields of the lead:'),
  );
  addReading(send)
    .option(
      '--canary',
      'send the first lead alone, read it back, and go on only if it was filed as the target says',
    )
    .option('--dry-run', 'show the requests, secrets as ***, and send nothing')
    .addOption(jsonOption('print results as NDJSON, one line a submission and a summary'))
    .option(
      '--output <file>',
      "write every result to this file (.csv, .ndjson or .json), beside the input's own columns",
    )
    .option('--rejects <file>', 'write the rows worth mending to this file, ready to be sent again')
    .option('--concurrency <n>', 'requests at once to a target (default: 16)')
    .option('--rate <n>', 'requests a second to a target (default: no limit)')
    .option('--timeout <duration>', 'how long to wait for an answer (default: 30s)')
    .option('--retries <n>', 'how often to try again what surely did not arrive (default: 4)')
    .option('--max-failures <n>', 'stop when this many leads were invalid, rejected, failed or unknown')
    .option('--resend', 'send again what an earlier run has sent')
    .addOption(ledgerOption())
    .option('--no-ledger', 'remember nothing: finds duplicates of this input only')
    .option('-y, --yes', 'do not ask before a file goes to a production target')
    .option('-q, --quiet', 'print only what needs a person')
    .option('-v, --verbose', 'print more: the warnings of every lead, and where an internal error happened')
    .addOption(showPiiOption())
    .addHelpText(
      'after',
      `
Examples:
  $ leadpush send --to ${exampleTarget} --phone '+91 99889 98899' --name 'Rahul Kumar' --budget '50L-1.2 Cr'
  $ leadpush send leads.csv --to greens-staging --dry-run
  $ leadpush send leads.csv --to greens-staging,crm --rejects rejects.csv --yes
  $ cat leads.ndjson | leadpush send - --to crm --json`,
    )
    .action(
      act(async (files: string[], flags: Record<string, unknown>) => {
        const { sendCommand } = await import('./actions/index.ts');
        return sendCommand(files, flags, context);
      }),
    );

  const retry = program
    .command('retry')
    .description(
      'Send again what a run could not deliver; the ledger holds what it takes, no file is needed.',
    )
    .argument('<run>', "the run's id, or its first characters")
    .addOption(configOption())
    .option('--failed', 'what failed, or was never sent because the run ended first (default)')
    .option('--rejected', 'what the provider rejected')
    .option('--unknown', 'what may have arrived: asked about once more, and sent if that does not settle it');
  retry
    .option(
      '--field <NAME=VALUE>',
      "set a field of the target's own, as the first run did; repeatable",
      collect,
    )
    .addOption(jsonOption('print results as NDJSON, one line a submission and a summary'))
    .option('--concurrency <n>', 'requests at once to a target (default: 16)')
    .option('--rate <n>', 'requests a second to a target (default: no limit)')
    .option('--timeout <duration>', 'how long to wait for an answer (default: 30s)')
    .option('--retries <n>', 'how often to try again what surely did not arrive (default: 4)')
    .addOption(ledgerOption())
    .option('-y, --yes', 'do not ask before leads go to a production target')
    .option('-q, --quiet', 'print only what needs a person')
    .option('-v, --verbose', 'print more')
    .addOption(showPiiOption())
    .addHelpText('after', '\nExamples:\n  $ leadpush retry 7F3K\n  $ leadpush retry 7F3K --unknown')
    .action(
      act(async (run: string, flags: Record<string, unknown>) => {
        const { retryCommand } = await import('./actions/index.ts');
        return retryCommand(run, flags, context);
      }),
    );
}

function addLookingBack(program: Command, context: Context, act: Act): void {
  program
    .command('runs')
    .description('List the runs that the ledger remembers, newest first.')
    .option(
      '--purge <duration>',
      "forget people's data of runs older than this, such as 90d; what was sent stays known",
    )
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(jsonOption('print NDJSON, one line a run'))
    .addHelpText('after', '\nExamples:\n  $ leadpush runs\n  $ leadpush runs --purge 90d')
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { runsAction } = await import('./actions/index.ts');
        return runsAction(flags, context);
      }),
    );
  program
    .command('show')
    .description('Show what became of each lead of one run.')
    .argument('<run>', "the run's id, or its first characters")
    .option('--status <statuses>', 'only these, separated by commas, such as failed,unknown')
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(jsonOption('print NDJSON, one line a submission and a summary'))
    .addOption(showPiiOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush show 7F3K\n  $ leadpush show 7F3K --status failed,unknown --json',
    )
    .action(
      act(async (run: string, flags: Record<string, unknown>) => {
        const { showAction } = await import('./actions/index.ts');
        return showAction(run, flags, context);
      }),
    );
}

function addReport(program: Command, context: Context, act: Act): void {
  program
    .command('report')
    .description(
      'Write one run as a self-contained page with charts, reasons and the rows that need a person.',
    )
    .argument('<run>', "the run's id, or its first characters")
    .requiredOption('--html <file>', 'the page to write')
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(new Option('--show-pii', 'show whole phone numbers in the page'))
    .addHelpText('after', '\nExamples:\n  $ leadpush report 7F3K --html report.html')
    .action(
      act(async (run: string, flags: Record<string, unknown>) => {
        const { reportAction } = await import('./actions/index.ts');
        return reportAction(run, flags, context);
      }),
    );
}

function addChecks(program: Command, context: Context, act: Act): void {
  const check = program
    .command('check')
    .description(
      'With files: a full rehearsal of reading them, without a network or a target. Without: configuration, variables, reachability and clock.',
    )
    .argument('[file...]', 'files to rehearse; - for stdin')
    .addOption(configOption())
    .option('--to <target>', 'without files: check only this target');
  addReading(check)
    .addOption(jsonOption('print one JSON object'))
    .addOption(showPiiOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush check\n  $ leadpush check leads.csv\n  $ leadpush check leads.csv --json',
    )
    .action(
      act(async (files: string[], flags: Record<string, unknown>) => {
        const { checkAction } = await import('./actions/index.ts');
        return checkAction(files, flags, context);
      }),
    );
  program
    .command('smoke')
    .description('Send one synthetic lead end to end and read it back where the provider can.')
    .requiredOption('--to <target>', 'the target')
    .addOption(configOption())
    .option('--phone <number>', "the number to use (default: the target's testPhone)")
    .option('--junit <file>', 'write a JUnit report')
    .addOption(jsonOption('print one JSON object'))
    .option('--timeout <duration>', 'how long to wait for each answer (default: 30s)')
    .addOption(ledgerOption())
    .option('-y, --yes', 'allow a production target')
    .addHelpText(
      'after',
      `\nExamples:\n  $ leadpush smoke --to ${exampleTarget}\n  $ leadpush smoke --to greens-staging --junit smoke.xml`,
    )
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { smokeCommand } = await import('./actions/index.ts');
        return smokeCommand(flags, context);
      }),
    );
  program
    .command('verify')
    .description('Show what the provider has for a phone.')
    .requiredOption('--phone <number>', 'the phone')
    .requiredOption('--to <target>', 'the target')
    .addOption(configOption())
    .option('--timeout <duration>', 'how long to wait for an answer (default: 30s)')
    .addOption(jsonOption('print one JSON object'))
    .addOption(showPiiOption())
    .addHelpText('after', "\nExamples:\n  $ leadpush verify --phone '+91 99889 98899' --to greens-staging")
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { verifyAction } = await import('./actions/index.ts');
        return verifyAction(flags, context);
      }),
    );
  program
    .command('sources')
    .description("List the provider's source and sub-source ids.")
    .requiredOption('--to <target>', 'the target')
    .addOption(configOption())
    .option('--timeout <duration>', 'how long to wait for an answer (default: 30s)')
    .addOption(jsonOption("print one JSON object, with the provider's raw answer"))
    .addHelpText('after', `\nExamples:\n  $ leadpush sources --to ${exampleTarget}`)
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { sourcesAction } = await import('./actions/index.ts');
        return sourcesAction(flags, context);
      }),
    );
}

function addHelpers(program: Command, context: Context, act: Act): void {
  program
    .command('sandbox')
    .description('Run the emulator of both providers as a server on this machine.')
    .option('--port <n>', 'port to listen on (default: a free one)')
    .option('--fault <list>', 'faults to play, such as reset:0.05,lost:0.05 (see the README)')
    .option('--latency <duration>', 'answer after this time, such as 20ms')
    .option('--strict', 'ask for all that the documents call mandatory')
    .option('--seed <n>', 'draw faults and credentials from this seed, the same every time')
    .addOption(jsonOption('print one line of JSON when it listens'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush sandbox --port 8080\n  $ leadpush sandbox --fault reset:0.05,lost:0.05 --latency 20ms',
    )
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { sandboxAction } = await import('./actions/sandbox-flags.ts');
        return sandboxAction(flags, context);
      }),
    );
  program
    .command('init')
    .description('Write a commented .leadpushrc, never over an existing one.')
    .option('--provider <name>', providerNames())
    .option('--environment <name>', 'staging or production')
    .option('--target <name>', "the target's name")
    .option('--key-variable <NAME>', 'environment variable that holds the key')
    .option('--key-file <file>', 'file that holds the key, instead of a variable')
    .option('--channel <name>', 'the channel, for a provider that has channels')
    .option('-y, --yes', 'take the defaults for what is not given, ask nothing')
    .addOption(jsonOption('print one JSON object'))
    .addHelpText('after', '\nExamples:\n  $ leadpush init\n  $ leadpush init --target greens-staging --yes')
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { initAction } = await import('./actions/init-flags.ts');
        return initAction(flags, context);
      }),
    );
  program
    .command('presets')
    .description('List the export formats that are known by name.')
    .addOption(jsonOption('print NDJSON, one line a preset'))
    .addHelpText('after', '\nExamples:\n  $ leadpush presets')
    .action(
      act(async (flags: Record<string, unknown>) => {
        const { listPresets } = await import('./actions/presets.ts');
        return listPresets({ json: flags['json'] === true }, context);
      }),
    );
  program
    .command('explain')
    .description('Say what a code means and how to mend it; without a code, list them.')
    .argument('[code]', 'such as PHONE_SCIENTIFIC')
    .addOption(jsonOption('print JSON'))
    .addHelpText('after', '\nExamples:\n  $ leadpush explain PHONE_SCIENTIFIC')
    .action(
      act(async (code: string | undefined, flags: Record<string, unknown>) => {
        const { explainCommand } = await import('./actions/explain.ts');
        return explainCommand({ code: code ?? null, json: flags['json'] === true }, context);
      }),
    );
}
