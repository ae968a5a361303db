// The summary of a run for people, in plain words: counts, what was left out, why it stopped, and the one thing to do next.
import { type Counts, keyWords, type Status, type Summary, type TargetStop } from '../delivery/outcome.ts';
import { counted, grouped, listed } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { interruption } from './exit-status.ts';
import { type Masking, maskMobiles, maskQuoted } from './mask-phone.ts';
import {
  afterWait,
  checkCommand,
  command,
  type FollowUp,
  isSameCommand,
  nextStep,
  runCommand,
} from './next-commands.ts';
import type { Tally } from './tally.ts';
import { COLOUR, type HumanView } from './terminal.ts';
import { warningsLine } from './warning-words.ts';

/** @param n how many there are */
type Meaning = (n: number) => string;

/** The same for one and for many. */
const always =
  (words: string): Meaning =>
  () =>
    words;
const LOOK_UP: Meaning = (n) =>
  `may have been accepted; look ${itOrThem(n)} up before you send ${itOrThem(n)} again`;

const MEANING: readonly (readonly [Status, Meaning])[] = [
  ['created', always('accepted by the provider')],
  ['duplicate', always('known already: at the provider, from an earlier run, or twice in this input')],
  ['skipped', (n) => `${n === 1 ? 'a test lead' : 'test leads'} of the ad platform, not sent`],
  ['invalid', always('to be fixed, not sent')],
  ['rejected', always('not accepted by the provider')],
  ['failed', always('not delivered; sending again is safe')],
  ['unknown', LOOK_UP],
];

function itOrThem(n: number): 'it' | 'them' {
  return n === 1 ? 'it' : 'them';
}

const NO_NUMBERS: Masking = { numbers: [], keep: [] };

/**
 * The summary of a run for people.
 * @param rejects the files of rows to fix or to send
 * @param tally null where only a part of the results was looked at
 */
export function summaryText(
  summary: Summary,
  view: HumanView,
  rejects: readonly string[],
  followUp: FollowUp,
  tally: Tally | null,
): string {
  const { chalk } = view.style;
  const { counts, records, dryRun } = summary;
  const lines: string[] = [];
  const seconds = (summary.durationMs / 1000).toFixed(summary.durationMs < 10_000 ? 1 : 0);
  const others =
    summary.otherShards === undefined ? '' : ` (and ${grouped(summary.otherShards)} of other shards)`;
  const head = `${counted(records, 'record')}${others} to ${summary.targets.map(plain).join(', ')} in ${seconds} s`;
  lines.push(
    dryRun === null
      ? `Run ${chalk.bold(summary.run)}: ${head}`
      : `Dry run: ${head}; ${grouped(dryRun.wouldSend)} would be sent`,
  );
  // The tally knows only what was shown.
  const notSent = summary.notSent ?? tally?.notSent ?? 0;
  const line = (colour: keyof typeof chalk, count: number, what: string, meaning: string) => {
    if (count > 0)
      lines.push(`  ${chalk[colour](`${grouped(count).padStart(6)} ${what.padEnd(9)}`)} ${meaning}`);
  };
  for (const [status, meaning] of MEANING) {
    if (dryRun !== null && (status === 'created' || status === 'failed')) continue;
    const count = counts[status] - (status === 'failed' ? notSent : 0);
    const more =
      status === 'unknown' ? unknownMeaning(followUp) : tally === null ? null : MORE[status]?.(tally, count);
    line(COLOUR[status], count, status, more ?? meaning(count));
    if (status === 'failed') line('gray', notSent, 'not sent', 'nothing arrived; sending is safe');
  }
  const warnings = tally === null ? null : warningsLine(tally.warnings);
  if (warnings !== null) lines.push(`${chalk.yellow(warnings)}; ${whatShows(summary, followUp, tally)}`);
  for (const stop of summary.stops) {
    const message = view.showPii ? stop.message : maskQuoted(stop.message, NO_NUMBERS);
    lines.push(chalk.red(`Target ${plain(stop.target)} was stopped: ${plain(message)}`));
    // A later run has got over it where nothing is left.
    const advice = counts.failed + counts.unknown > 0 ? adviceAfter(stop, followUp) : null;
    if (advice !== null) lines.push(`  ${advice}`);
  }
  if (summary.ledgerFailure !== null) {
    lines.push(
      chalk.red(
        `The ledger could not be written: ${plain(summary.ledgerFailure)}. Nothing was sent after that.`,
      ),
    );
  }
  if (summary.interrupted !== null) lines.push(interruptedText(summary, tally, view.changed === true));
  if (dryRun === null) {
    const next =
      settingsText(summary, view, followUp, tally) ?? nextText(summary, view, rejects, followUp, tally);
    if (next !== null) lines.push(next);
  }
  return `${lines.join('\n')}\n`;
}

