// Results for people: one line a submission, and what is wrong with it below.
import { type DuplicateOf, type Result, type Status, wasTried } from '../delivery/outcome.ts';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import type { RecordLines } from '../lead/record-lines.ts';
import { plain } from '../util/plain.ts';
import { cutTo } from '../util/text.ts';
import { wrapped } from '../util/wrap.ts';
import { needsPerson } from './attention.ts';
import { fitLine } from './fit-line.ts';
import {
  isDialable,
  type Masking,
  maskAll,
  maskMobiles,
  maskOwn,
  maskPhone,
  maskQuoted,
} from './mask-phone.ts';
import type { RequestPreviewRow } from './ndjson.ts';
import { sentThrough, type TargetAccount } from './same-account.ts';
import { shortDay } from './short-time.ts';
import type { Later } from './standing.ts';
import type { StreamStyle } from './style.ts';
import { isWorkbookName } from './table-file.ts';
import { duplicateKind } from './tally.ts';

export interface HumanView {
  readonly style: StreamStyle;
  readonly showPii: boolean;
  readonly verbose: boolean;
  /** More than one target: each line names its own. */
  readonly manyTargets: boolean;
  /** The line of a record that came before; absent: none is known. */
  readonly lines?: Pick<RecordLines, 'lineOf'>;
  /** Of the run's targets; absent: not known. */
  readonly accounts?: readonly TargetAccount[];
  /** Of days, an IANA name; absent: UTC. */
  readonly zone?: string;
  /** Of a run in the history: later runs went on with some of its leads. */
  readonly changed?: boolean;
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

export const COLOUR = {
  created: 'green',
  duplicate: 'blue',
  skipped: 'gray',
  invalid: 'yellow',
  rejected: 'red',
  failed: 'red',
  unknown: 'magenta',
} as const satisfies Record<Status, string>;

/** Whether a result's lines hold its warnings: of a file only those of leads that need attention. */
export function showsWarnings({ status, file }: Result, { verbose }: Pick<HumanView, 'verbose'>): boolean {
  return verbose || needsPerson(status) || file === null;
}

/**
 * `leads.csv:12  ✓ created    Asha Verma +91 90•••••301  17863`, with its errors in the lines below.
 * @param told reasons already printed: why a target stopped is printed once, not for each of the leads after it
 * @param later where the result is how the lead stands since another run
 */
export function humanLines(
  result: Result,
  view: HumanView,
  told: Set<string>,
  later: Later | null = null,
): readonly string[] {
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
        place: placeOf(result, masking),
        state,
        target: view.manyTargets ? plain(result.target) : '',
        name,
        phone: phoneOf(result, masking) ?? '',
        more: [
          ownHidden(alsoKnown(result, masking), masking),
          ownHidden(whatCame(result, view), masking),
          later === null ? '' : settledText(result.status, later),
        ],
      },
      width,
    ),
  ];
  for (const problem of result.errors) {
    if (problem.code === 'NOT_SENT' && told.has(problem.message)) continue;
    if (problem.code === 'NOT_SENT') told.add(problem.message);
    lines.push(problemLine(problem, needsPerson(status) ? 'red' : 'gray', view, masking));
  }
  if (showsWarnings(result, view)) {
    for (const problem of result.warnings) lines.push(warningLine(problem, view, masking));
  }
  return lines;
}

/** With a word: below an error, and where there are no colours, nothing else tells them apart. */
function warningLine(problem: Problem, view: HumanView, masking: Masking | null): string {
  return problemLine(problem, 'yellow', view, masking, 'warning ');
}

function problemLine(
  { field, code, message }: Problem,
  colour: 'red' | 'yellow' | 'gray',
  view: HumanView,
  masking: Masking | null,
  word = '',
): string {
  const { chalk, width } = view.style;
  const where = field === null ? '' : `${field}: `;
  const words = masking === null ? message : maskQuoted(message, masking);
  return wrapped(
    `    ${chalk[colour](`${word}${code}`)} ${plain(`${ownHidden(where, masking)}${words}`)}`,
    width,
  );
}

