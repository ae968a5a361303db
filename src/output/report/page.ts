// The report as one self-contained page: no network, no third-party code; readable without its script, in print, in dark
// mode, by keyboard and with a screen reader.
import { createHash } from 'node:crypto';
import { counted, grouped } from '../../util/counted.ts';
import { interruption } from '../exit-status.ts';
import { type FollowUp, runCommand } from '../next-commands.ts';
import type { Alike } from '../replaceable.ts';
import { changesText, INVALID_AS_READ, isOpen } from '../standing.ts';
import { endedSmoke, unfinishedText } from '../unfinished-text.ts';
import { groupChart, legend, timeChart } from './charts.ts';
import type { Reason, ReportData, ReportRow } from './data.ts';
import { escapeHtml, jsonInScript } from './html.ts';
import { emptyKinds, KINDS, type Kind, type KindCounts, kindWord } from './kinds.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { type LocalTime, localTime } from './time.ts';

const FIRST_ROWS = 200;

type UnknownOption = NonNullable<FollowUp['unknown']>;

const MEANING: Readonly<Record<Kind, string>> = {
  created: 'accepted by the provider',
  duplicate: 'already known',
  skipped: 'test leads',
  invalid: 'to be fixed',
  rejected: 'not accepted by the provider',
  failed: 'safe to send again',
  'not-sent': 'nothing of it arrived; safe to send',
  unknown: 'may have been accepted',
};

const BEGINNING = '<!doctype html>';
const TITLE = 'leadpush run';

/** A page of any version: the title stands in the first bytes. */
export const REPORT_PAGE: Alike = {
  words: 'a report page of leadpush',
  isOne: (start) => start.startsWith(BEGINNING) && start.includes(`<title>${TITLE} `),
};

/**
 * @param zone IANA name of the zone in which times are shown
 * @param places `--config` and `--ledger`, which the commands on the page need too
 * @param unknown what tells about its unknown leads
 * @param isTest it is a smoke test, whose lead nobody sends again
 * @returns a whole HTML document
 */