/** Warnings that no line has shown: the same command meets those of reading again, a run's own are in its history alone. */
function whatShows({ run, dryRun }: Summary, followUp: FollowUp, tally: Tally | null): string {
  const isRead = followUp.files && tally?.warnings.has('EARLIER_ATTEMPT_UNCERTAIN') !== true;
  const again = dryRun !== null || isRead || !followUp.remembered;
  return again ? '-v shows them' : `${runCommand('show', run, followUp)} shows them`;
}

/** What tells about them; null: only a person can. */
function unknownMeaning(followUp: FollowUp): string | null {
  const { remembered, unknown = '--settle', none = false, goesOn = false } = followUp;
  if (goesOn) return 'may have been accepted; going on, as said below, finds out';
  if (none) return null;
  if (unknown === '--unknown')
    return 'may have been accepted; sending again tells: the provider knows what it has';
  return remembered ? 'may have been accepted; ask the provider (retry --settle) before sending again' : null;
}

/** What to do before the target is tried again; null: nothing that a command would tell. */
function adviceAfter({ code, clockIsOff, key }: TargetStop, followUp: FollowUp): string | null {
  const check = checkCommand(followUp);
  const { local = false } = followUp;
  if (code === 'UNREACHABLE')
    return local
      ? `See that the server runs on this machine, and check the address: ${check}`
      : `Check the network and the address: ${check}`;
  if (code !== 'CREDENTIALS_REFUSED') return null;
  if (clockIsOff === true) return `Set this machine's clock, then check again: ${check}`;
  if (key === undefined) return `Check the key, and the settings of the target that belong to it: ${check}`;
  const phone = key.lacksPhone ? 'set its testPhone, and ' : '';
  const how = key.test.includes('smoke') ? 'test the key with one test lead' : 'test it';
  const fresh = local ? ' (a sandbox that was restarted has printed new ones)' : '';
  return `Correct ${plain(keyWords(key, 'or'))}${fresh}; then ${phone}${how}: ${command(...key.test, ...followUp.check)}`;
}

function interruptedText(
  { interrupted, records, unread }: Summary,
  tally: Tally | null,
  changed: boolean,
): string {
  const why = interrupted === null ? '' : `Interrupted (${interruption(interrupted)})`;
  if (tally === null) return `${why}.`;
  const rest = unread === true ? '; the rest of the file was not read' : '';
  const read = `${counted(records, 'record')} read`;
  // Only a part was shown, and counted; or later runs went on with some of it.
  if (interrupted === 'OUTPUT' || changed) return `${why}: ${read}${rest}.`;
  const { sent, undelivered, notSent } = tally;
  const parts = [
    `${grouped(sent)} sent`,
    ...(undelivered === 0 ? [] : [`${grouped(undelivered)} not delivered`]),
    ...(undelivered > 0 && notSent === 0 ? [] : [`${grouped(notSent)} not sent`]),
  ];
  return `${why}: ${read}, ${parts.join(', ')}${rest}.`;
}

