// Whether what the built program says of a sample agrees with what its expectations say.
import { type Case, canonical, type Expected } from './cases.ts';
import type { Ended, Line } from './leadpush.ts';

/** What one unit (a record, the notes, the page of `check`, a refusal) must have said; empty: all is right. */
export interface Judged {
  readonly unit: string;
  readonly wrong: readonly string[];
}

/** What a call printed and how it ended. */
export type Said = Pick<Ended, 'stdout' | 'stderr' | 'status'>;

/** The members of a value that is an object, `{}` of any other. */
function membersOf(value: unknown): Line {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): readonly Line[] {
  return Array.isArray(value) ? value.map(membersOf) : [];
}

/** One lead's value, as the samples write it. */
function leadValue(lead: Line, key: string): unknown {
  const name = canonical(key);
  const value = name.startsWith('extra.')
    ? membersOf(lead['extra'])[name.slice('extra.'.length)]
    : lead[name];
  if (value === undefined || value === null) return null;
  if (name === 'contactedAt') return Math.floor(Date.parse(String(value)) / 1000);
  return name === 'apartmentTypes' && Array.isArray(value) ? value.join(',') : value;
}

const same = (one: unknown, other: unknown) =>
  one === other || (typeof one !== typeof other && String(one) === String(other));

function textOf(said: string, folder: string): string {
  return said.replaceAll(`${folder}/`, '');
}

/** What of these expressions does not come, or comes and must not. */
function unlike(text: string, wanted: readonly string[] = [], unwanted: readonly string[] = []): string[] {
  const has = (expression: string) => new RegExp(expression, 'im').test(text);
  return [
    ...wanted.filter((one) => !has(one)).map((one) => `says nothing like /${one}/`),
    ...unwanted.filter(has).map((one) => `says /${one}/, which it must not`),
  ];
}

/** JSON lines; what is none is left out, as a refused call prints none. */
function jsonLines(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Line => JSON.parse(line));
}

/** A file that must be refused, by a dry run and by `check` alike. */
export function judgeRefusal(one: Case, dry: Said, check: Said, folder: string): Judged {
  const wrong = [['dry run', dry] as const, ['check', check] as const].flatMap(([name, { status, stderr }]) =>
    [
      ...(status === one.exit ? [] : [`exits with ${status}, not ${one.exit}`]),
      ...unlike(textOf(stderr, folder), one.stderr, one.not_stderr),
    ].map((text) => `${name}: ${text}`),
  );
  return { unit: 'refused', wrong };
}

/** A file that is read: each record in the dry run and in `check --json`, then the notes and the page. */
export function judgeReading(
  one: Case,
  expected: readonly Expected[],
  said: { readonly dry: Said; readonly check: Said; readonly page: Said | null },
  folder: string,
): readonly Judged[] {
  const { dry, check, page } = said;
  const status = expected.some((record) => record.status === 'reject') ? 1 : 0;
  const lines = jsonLines(dry.stdout).filter(({ type }) => type === 'request' || type === 'result');
  const [report = {}] = jsonLines(check.stdout);
  const judged = expected.map((record, index) => ({
    unit: `record ${record.record}`,
    wrong: [
      ...unlikeRequest(record, found(lines, record, index, expected, one), one),
      ...unlikeReport(record, report, one).map((text) => `check --json: ${text}`),
    ],
  }));
  const last = judged.at(-1);
  // A dry run fails by what it would not send only where it is asked to; it must not be refused.
  if (dry.status === 2)
    judged[0]?.wrong.unshift(`dry run exits with 2: ${textOf(dry.stderr, folder).trim()}`);
  last?.wrong.push(
    ...(lines.length === expected.length ? [] : [`${lines.length} records, not ${expected.length}`]),
    ...unlikeCounts(expected, report),
    ...(check.status === status
      ? []
      : [`check exits with ${check.status}, not ${status}: ${check.stderr.trim()}`]),
  );
  const notes = unlike(textOf(dry.stderr, folder), one.notes, one.not_notes);
  const shown = page === null ? [] : unlike(textOf(page.stdout, folder), one.check, one.not_check);
  return [
    ...judged,
    ...(one.notes === undefined && one.not_notes === undefined ? [] : [{ unit: 'notes', wrong: notes }]),
    ...(page === null ? [] : [{ unit: 'check', wrong: shown }]),
  ];
}

export const hasPage = ({ check, not_check }: Case) => check !== undefined || not_check !== undefined;

/** The line of this record: of several files, lines of one file follow each other. */
function found(
  lines: readonly Line[],
  record: Expected,
  index: number,
  expected: readonly Expected[],
  one: Case,
): Line | undefined {
  if (one.by === 'line') return lines.find(({ line }) => line === record.line);
  const part = (list: readonly { readonly record?: unknown }[], upTo: number) =>
    list.slice(1, upTo + 1).filter((entry, at) => Number(entry.record) <= Number(list[at]?.record)).length;
  const wanted = part(expected, index);
  return lines.find((line, at) => line['record'] === record.record && part(lines, at) === wanted);
}