/** The result's own phone, and its ids, which may look like a phone. */
function maskingOf({ phone, cell, leadId, duplicateOf, run }: Result): Masking {
  const ids = [leadId, duplicateOf?.leadId ?? null, duplicateOf?.run ?? null, run];
  const own = phone ?? cell;
  const numbers = own === null || !isDialable(own) ? [] : [own];
  return { numbers, keep: ids.filter((id) => id !== null) };
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

/** Where it is; a file may be named after anybody's number. */
function placeOf(place: Pick<Result, 'file' | 'record' | 'line'>, masking: Masking | null): string {
  const { file } = place;
  if (masking === null || file === null) return whereOf(place);
  return ownHidden(whereOf({ ...place, file: maskMobiles(file) }), masking);
}

/** The phone; where none was understood, its cell in quotes. */
function phoneOf({ phone, cell }: Result, masking: Masking | null): string | null {
  if (phone !== null) return masking === null ? phone : maskPhone(phone);
  return cell === null ? null : `"${plain(hidden(cutTo(cell, MAX_CELL), masking))}"`;
}

const MAX_CELL = 40;

/**
 * By what else a person finds a row that was not sent; not by the target's defaults, which all have in common. A campaign may be
 * named after the number to call.
 */
function alsoKnown({ status, externalId, ownOrigin = [] }: Result, masking: Masking | null): string {
  if (status !== 'invalid' && status !== 'skipped') return '';
  const id = externalId === null ? [] : [`id ${externalId}`];
  const origin = masking === null ? ownOrigin : ownOrigin.map(maskMobiles);
  return [...id, ...origin].map(plain).join(', ');
}

function settledText(status: Status, { was, tried, run }: Later): string {
  if (!tried) {
    const isSettled = status === 'created' || status === 'duplicate';
    return `was not sent, ${isSettled ? 'settled' : 'tried'} by run ${run}`;
  }
  return status === was ? `still ${status} in run ${run}` : `was ${was}, settled by run ${run}`;
}

function whatCame(result: Result, view: HumanView): string {
  const { status, leadId, duplicateOf, file } = result;
  if (status === 'created') return `lead ${plain(leadId ?? '')}`;
  if (duplicateOf === null) return status === 'duplicate' ? providerHas(leadId) : '';
  const id = duplicateOf.leadId === null ? '' : ` as lead ${plain(duplicateOf.leadId)}`;
  switch (duplicateOf.by) {
    case 'provider':
      return duplicateKind(result) === 'again'
        ? `sent again; the provider had it${id}`
        : providerHas(duplicateOf.leadId);
    case 'input': {
      const other = sentThrough(result, view.accounts ?? []);
      return other === null
        ? `same as ${firstPlace(duplicateOf, file, view)}${id}`
        : `${plain(other)} is the same account: it has this lead${id}`;
    }
    case 'ledger': {
      const { at } = duplicateOf;
      const day = at === null ? 'before' : shortDay(at, view.zone ?? 'UTC');
      return `sent ${day} in run ${duplicateOf.run ?? '?'}${id}`;
    }
  }
}

function providerHas(leadId: string | null): string {
  return `the provider has it${leadId === null ? '' : ` as lead ${plain(leadId)}`}`;
}

/** Where it came first, told as the left column tells it: `line 3`, `rej-uae.csv:2`. */
function firstPlace(
  { file: first, record }: Pick<DuplicateOf, 'file' | 'record'>,
  file: string | null,
  { lines, showPii }: HumanView,
): string {
  const line = record === null ? null : (lines?.lineOf(first, record) ?? null);
  const number = `record ${record ?? '?'}`;
  if (first === null || first === file) {
    return line === null ? number : `${first !== null && isWorkbookName(first) ? 'row' : 'line'} ${line}`;
  }
  const name = showPii ? first : maskMobiles(first);
  return line === null ? `${number} of ${plain(name)}` : whereOf({ file: name, record: record ?? 0, line });
}

/** A request that would be sent, with secrets as ***. */
export function requestText(request: RequestPreviewRow, file: string | null, view: HumanView): string {
  const { preview, record, line, target, warnings } = request;
  const { chalk } = view.style;
  const masking = view.showPii ? null : { numbers: numbersOf(request.lead), keep: noPhonesOf(request.lead) };
  const shown = (text: string) => plain(ownHidden(text, masking));
  const lines = [
    `${chalk.bold(`${preview.method} ${shown(preview.url)}`)}  (${placeOf({ file, record, line }, masking)} to ${plain(target)})`,
  ];
  for (const [name, value] of Object.entries(preview.headers))
    lines.push(`  ${chalk.gray(`${shown(name)}:`)} ${shown(value)}`);
  // A note, or a column that is sent as it is, may hold anybody's number.
  for (const [name, value] of Object.entries(preview.fields))
    lines.push(`    ${plain(hidden(`${name} = ${value}`, masking))}`);
  for (const problem of warnings) lines.push(warningLine(problem, view, masking));
  return lines.join('\n');
}

/** What has as many digits as a phone, and is none. */
function noPhonesOf({ externalId, budgetMin, budgetMax }: Lead): readonly string[] {
  return [externalId, budgetMin, budgetMax].filter((value) => value !== undefined).map(String);
}

/** The lead's phones, whatever the provider calls their fields, and others' that are sent along under a name of their own. */
function numbersOf({ phone, altPhone, extra = {} }: Lead): readonly string[] {
  const others = Object.entries(extra).flatMap(([name, value]) => (isNumber(name, value) ? [value] : []));
  return altPhone === undefined ? [phone, ...others] : [phone, altPhone, ...others];
}

/** Ids of ad platforms may have as many digits. */
function isNumber(name: string, value: string): boolean {
  const shown = name.endsWith('_id') ? maskMobiles(value) : maskAll(value, NO_NUMBERS);
  return shown !== value;
}

const NO_NUMBERS: Masking = { numbers: [], keep: [] };