/** All was rejected for one reason, so it is no row that is to be fixed; null: it was not. */
function settingsText(
  summary: Summary,
  { style }: HumanView,
  followUp: FollowUp,
  tally: Tally | null,
): string | null {
  const { counts, targets, run } = summary;
  const isOver = !isSameCommand(summary, followUp) && followUp.none !== true && followUp.remembered;
  const { created, invalid, failed, unknown } = counts;
  if (!isOver || tally === null || tally.refusal === null) return null;
  if (created + invalid + failed + unknown + tally.duplicates.provider > 0) return null;
  const to = targets.length === 1 ? ['--to', ...targets] : [];
  const check = command('check', ...to, ...followUp.check);
  const retry = runCommand('retry', followUp.first ?? run, followUp, '--rejected');
  return [
    `The provider said the same of all: a setting of the target may be wrong.`,
    `Next: ${style.chalk.bold(check)}`,
    `  then, when it is corrected: ${style.chalk.bold(retry)}`,
  ].join('\n');
}

/** The one thing to do next, or null. */
function nextText(
  summary: Summary,
  view: HumanView,
  rejects: readonly string[],
  followUp: FollowUp,
  tally: Tally | null,
): string | null {
  const { counts } = summary;
  const toFix = counts.invalid + counts.rejected - (tally?.fixed ?? 0);
  const step = nextStep(summary, toFix > 0 ? rejects : [], followUp);
  if (step !== null) {
    const { command: next, first, above, below = [] } = step;
    const label = summary.interrupted !== null && isSameCommand(summary, followUp) ? 'Go on' : 'Next';
    // What was typed may hold a phone.
    const shown = view.showPii || !isSameCommand(summary, followUp) || maskMobiles(next) === next;
    if (!shown) return `${label}: the same command again`;
    const same = isSameCommand(summary, followUp) ? (followUp.same ?? []) : [];
    const input = same.includes('-') ? ', with the same input' : '';
    const twice = same.includes('--resend')
      ? '\n  With --resend it also sends again what this run has sent.'
      : '';
    const before = first === undefined ? ' ' : ` ${first}:\n  `;
    return [
      ...(above === undefined ? [] : [above]),
      `${label}:${before}${view.style.chalk.bold(next)}${input}${twice}`,
      ...below.map((line) => `  ${line}`),
    ].join('\n');
  }
  if (followUp.none === true) return null;
  const forgotten = forgottenText(counts, followUp, tally);
  if (forgotten !== null) return forgotten;
  if (followUp.oneLead) return nextOfOne(summary, followUp);
  if (!followUp.remembered) return nextByHand(counts);
  if (counts.rejected > 0 && !followUp.files) return nextOfRejected(summary, followUp);
  if (toFix === 0 || rejects.length > 0 || !followUp.files) return null;
  return (
    inPlaceText(toFix, view, followUp) ??
    `Next: add --rejects ${followUp.freeName()} to get ${toFix === 1 ? 'the row to fix in a file of its own' : 'the rows to fix in a file of their own'}`
  );
}

/** Rows that came from a file of rejected rows are fixed there: another one would have those, too, that are done. Null: they did not. */
function inPlaceText(
  toFix: number,
  { style, showPii }: HumanView,
  { rejected, same }: FollowUp,
): string | null {
  if (rejected === undefined || same === undefined) return null;
  const what = toFix === 1 ? 'the row that is' : 'the rows that are';
  const fix = `Next: fix ${what} still wrong in ${listed(rejected.map(plain), toFix === 1 ? 'or' : 'and')}, then`;
  const next = command(...same);
  // What was typed may hold a phone.
  if (!showPii && maskMobiles(next) !== next) return `${fix} the same command again`;
  return `${fix} send ${itOrThem(rejected.length)} again:\n  ${style.chalk.bold(next)}`;
}

/** Nothing was sent, as all had been sent earlier: to a test server of this machine, which may know nothing of it any more. */
function forgottenText(counts: Counts, { local = false }: FollowUp, tally: Tally | null): string | null {
  const known = tally?.duplicates.ledger ?? 0;
  if (!local || known === 0 || counts.created + counts.invalid + counts.rejected > 0) return null;
  return `Next: if the server was restarted and has forgotten ${itOrThem(known)}, as a sandbox has: the same command with --resend`;
}

