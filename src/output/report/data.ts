// What the report shows, counted from a run's results one page at a time; memory grows with the rows that need
// attention (up to a limit) and the number of sources, not with the run.

import type { RunRow, StoredResult } from '../../ledger/ledger.ts';
import { needsPerson } from '../attention.ts';
import {
  isDialable,
  type Masking,
  maskAll,
  maskMobiles,
  maskOwn,
  maskPhone,
  maskQuoted,
} from '../mask-phone.ts';
import { asItStands, type RunHistory } from '../standing.ts';
import { BadNumbers, type BadNumbersOf } from './bad-numbers.ts';
import { emptyKinds, KINDS, type Kind, type KindCounts, kindOf } from './kinds.ts';

/** Nobody reads more rows than this in a page; the count is shown whole. */
const MAX_ROWS = 5_000;
const MAX_GROUPS = 12;
const BUCKETS = 30;

export interface Group {
  readonly name: string;
  readonly counts: KindCounts;
  readonly total: number;
}

export interface Reason {
  readonly code: string;
  /** Null for a warning. */
  readonly kind: Kind | null;
  readonly count: number;
  /** The first message of this code. */
  readonly example: string;
}

/** A row that needs attention. */
export interface ReportRow {
  readonly file: string;
  readonly record: number;
  readonly line: number | null;
  readonly target: string;
  readonly kind: Kind;
  readonly name: string;
  readonly phone: string;
  /** The phone's cell as it stands, where no phone was understood. */
  readonly cell: string;
  /** The exporting system's own id. */
  readonly externalId: string;
  readonly source: string;
  readonly campaign: string;
  readonly code: string;
  readonly message: string;
}

export interface ReportData {
  readonly run: RunRow;
  readonly total: number;
  readonly counts: KindCounts;
  readonly sources: readonly Group[];
  readonly campaigns: readonly Group[];
  readonly targets: readonly Group[];
  readonly badNumbers: readonly BadNumbersOf[];
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** Results over time, as this run left them: equal steps from the first to the last. */
  readonly timeline: readonly { readonly from: string; readonly counts: KindCounts }[];
  readonly rows: readonly ReportRow[];
  /** How many rows need attention, including those beyond the limit. */
  readonly rowsTotal: number;
  readonly masked: boolean;
  /** What later runs made of this one: all counts and rows are as they stand now. */
  readonly history: RunHistory;
}

type Tally = Record<Kind, number>;
type Counted = {
  readonly code: string;
  readonly kind: Kind | null;
  readonly example: string;
  count: number;
};

/**
 * @param masked whether phones are masked, wherever they are
 */
export async function reportData(
  run: RunRow,
  pages: AsyncIterable<readonly StoredResult[]>,
  masked: boolean,
  history: RunHistory,
): Promise<ReportData> {
  const counts = emptyKinds();
  const sources = new Map<string, Tally>();
  const campaigns = new Map<string, Tally>();
  const targets = new Map<string, Tally>();
  const badNumbers = new BadNumbers();
  const seconds = new Map<number, Tally>();
  const reasons = new Map<string, Counted>();
  const warnings = new Map<string, Counted>();
  const rows: ReportRow[] = [];
  let rowsTotal = 0;
  for await (const page of pages) {
    for (const ended of page) {
      const { result: whole } = asItStands(ended);
      const isShown = needsPerson(whole.status) && rows.length < MAX_ROWS;
      const result = masked ? hidden(whole, isShown) : whole;
      const kind = kindOf(result);
      counts[kind]++;
      add(sources, result.source ?? '(none)', kind);
      add(campaigns, result.campaign ?? '(none)', kind);
      add(targets, result.target, kind);
      badNumbers.add(result);
      add(seconds, Math.floor(Date.parse(ended.at) / 1000), kindOf(ended));
      for (const { code, message } of result.errors) count(reasons, kind, code, message);
      for (const { code, message } of result.warnings) count(warnings, null, code, message);
      if (!needsPerson(result.status)) continue;
      rowsTotal++;
      if (isShown) rows.push(rowOf(result, kind));
    }
  }
  return {
    run: masked ? hiddenRun(run) : run,
    total: Object.values(counts).reduce((sum, n) => sum + n, 0),
    counts,
    sources: groups(sources),
    campaigns: groups(campaigns),
    targets: groups(targets),
    badNumbers: badNumbers.list(),
    reasons: [...reasons.values()].sort((a, b) => b.count - a.count),
    warnings: [...warnings.values()].sort((a, b) => b.count - a.count),
    timeline: timeline(seconds),
    rows,
    rowsTotal,
    masked,
    history,
  };
}

