// `leadpush send`: its options, its help, and its run.
import { type Command, Option } from 'commander';
import { FIELDS } from '../../lead/fields.ts';
import {
  addLedgerChoice,
  addOptions,
  collect,
  columnOption,
  configOption,
  grouped,
  type Host,
  joined,
  paceOptions,
  readingOptions,
  resultsAsJson,
  setOption,
  showPiiOption,
  valueOptions,
} from '../command.ts';
import type { Flags } from '../flags.ts';

/** The fields whose flags are shown with the options that most calls need. */
const FIRST_FIELDS: ReadonlySet<string> = new Set(['phone', 'name']);

/** In the order of the help: the ten that most calls need, then all others in groups. */
function options(): readonly Option[] {
  const fields = FIELDS.map(({ name, flag, help }) => ({
    name,
    option: new Option(`--${flag} <value>`, help),
  }));
  const [first, other] = [true, false].map((most) =>
    fields.filter(({ name }) => FIRST_FIELDS.has(name) === most).map(({ option }) => option),
  );
  return [
    ...grouped(
      'Used most:',
      new Option(
        '--to <targets>',
        'target or targets, separated by commas (default: defaultTarget of the configuration)',
      ).argParser(joined),
      ...(first ?? []),
      new Option('--dry-run', 'preview the requests (secrets masked) and send nothing'),
      columnOption(),
      setOption(),
      new Option(
        '--rejects <file>',
        'write the rows to fix to this file (also .xlsx), ready to be sent again',
      ),
      new Option(
        '--output <file>',
        "write every result to this file (.csv, .xlsx, .ndjson or .json), beside the input's own columns",
      ),
      new Option('-y, --yes', 'do not ask before a file goes to a production target'),
      resultsAsJson(),
    ),
    ...grouped(
      'Target:',
      configOption(),
      new Option(
        '--field <NAME=VALUE>',
        "set a field of the target's own, by the provider's name; repeatable",
      ).argParser(collect),
    ),
    ...grouped('Fields of the lead:', ...(other ?? [])),
    ...grouped('Reading:', ...readingOptions()),
    ...grouped('Values:', ...valueOptions()),
    ...grouped(
      'Sending:',
      new Option(
        '--canary',
        'send the first lead alone, read it back, and continue only if it was filed as the target says',
      ),
      ...paceOptions(),
      new Option(
        '--shard <I/N>',
        "send only this machine's part of the input, the I-th of N: all records of a phone are in one part",
      ),
      new Option('--max-failures <n>', 'stop when this many leads were invalid, rejected, failed or unknown'),
      new Option('--resend', 'send again what an earlier run has sent'),
    ),
    ...grouped(
      'Output:',
      new Option('-q, --quiet', 'print only what needs attention'),
      new Option(
        '-v, --verbose',
        'print more: the warnings of every lead, and where an internal error happened',
      ),
      new Option('--repeat', 'show bad rows again that an earlier run of the same file has shown'),
      showPiiOption(),
    ),
  ];
}

export function send(program: Command, { context, ends, exampleTarget }: Host): void {
  const command = program
    .command('send')
    .description('Send leads from files, https addresses or a pipe, or one lead from flags.')
    .argument(
      '[file...]',
      'files or https addresses of CSV, TSV, JSON, NDJSON or xlsx; feed:NAME; - for stdin, which is also read if no file and no lead is given',
    );
  addOptions(command, options());
  addLedgerChoice(command, 'remember nothing: only duplicates within this input are found', 'Memory:')
    .addHelpText(
      'after',
      `
Examples:
  $ leadpush send --to ${exampleTarget} --phone '+91 99889 98899' --name 'Rahul Kumar' --budget '50L-1.2 Cr'
  $ leadpush send leads.csv --to greens-staging --dry-run
  $ leadpush send leads.csv --to greens-staging,crm --rejects rejects.csv --yes
  $ cat leads.ndjson | leadpush send --to crm --json`,
    )
    .action(
      ends(async (files: string[], flags: Flags) => {
        const { sendAction } = await import('../actions/send.ts');
        return sendAction(files, flags, context);
      }),
    );
}
