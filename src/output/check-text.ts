// What `leadpush check FILE` found, for people: how each file was read, what its first rows became, what would be sent,
// and what to do about the rest.
import type { CheckedFile, CheckedProblem, FileCheck } from '../input/check.ts';
import { counted, grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { decisionsText, firstRowsText, leftOutText, nameAdvice } from './check-file-text.ts';
import { type CheckShown, MASKED, WHOLE } from './check-shown.ts';

const WHAT: Readonly<Record<Exclude<CheckedProblem['kind'], 'warning'>, string>> = {
  error: 'invalid, would not be sent',
  skip: 'skipped',
};

/** The commands that may come next, whole, for a shell. */
export interface CheckNext {
  /** Sends what can be sent and writes the rest to a file; null where these inputs cannot share one. */
  readonly rejects: string | null;
  readonly dryRun: string;
  readonly send: string;
  /** Where these leads could go, too, as the call named no target and the configuration has no default. */
  readonly otherTargets: readonly string[];
}

/**
 * The report as text; ends with a line break.
 * @param remembered a ledger may know some of these leads; it is not read here
 */
export function checkText(
  check: FileCheck,
  showPii: boolean,
  next: CheckNext | null,
  remembered: boolean,
): string {
  const how = showPii ? WHOLE : MASKED;
  const { counts, records } = check;
  const parts = [
    ...check.files.flatMap((file) => fileParts(file, how)),
    [
      `${counted(records, 'record')}: ${grouped(counts.wouldSend)} would be sent, ${grouped(counts.duplicate)} twice in this input, ` +
        `${grouped(counts.skipped)} skipped, ${grouped(counts.invalid)} invalid`,
      ...(remembered && counts.wouldSend > 0 ? [notAsked(next)] : []),
    ],
    ...[...check.codes.keys()].map((code) => codeText(check, code, how)),
    duplicatesText(check, how),
    nextText(check, next),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function notAsked(next: CheckNext | null): string {
  const dryRun =
    next === null ? 'this command with send for check, and --dry-run, does' : `\`${next.dryRun}\` does`;
  return `What was sent before is not looked up; ${dryRun}.`;
}

function fileParts(file: CheckedFile, how: CheckShown): readonly (readonly string[])[] {
  const { info } = file.source;
  return [
    [
      `${plain(how.name(info.file ?? 'flags'))}: ${counted(file.records, 'record')}`,
      ...decisionsText(file.source, how),
    ],
    firstRowsText(file, how),
    leftOutText(file, how),
  ];
}

function codeText(check: FileCheck, code: CheckedProblem['code'], how: CheckShown): readonly string[] {
  const rows = check.problems.filter((problem) => problem.code === code);
  const [first] = rows;
  if (first === undefined) return [];
  const count = check.codes.get(code) ?? 0;
  const same = rows.every((row) => row.message === first.message);
  return [
    `${code}, ${counted(count, 'record')} (${first.kind === 'warning' ? stillSent(count, check.notSent.get(code) ?? 0) : WHAT[first.kind]})${same ? `: ${plain(how.row(first.message, first.phone))}` : ''}`,
    ...rows.map((row) => {
      const quoted = [how.name(place(check, row)), row.field, same ? null : row.message].map((part) =>
        part === null ? null : how.row(part, row.phone),
      );
      const [where = null, field = null, message = null] = quoted;
      const parts = [where, field, row.phone === null ? null : how.phone(row.phone), message];
      return `  ${plain(parts.filter((part) => part !== null).join('  '))}`;
    }),
    ...(count > rows.length && rows.length > 0 ? [`  … ${grouped(count - rows.length)} more`] : []),
    ...(code === 'NAME_MISSING' ? namesText(check, how) : []),
  ];
}

/** Once for files of one kind. */
function namesText({ files }: FileCheck, how: CheckShown): readonly string[] {
  const advice = files.filter(({ records }) => records > 0).map((file) => nameAdvice(file, how));
  return [...new Set(advice)].flatMap((text) => (text === null ? [] : [`  ${text}`]));
}

/** A warning keeps no lead back; something else may. */
function stillSent(count: number, notSent: number): string {
  if (notSent === 0) return 'still sent';
  return notSent < count ? `still sent, but for ${grouped(notSent)}` : 'not sent for another reason';
}

function duplicatesText(check: FileCheck, how: CheckShown): readonly string[] {
  const { counts, duplicates } = check;
  if (counts.duplicate === 0) return [];
  const more = counts.duplicate - duplicates.length;
  return [
    `Duplicates, ${counted(counts.duplicate, 'record')}: same lead as an earlier record; only the earlier one is sent`,
    ...duplicates.map((duplicate) =>
      plain(
        `  ${how.name(place(check, duplicate))}  ${how.phone(duplicate.phone)}  as ${how.name(place(check, { ...duplicate.of, line: duplicate.ofLine }))}`,
      ),
    ),
    ...(more > 0 ? [`  … ${grouped(more)} more`] : []),
  ];
}

function nextText(check: FileCheck, next: CheckNext | null): readonly string[] {
  const others = next?.otherTargets ?? [];
  const lines = nextLines(check, next);
  return others.length === 0 || lines.length === 0 || check.counts.wouldSend === 0
    ? lines
    : [...lines, `  or with another target for --to: ${others.map(plain).join(', ')}`];
}

function nextLines({ counts }: FileCheck, next: CheckNext | null): readonly string[] {
  if (counts.invalid > 0) {
    const rows = counts.invalid === 1 ? 'row' : 'rows';
    const others = counts.wouldSend === 1 ? 'other' : 'others';
    if (counts.wouldSend === 0) return [`Next: fix the invalid ${rows}, then check again.`];
    if (next === null)
      return [`Next: fix the invalid ${rows}, or send the ${others}: this command with send for check.`];
    return next.rejects === null
      ? [`Next: fix the invalid ${rows}, or send the ${others}:`, `  ${next.send}`]
      : [
          `Next: fix the invalid ${rows}, or send the ${others} and write the invalid ${rows} to a file:`,
          `  ${next.rejects}`,
        ];
  }
  if (counts.wouldSend === 0) return [];
  return [`Next: ${next === null ? 'this command with send for check, and --dry-run' : next.dryRun}`];
}

/** `leads.csv:12`; `leads.xlsx row 12`; `leads.json record 12` where there is no line. */
function place(
  { files }: FileCheck,
  row: { readonly file: string | null; readonly record: number; readonly line: number | null },
): string {
  const file = plain(row.file ?? 'flags');
  if (row.line === null) return `${file} record ${row.record}`;
  const inSheet = files.some(({ source: { info } }) => info.file === row.file && info.format === 'xlsx');
  return inSheet ? `${file} row ${row.line}` : `${file}:${row.line}`;
}