function unlikeRequest(record: Expected, line: Line | undefined, one: Case): string[] {
  if (line === undefined) return ['is missing'];
  const place =
    record.line === undefined || line['line'] === record.line || one.by === 'line'
      ? []
      : [`line ${line['line']}, not ${record.line}`];
  if (record.status === 'ok') {
    if (line['type'] !== 'request') return [`is ${line['status']}: ${JSON.stringify(line['errors'])}`];
    const lead = membersOf(line['lead']);
    return [
      ...place,
      ...Object.entries(record.lead ?? {})
        .filter(([key, value]) => !same(leadValue(lead, key), value))
        .map(
          ([key, value]) => `${key} is ${JSON.stringify(leadValue(lead, key))}, not ${JSON.stringify(value)}`,
        ),
      ...unlikeWarnings(record, listOf(line['warnings'])),
    ];
  }
  return [...place, ...unlikeResult(record, line)];
}

/** The status that a record that is not sent has: in a dry run as in a run. */
function unlikeResult(record: Expected, line: Line): string[] {
  if (record.code === 'DUPLICATE_IN_FILE') {
    return line['status'] === 'duplicate' ? [] : [`is ${line['status'] ?? 'sent'}, not duplicate`];
  }
  const status = record.status === 'skip' ? 'skipped' : 'invalid';
  const problems = [...listOf(line['errors']), ...listOf(line['warnings'])];
  const [first] = problems.filter(({ code }) => code === record.code);
  if (line['status'] !== status) return [`is ${line['status'] ?? 'sent'}, not ${status}`];
  if (first === undefined) return [`has ${problems.map(({ code }) => code).join(', ')}, not ${record.code}`];
  return unlikeProblem(record, first);
}

function unlikeProblem(record: Expected, problem: Line): string[] {
  return [
    ...(record.field === undefined || problem['field'] === record.field
      ? []
      : [`${record.code} names ${JSON.stringify(problem['field'])}, not ${JSON.stringify(record.field)}`]),
    ...unlike(String(problem['message']), record.message).map(
      (text) => `message ${text}: ${problem['message']}`,
    ),
  ];
}

function unlikeWarnings(record: Expected, warnings: readonly Line[]): string[] {
  const codes = warnings.map(({ code }) => code);
  const fields = Object.entries(record.warning_fields ?? {});
  return [
    ...(record.warnings ?? [])
      .filter((code) => !codes.includes(code))
      .map((code) => `warning ${code} is missing`),
    ...(record.not_warnings ?? [])
      .filter((code) => codes.includes(code))
      .map((code) => `has the warning ${code}`),
    ...fields
      .filter(([code, field]) => !warnings.some((one) => one['code'] === code && one['field'] === field))
      .map(([code, field]) => `${code} does not name ${field}`),
  ];
}

/** `check --json` keeps the first five rows of a code: a record beyond them is known by its count alone. */
const KEPT = 5;

function unlikeReport(record: Expected, report: Line, one: Case): string[] {
  const problems = listOf(report['problems']).filter((problem) =>
    one.by === 'line' ? problem['line'] === record.line : problem['record'] === record.record,
  );
  // Several files of one call may have a record of this number each.
  if (one.also !== undefined) return [];
  const blocking = problems.filter(({ kind }) => kind !== 'warning');
  if (record.status === 'ok') {
    const wrong = blocking.map(({ code }) => `says ${code}`);
    return [...wrong, ...(report['type'] === 'check' ? [] : ['prints no report'])];
  }
  if (record.code === 'DUPLICATE_IN_FILE') {
    return listOf(report['duplicates']).some((duplicate) => duplicate['record'] === record.record)
      ? []
      : ['is no duplicate'];
  }
  const kept = listOf(report['problems']).filter(({ code }) => code === record.code);
  const problem = blocking.find(({ code }) => code === record.code);
  if (problem === undefined) return kept.length >= KEPT ? [] : [`lacks ${record.code}`];
  const kind = record.status === 'skip' ? 'skip' : 'error';
  return [
    ...(problem['kind'] === kind ? [] : [`is ${problem['kind']}, not ${kind}`]),
    ...unlikeProblem(record, problem),
  ];
}

function unlikeCounts(expected: readonly Expected[], report: Line): string[] {
  const counts = membersOf(report['counts']);
  const of = (test: (one: Expected) => boolean) => expected.filter(test).length;
  const duplicate = of(({ code }) => code === 'DUPLICATE_IN_FILE');
  const wanted: Readonly<Record<string, number>> = {
    wouldSend: of(({ status }) => status === 'ok'),
    duplicate,
    skipped: of(({ status, code }) => status === 'skip' && code !== 'DUPLICATE_IN_FILE'),
    invalid: of(({ status }) => status === 'reject'),
  };
  return Object.entries(wanted)
    .filter(([name, count]) => counts[name] !== count)
    .map(([name, count]) => `check --json counts ${counts[name]} ${name}, not ${count}`);
}

/** The results of a real send: who was sent, with which number, and why others were not. */
export function judgeSending(expected: readonly Expected[], results: readonly Line[]): readonly string[] {
  return expected.flatMap((record, index) => {
    const line = results[index];
    if (line === undefined) return [`record ${record.record} is missing`];
    if (record.status !== 'ok')
      return unlikeResult(record, line).map((text) => `record ${record.record} ${text}`);
    const phone = record.lead?.['phone'];
    return (line['status'] === 'created' || isOfOtherFile(line)) &&
      (phone === undefined || line['phone'] === phone)
      ? []
      : [`record ${record.record} is ${line['status']} with ${line['phone']}, not created with ${phone}`];
  });
}

/** Another file of the same call holds the same lead: that one was sent. */
function isOfOtherFile({ status, file, duplicateOf: first }: Line): boolean {
  if (status !== 'duplicate' || typeof first !== 'object' || first === null) return false;
  return 'by' in first && first.by === 'input' && 'file' in first && first.file !== file;
}