function rowOf(result: StoredResult, kind: Kind): ReportRow {
  const [error] = result.errors;
  return {
    file: result.file ?? '',
    record: result.record,
    line: result.line,
    target: result.target,
    kind,
    name: result.name ?? '',
    phone: result.phone ?? '',
    cell: result.cell ?? '',
    externalId: result.externalId ?? '',
    source: result.source ?? '',
    campaign: result.campaign ?? '',
    code: error?.code ?? '',
    message: error?.message ?? '',
  };
}

/**
 * A result with masked phones: its own phone everywhere, others where text from outside is quoted.
 * @param isShown else only what is counted by is masked: the rest of a million leads is on no page
 */
function hidden(result: StoredResult, isShown: boolean): StoredResult {
  const { phone, cell, leadId, duplicateOf, name, externalId, file, source, campaign } = result;
  const keep = [leadId, duplicateOf?.leadId ?? null, result.run].filter((id) => id !== null);
  const number = phone ?? (cell !== null && isDialable(cell) ? cell : null);
  const masking: Masking = { numbers: number === null ? [] : [number], keep };
  const words = (problems: StoredResult['errors']) =>
    problems.map((problem) => ({ ...problem, message: maskQuoted(problem.message, masking) }));
  const own = (text: string | null) => (text === null ? null : maskMobiles(maskOwn(text, masking.numbers)));
  const counted = {
    ...result,
    source: own(source),
    campaign: own(campaign),
    errors: words(result.errors),
    warnings: words(result.warnings),
  };
  if (!isShown) return counted;
  return {
    ...counted,
    phone: phone === null ? null : maskPhone(phone),
    name: name === null ? null : maskAll(name, masking),
    cell: cell === null ? null : maskAll(cell, masking),
    externalId: externalId === null ? null : maskOwn(externalId, masking.numbers),
    file: own(file),
  };
}

function hiddenRun(run: RunRow): RunRow {
  const { summary } = run;
  const stops = summary?.stops.map((stop) => ({
    ...stop,
    message: maskQuoted(stop.message, { numbers: [], keep: [] }),
  }));
  return {
    ...run,
    files: run.files.map(maskMobiles),
    summary: summary === null ? null : { ...summary, stops: stops ?? [] },
  };
}

function add<K>(map: Map<K, Tally>, name: K, kind: Kind): void {
  let counts = map.get(name);
  if (counts === undefined) {
    counts = emptyKinds();
    map.set(name, counts);
  }
  counts[kind]++;
}

function count(map: Map<string, Counted>, kind: Kind | null, code: string, example: string): void {
  const key = `${kind ?? ''} ${code}`;
  const found = map.get(key);
  if (found === undefined) map.set(key, { kind, code, count: 1, example });
  else found.count++;
}

function total(counts: Tally): number {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

/** The largest groups; the rest are added up, so that the total is right. */
function groups(map: ReadonlyMap<string, Tally>): readonly Group[] {
  const all = [...map].map(([name, counts]) => ({ name, counts, total: total(counts) }));
  all.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  if (all.length <= MAX_GROUPS) return all;
  const rest = emptyKinds();
  for (const group of all.slice(MAX_GROUPS - 1)) {
    for (const kind of KINDS) rest[kind] += group.counts[kind];
  }
  const others = { name: `${all.length - MAX_GROUPS + 1} others`, counts: rest, total: total(rest) };
  return [...all.slice(0, MAX_GROUPS - 1), others];
}

function timeline(seconds: ReadonlyMap<number, Tally>): ReportData['timeline'] {
  const times = [...seconds.keys()].filter((second) => !Number.isNaN(second)).sort((a, b) => a - b);
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return [];
  const step = Math.max(1, Math.ceil((last - first + 1) / BUCKETS));
  const buckets = Array.from({ length: Math.floor((last - first) / step) + 1 }, () => emptyKinds());
  for (const [second, counts] of seconds) {
    const bucket = buckets[Math.floor((second - first) / step)];
    if (bucket === undefined) continue;
    for (const kind of KINDS) bucket[kind] += counts[kind];
  }
  return buckets.map((counts, i) => ({ from: new Date((first + i * step) * 1000).toISOString(), counts }));
}