/** What a tally adds to the meaning of a status; null: nothing. */
const MORE: Partial<Record<Status, (tally: Tally, count: number) => string | null>> = {
  duplicate: ({ duplicates: { ledger, input, account, provider, again } }) => {
    const parts: readonly (readonly [count: number, words: string])[] = [
      [ledger, 'sent earlier'],
      [input, 'twice in this input'],
      [account, 'another target of the same account has'],
      [provider, 'the provider has'],
      [again, 'sent again; the provider had'],
    ];
    const some = parts.filter(([count]) => count > 0);
    const [only, ...others] = some;
    if (only === undefined) return null;
    if (others.length > 0) return some.map(([count, words]) => `${grouped(count)} ${words}`).join(', ');
    const [count, words] = only;
    return /ha[sd]$/.test(words) ? `${words} ${count === 1 ? 'it' : 'them'}` : words;
  },
  skipped: ({ notLeads, testLeads }) => {
    if (notLeads === 0) return null;
    const rows = `${counted(notLeads, 'row')} that ${notLeads === 1 ? 'is' : 'are'} no lead`;
    return testLeads === 0
      ? `${notLeads === 1 ? 'a row that is' : 'rows that are'} no lead (a total, a repeated header), not sent`
      : `${counted(testLeads, 'test lead')} of the ad platform, ${rows}; not sent`;
  },
  invalid: ({ repeated, fixed }, count) => {
    const isDone = fixed === count;
    const done = 'fixed in a rejects file, and sent';
    // It says what stands in this file: not all that was fixed elsewhere is known.
    const where = repeated === 0 ? 'to be fixed, not sent' : 'to be fixed, not sent from this file';
    const parts = [
      fixed === 0
        ? where
        : isDone
          ? done
          : `${grouped(count - fixed)} to be fixed, ${grouped(fixed)} ${done}`,
      ...(repeated === 0 ? [] : [`${grouped(repeated)} shown by an earlier run (--repeat shows them)`]),
      ...(isDone ? [`the exit status counts ${itOrThem(count)} until this file is right, too`] : []),
    ];
    return parts.join('; ');
  },
};

/** Of one lead from flags: what was typed is at hand, and only its sender can correct it. */
function nextOfOne(summary: Summary, followUp: FollowUp): string | null {
  const { counts } = summary;
  if (counts.invalid > 0) return 'Next: correct what is named above, and send it again';
  if (counts.rejected > 0) return nextOfRejected(summary, followUp);
  if (followUp.remembered) return null;
  if (counts.unknown > 0)
    return 'Next: look it up at the provider before you send it again (with --no-ledger, leadpush cannot tell)';
  const after = afterWait(summary, followUp);
  return counts.failed > 0
    ? `Next: ${after === null ? '' : `${after} `}the same command again; sending it again is safe`
    : null;
}

function nextOfRejected({ run, counts }: Summary, followUp: FollowUp): string {
  const them = itOrThem(counts.rejected);
  const text = `Next: correct what the provider says of ${them}, and send ${them} again`;
  if (!followUp.remembered) return text;
  const unchanged = runCommand('retry', followUp.first ?? run, followUp, '--rejected');
  return `${text}; if the fault was in the target's or the provider's settings: ${unchanged}`;
}

/** Without a ledger nobody but the user knows what was sent. */
function nextByHand({ failed, unknown }: Counts): string | null {
  if (unknown > 0)
    return `Next: look up the unknown ${unknown === 1 ? 'lead' : 'leads'} at the provider before you send ${itOrThem(unknown)} again (with --no-ledger, leadpush cannot tell)`;
  if (failed > 0)
    return `Next: put the failed ${failed === 1 ? 'row' : 'rows'} in a file and send it (with --no-ledger, \`leadpush retry\` is not available)`;
  return null;
}
