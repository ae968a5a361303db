// Results and summaries for people: one line a submission, then a summary in plain words.
import type { Counts, Result, Status, Summary } from '../delivery/outcome.ts';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import { counted, grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { wrapped } from '../util/wrap.ts';
import { interruption } from './exit-status.ts';
import { fitLine } from './fit-line.ts';
import { freeName } from './free-name.ts';
import { type Masking, maskAll, maskOwn, maskPhone, maskQuoted } from './mask-phone.ts';
import type { RequestPreviewRow } from './ndjson.ts';
import { checkCommand, type FollowUp, nextCommands } from './next-commands.ts';
import type { StreamStyle } from './style.ts';

export interface HumanView {
  readonly style: StreamStyle;
  readonly showPii: boolean;
  readonly verbose: boolean;
  /** More than one target: each line names its own. */
  readonly manyTargets: boolean;
}

const SYMBOL = {
  created: '✓',
  duplicate: '=',
  skipped: '-',
  invalid: '!',
  rejected: '✗',
  failed: '✗',
  unknown: '?',
} as const satisfies Record<Status, string>;

const COLOUR = {
  created: 'green',
  duplicate: 'blue',
  skipped: 'gray',
  invalid: 'yellow',
  rejected: 'red',
  failed: 'red',
  unknown: 'magenta',
} as const satisfies Record<Status, string>;

/** Results that need attention. */
export function needsPerson(status: Status): boolean {
  return status === 'invalid' || status === 'rejected' || status === 'failed' || status === 'unknown';
}

/**
 * `leads.csv:12  ✓ created    Asha Verma +91 90•••••301  17863`, with its errors in the lines below.
 * @param told reasons already printed: why a target stopped is printed once, not for each of the leads after it
 */
export function humanLines(result: Result, view: HumanView, told: Set<string>): readonly string[] {
  const { chalk, width } = view.style;
  const { status } = result;
  const state = wasTried(result)
    ? chalk[COLOUR[status]](`${SYMBOL[status]} ${status.padEnd(9)}`)
    : chalk.gray(`· ${'not sent'.padEnd(9)}`);
  const masking = view.showPii ? null : maskingOf(result);
  const name = result.name === null ? null : plain(hidden(result.name, masking));
  const lines = [
    ...fitLine(
      {
        place: ownHidden(whereOf(result), masking),
        state,
        target: view.manyTargets ? plain(result.target) : '',
        name,
        phone: phoneOf(result, view) ?? '',
        more: [ownHidden(whatCame(result), masking)],
      },
      width,
    ),
  ];
  for (const problem of result.errors) {
    if (problem.code === 'NOT_SENT' && told.has(problem.message)) continue;
    if (problem.code === 'NOT_SENT') told.add(problem.message);
    lines.push(problemLine(problem, needsPerson(status) ? 'red' : 'gray', view, masking));
  }
  if (view.verbose || needsPerson(status)) {
    for (const problem of result.warnings) lines.push(problemLine(problem, 'yellow', view, masking));
  }
  return lines;
}

/** False for a lead that its target never came to; programs see `failed` with NOT_SENT. */
function wasTried({ status, attempts, errors }: Result): boolean {
  return status !== 'failed' || attempts > 0 || !errors.some(({ code }) => code === 'NOT_SENT');
}

function problemLine(
  { field, code, message }: Problem,
  colour: 'red' | 'yellow' | 'gray',
  view: HumanView,
  masking: Masking | null,
): string {
  const { chalk, width } = view.style;
  const where = field === null ? '' : `${field}: `;
  const words = masking === null ? message : maskQuoted(message, masking);
  return wrapped(`    ${chalk[colour](code)} ${plain(`${ownHidden(where, masking)}${words}`)}`, width);
}

/** The result's own phone, and its ids, which may look like a phone. */
function maskingOf({ phone, leadId, duplicateOf, run }: Result): Masking {
  const ids = [leadId, duplicateOf?.leadId ?? null, duplicateOf?.run ?? null, run];
  return { numbers: phone === null ? [] : [phone], keep: ids.filter((id) => id !== null) };
}

/** Text from outside. @param masking null: shown whole */
function hidden(text: string, masking: Masking | null): string {
  return masking === null ? text : maskAll(text, masking);
}

/** Names and ids: masked only where they are the record's own phone. */
function ownHidden(text: string, masking: Masking | null): string {
  return masking === null ? text : maskOwn(text, masking.numbers);
}

/** `leads.csv:12`, `leads.xlsx#11`, `flags`; a program's leads, which are in no file, by their number from the second on. */
export function whereOf(result: Pick<Result, 'file' | 'record' | 'line'>): string {
  const { file, record, line } = result;
  if (file === null) return record === 1 ? 'flags' : `#${record}`;
  const name = file === '-' ? 'stdin' : plain(file);
  return line === null ? `${name}#${record}` : `${name}:${line}`;
}

function phoneOf({ phone }: Result, view: HumanView): string | null {
  if (phone === null) return null;
  return view.showPii ? phone : maskPhone(phone);
}

function whatCame({ status, leadId, duplicateOf, file }: Result): string {
  if (status === 'created') return `lead ${plain(leadId ?? '')}`;
  if (duplicateOf === null) return '';
  const id = duplicateOf.leadId === null ? '' : ` as lead ${plain(duplicateOf.leadId)}`;
  switch (duplicateOf.by) {
    case 'provider':
      return `the provider has it${id}`;
    case 'input':
      return `same as record ${duplicateOf.record ?? '?'}${otherFile(duplicateOf.file, file)}${id}`;
    case 'ledger':
      return `sent ${duplicateOf.at?.slice(0, 10) ?? 'before'} in run ${duplicateOf.run ?? '?'}${id}`;
  }
}

function otherFile(first: string | null, file: string | null): string {
  return first === null || first === file ? '' : ` of ${plain(first)}`;
}

const MEANING: readonly (readonly [Status, string])[] = [
  ['created', 'accepted by the provider'],
  ['duplicate', 'already known, not sent again'],
  ['skipped', 'test leads of the ad platform, not sent'],
  ['invalid', 'to be fixed, not sent'],
  ['rejected', 'not accepted by the provider'],
  ['failed', 'not delivered; sending again is safe'],
  ['unknown', 'may have been accepted; look up before sending again'],
];

const NO_NUMBERS: Masking = { numbers: [], keep: [] };

/** The summary of a run for people. @param rejects the files that --rejects wrote and that have rows */
export function summaryText(
  summary: Summary,
  view: HumanView,
  rejects: readonly string[],
  followUp: FollowUp,
): string {
  const { chalk } = view.style;
  const { counts, records, dryRun } = summary;
  const lines: string[] = [];
  const seconds = (summary.durationMs / 1000).toFixed(summary.durationMs < 10_000 ? 1 : 0);
  const head = `${counted(records, 'record')} to ${summary.targets.map(plain).join(', ')} in ${seconds} s`;
  lines.push(
    dryRun === null
      ? `Run ${chalk.bold(summary.run)}: ${head}`
      : `Dry run: ${head}; ${grouped(dryRun.wouldSend)} would be sent`,
  );
  for (const [status, meaning] of MEANING) {
    if (counts[status] === 0) continue;
    if (dryRun !== null && (status === 'created' || status === 'failed')) continue;
    lines.push(
      `  ${chalk[COLOUR[status]](`${grouped(counts[status]).padStart(6)} ${status.padEnd(9)}`)} ${meaning}`,
    );
  }
  for (const stop of summary.stops) {
    const message = view.showPii ? stop.message : maskQuoted(stop.message, NO_NUMBERS);
    lines.push(chalk.red(`Target ${plain(stop.target)} was stopped: ${plain(message)}`));
    if (stop.code === 'CREDENTIALS_REFUSED' && stop.clockIsOff === true)
      lines.push(`  Set this machine's clock, then check again: ${checkCommand(followUp)}`);
    else if (stop.code === 'CREDENTIALS_REFUSED')
      lines.push(`  Check the key, and that it belongs to this environment: ${checkCommand(followUp)}`);
    if (stop.code === 'UNREACHABLE')
      lines.push(`  Check the network and the address: ${checkCommand(followUp)}`);
  }
  if (summary.ledgerFailure !== null) {
    lines.push(
      chalk.red(
        `The ledger could not be written: ${plain(summary.ledgerFailure)}. Nothing was sent after that.`,
      ),
    );
  }
  if (summary.interrupted !== null)
    lines.push(`Interrupted (${interruption(summary.interrupted)}); no request is in progress.`);
  const next = dryRun === null ? nextCommands(summary, rejects, followUp) : [];
  for (const command of next) lines.push(`Next: ${chalk.bold(command)}`);
  if (!followUp.remembered && dryRun === null) lines.push(...nextByHand(counts));
  if (counts.invalid + counts.rejected > 0 && rejects.length === 0 && dryRun === null && followUp.files) {
    lines.push(
      `Next: add --rejects ${freeName('rejects.csv')} to get the rows to fix in a file of their own`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Without a ledger nobody but the user knows what was sent. */
function nextByHand({ failed, unknown }: Counts): readonly string[] {
  const lines: string[] = [];
  if (failed > 0) {
    lines.push(
      'Next: put the failed rows in a file and send it (with --no-ledger, `leadpush retry` is not available)',
    );
  }
  if (unknown > 0) {
    lines.push(
      'Next: look up the unknown leads at the provider before you send them again (with --no-ledger, leadpush cannot tell)',
    );
  }
  return lines;
}

/** A request that would be sent, with secrets as ***. */
export function requestText(request: RequestPreviewRow, file: string | null, view: HumanView): string {
  const { preview, record, line, target, warnings } = request;
  const { chalk } = view.style;
  const masking = view.showPii ? null : { numbers: numbersOf(request.lead), keep: [] };
  const shown = (text: string) => plain(ownHidden(text, masking));
  const lines = [
    `${chalk.bold(`${preview.method} ${shown(preview.url)}`)}  (${ownHidden(whereOf({ file, record, line }), masking)} to ${plain(target)})`,
  ];
  for (const [name, value] of Object.entries(preview.headers))
    lines.push(`  ${chalk.gray(`${shown(name)}:`)} ${shown(value)}`);
  for (const [name, value] of Object.entries(preview.fields))
    lines.push(`    ${shown(name)} = ${shown(value)}`);
  for (const problem of warnings) lines.push(problemLine(problem, 'yellow', view, masking));
  return lines.join('\n');
}

/** The lead's phones, whatever the provider calls their fields. */
function numbersOf({ phone, altPhone }: Lead): readonly string[] {
  return altPhone === undefined ? [phone] : [phone, altPhone];
}