export function reportPage(
  data: ReportData,
  zone: string,
  places: readonly string[],
  unknown: UnknownOption = '--settle',
  isTest = false,
): string {
  const { run } = data;
  const time = localTime(zone);
  const name = `${TITLE} ${run.id}`;
  const policy = `default-src 'none'; style-src 'sha256-${digest(STYLE)}'; script-src 'sha256-${digest(SCRIPT)}'; img-src data:`;
  return `${BEGINNING}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(name)}</title>
<style>${STYLE}</style>
</head>
<body data-name="${escapeHtml(`leadpush-${run.id}`)}">
<header>
<h1>${escapeHtml(headline(data))}</h1>
<p class="dim">Run <code>${escapeHtml(run.id)}</code> · ${escapeHtml(`${time.stamp(run.startedAt)} ${zone}`)} · ${escapeHtml(run.files.join(', ') || 'one lead from flags')} to ${escapeHtml(run.targets.join(', '))}</p>
${ending(data, places, unknown, isTest)}
</header>
<main>
<h2>What happened</h2>
<ul class="cards">${KINDS.map((kind) => card(kind, data.counts[kind])).join('')}</ul>
${data.total === data.history.inProgress ? '' : charts(data, time)}
${badNumbers(data)}
${reasons('Why leads were not accepted', data.reasons)}
${reasons('Warnings', data.warnings)}
${rows(data, places)}
</main>
<footer class="dim"><p>${data.masked ? 'Phone numbers are masked; <code>--show-pii</code> shows them whole. ' : 'This page holds personal data: keep it confidential. '}Made by leadpush ${escapeHtml(LEADPUSH_VERSION)}.</p></footer>
<script type="application/json" id="rows">${jsonInScript(data.rows)}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function headline({ run, counts, total, targets }: ReportData): string {
  const open = counts.invalid + counts.rejected + counts.failed + counts['not-sent'] + counts.unknown;
  if (total === 0) return 'No leads';
  // A lead that goes to two targets counts twice.
  const leads = counted(total, targets.length > 1 ? 'submission' : 'lead');
  const what = run.summary?.unread === true ? `${leads} read` : leads;
  if (open === 0) return total === 1 ? `${what} is done` : `All ${what} are done`;
  const arrived = `${grouped(counts.created + counts.duplicate)} of ${what} ${total === 1 ? 'is' : 'are'} with the provider`;
  return `${arrived}, ${grouped(open)} ${open === 1 ? 'needs' : 'need'} attention`;
}

function ending(
  { run, counts, history }: ReportData,
  places: readonly string[],
  unknown: UnknownOption,
  isTest: boolean,
): string {
  const lines: string[] = [];
  const follow = { retry: places, places };
  if (run.state === 'died' && !history.unfinished)
    lines.push('The run was interrupted; what it had not read of its input is not counted here.');
  if (run.state === 'running') lines.push('The run is still in progress.');
  if (run.summary?.interrupted) {
    const { interrupted, records, unread } = run.summary;
    const rest = unread === true ? '; the rest of the input was not read, and is not counted here' : '';
    lines.push(
      `The run was interrupted (${interruption(interrupted)}): ${counted(records, 'record')} read${rest}.`,
    );
  }
  lines.push(...changesText(history).map((line) => `Since then: ${line}.`));
  if (history.finishedBy !== null) lines.push(`Run ${history.finishedBy} has finished it.`);
  if (history.unfinished && typeof run.purgedAt !== 'string')
    lines.push(
      ...unfinishedText(run, history, follow),
      'What it had not read of its input is not counted here.',
    );
  for (const stop of run.summary?.stops ?? [])
    lines.push(`Target ${stop.target} was stopped: ${stop.message}`);
  const isOver = history.finishedBy === null && !history.unfinished && run.state !== 'running';
  if (isOver && typeof run.purgedAt !== 'string') {
    if (isTest) {
      if (isOpen(history)) lines.push(endedSmoke(run.id));
    } else if (counts.failed + counts['not-sent'] > 0)
      lines.push(`Send the leads that were not delivered: ${runCommand('retry', run.id, follow)}`);
    else if (counts.unknown > 0)
      lines.push(
        `${unknown === '--settle' ? 'Ask the provider about the unknown leads' : 'Send the unknown leads again, of which the provider knows what it has'}: ${runCommand('retry', run.id, follow, unknown)}`,
      );
  }
  return lines
    .map((line) => `<p>${escapeHtml(line).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('\n');
}

function card(kind: Kind, count: number): string {
  // Only a run that was stopped has any.
  if (kind === 'not-sent' && count === 0) return '';
  return `<li class="${kind}${count === 0 ? ' none' : ''}"><b>${grouped(count)}</b>${kindWord(kind)}<br><span class="dim">${MEANING[kind]}</span></li>`;
}

function charts(data: ReportData, time: LocalTime): string {
  const parts = [`<h2>By source</h2>${legend(data.counts)}${groupChart('Leads by source', data.sources)}`];
  parts.push(`<h2>By campaign</h2>${groupChart('Leads by campaign', data.campaigns)}`);
  if (data.targets.length > 1) parts.push(`<h2>By target</h2>${groupChart('Leads by target', data.targets)}`);
  const own = data.timeline.reduce((sum, { counts }) => added(sum, counts), emptyKinds());
  // What a later run made of a lead is that run's, and in its time.
  const note = KINDS.some((kind) => own[kind] !== data.counts[kind])
    ? `<p class="dim">As this run left them; what later runs made of them is not in this chart.</p>${legend(own)}`
    : '';
  parts.push(`<h2>Over time</h2>${note}${timeChart('Results over time', data.timeline, time)}`);
  return parts.join('\n');
}

function added(sum: KindCounts, counts: KindCounts): KindCounts {
  const all = { ...sum };
  for (const kind of KINDS) all[kind] += counts[kind];
  return all;
}

function reasons(title: string, list: readonly Reason[]): string {
  if (list.length === 0) return '';
  const lines = list.map(
    ({ code, kind, count, example }) =>
      `<tr>${cell('Leads', grouped(count), 'n')}${cell('Code', code, 'code')}${kind === null ? '' : statusCell(kind)}${cell('Example', example)}</tr>`,
  );
  return `<h2>${escapeHtml(title)}</h2>
<table><caption><code>leadpush explain CODE</code> explains a code</caption>
<thead><tr><th scope="col" class="n">Leads</th><th scope="col">Code</th>${list.some(({ kind }) => kind !== null) ? '<th scope="col">Status</th>' : ''}<th scope="col">Example</th></tr></thead>
<tbody>${lines.join('')}</tbody></table>`;
}

function rows(data: ReportData, places: readonly string[]): string {
  if (data.rowsTotal === 0)
    return '<h2>Rows that need attention</h2><p>None.</p><div hidden><input id="find"><select id="status"></select><button id="download"></button><button id="more"></button><span id="shown"></span><table><tbody id="rows-body"></tbody></table></div>';
  const left = data.rowsTotal - data.rows.length;
  const present = KINDS.filter((kind) => data.rows.some((row) => row.kind === kind));
  const asRead = present.includes('invalid') && data.run.files.length > 0;
  return `<h2 id="need">Rows that need attention</h2>
${left > 0 ? `<p class="dim">${counted(left, 'more row')} ${left === 1 ? 'is' : 'are'} in <code>${escapeHtml(runCommand('show', data.run.id, { retry: places, places }))}</code>.</p>` : ''}
${asRead ? `<p class="dim">${INVALID_AS_READ}</p>` : ''}
<p class="dim">The CSV is for reading. Rows to fix are sent from the file that <code>--rejects</code> writes.</p>
<div class="tools">
<label>Find <input id="find" type="search" placeholder="name, code, line …"></label>
<label>Status <select id="status"><option value="">all</option>${present.map((kind) => `<option value="${kind}">${kindWord(kind)}</option>`).join('')}</select></label>
<button id="download" type="button">Download as CSV</button>${data.masked ? '' : '\n<label class="check"><input id="phones" type="checkbox" checked> with phone numbers</label>'}
<span id="shown" role="status" class="dim">${counted(data.rows.length, 'row')}</span>
</div>
<table aria-labelledby="need">
<thead><tr><th scope="col">Where</th><th scope="col">Status</th><th scope="col">Who</th><th scope="col">Campaign</th><th scope="col">Target</th><th scope="col">Code</th><th scope="col">What to do</th></tr></thead>
<tbody id="rows-body">${data.rows.slice(0, FIRST_ROWS).map(row).join('')}</tbody></table>
<p><button id="more" type="button" hidden>Show more</button></p>`;
}

function row(shown: ReportRow): string {
  const { kind, target, code, message } = shown;
  return `<tr>${cell('Where', whereOf(shown))}${statusCell(kind)}${cell('Who', whoOf(shown))}${cell('Campaign', shown.campaign)}${cell('Target', target)}${cell('Code', code, 'code')}${cell('What to do', message)}</tr>`;
}

function statusCell(kind: Kind): string {
  return cell('Status', kindWord(kind), `badge ${kind}`);
}

function whereOf({ file, record, line }: ReportRow): string {
  return line === null ? `${file} #${record}` : `${file}:${line}`;
}

function whoOf({ name, phone, cell, externalId }: ReportRow): string {
  return [name, phone || (cell === '' ? '' : `"${cell}"`), externalId]
    .filter((part) => part !== '')
    .join(' ');
}

/** The label stands before the cell where a screen is too narrow for columns. */
function cell(label: string, text: string, className = ''): string {
  return `<td${className === '' ? '' : ` class="${className}"`} data-label="${label}">${escapeHtml(text)}</td>`;
}

function badNumbers({ badNumbers: list }: ReportData): string {
  if (list.length === 0) return '';
  const lines = list.map(
    ({ campaign, leads, bad, code }) =>
      `<tr>${cell('Campaign', campaign)}${cell('Bad numbers', grouped(bad), 'n')}${cell('Of its leads', `${Math.max(1, Math.round((100 * bad) / leads))}%`, 'n')}${cell('Leads', grouped(leads), 'n')}${cell('Mostly', code, 'code')}</tr>`,
  );
  return `<h2>Which campaigns bring bad numbers</h2>
<table><caption>Leads whose phone cannot be used, as it was read</caption>
<thead><tr><th scope="col">Campaign</th><th scope="col" class="n">Bad numbers</th><th scope="col" class="n">Of its leads</th><th scope="col" class="n">Leads</th><th scope="col">Mostly</th></tr></thead>
<tbody>${lines.join('')}</tbody></table>`;
}
