// What became of the leads by source and campaign: a small table below a file's summary, on a terminal.
import { emptyCounts, type Result, STATUSES, type Status, wasTried } from '../delivery/outcome.ts';
import { grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { needsPerson } from './attention.ts';
import { maskMobiles } from './mask-phone.ts';
import { fittedTable } from './table-text.ts';

/** More of them are only counted together. */
const MAX_GROUPS = 2000;
const MAX_ROWS = 10;

interface Group {
  readonly source: string | null;
  readonly campaign: string | null;
  readonly counts: Record<Status, number>;
  total: number;
  /** Of the failed, those that were never tried. */
  notSent: number;
  /** The others that need attention. */
  problems: number;
}

/** Between the leads and the problems. */
const COLUMNS: readonly {
  readonly name: string;
  readonly of: (group: Group) => number;
  /** Also where there is none. */
  readonly always: boolean;
}[] = [
  { name: 'CREATED', of: ({ counts }) => counts.created, always: true },
  { name: 'DUPLICATE', of: ({ counts }) => counts.duplicate, always: true },
  { name: 'SKIPPED', of: ({ counts }) => counts.skipped, always: false },
  { name: 'NOT SENT', of: ({ notSent }) => notSent, always: false },
];

type Grouped = Pick<Result, 'source' | 'campaign' | 'status' | 'attempts' | 'errors'>;

export class GroupCounts {
  readonly #groups = new Map<string, Group>();
  readonly #beyond: Group = newGroup(null, null);

  add(result: Grouped): void {
    const { source, campaign, status } = result;
    const key = JSON.stringify([source, campaign]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#groups.size < MAX_GROUPS ? newGroup(source, campaign) : this.#beyond;
      if (group !== this.#beyond) this.#groups.set(key, group);
    }
    group.counts[status]++;
    group.total++;
    if (!wasTried(result)) group.notSent++;
    else if (needsPerson(status)) group.problems++;
  }

  /** @param width null: not cut @returns '' where no lead says where it comes from */
  text(showPii: boolean, width: number | null): string {
    const all = [...this.#groups.values()];
    if (all.every(({ source, campaign }) => source === null && campaign === null)) return '';
    all.sort((a, b) => b.total - a.total);
    const rest = all.slice(all.length > MAX_ROWS ? MAX_ROWS - 1 : MAX_ROWS);
    const shown = all.slice(0, all.length - rest.length);
    const name = (text: string | null) =>
      text === null ? '(none)' : plain(showPii ? text : maskMobiles(text));
    // Without a column of zeros, all columns of a row add up to its leads.
    const every = summed([...all, this.#beyond]);
    const columns = COLUMNS.filter(({ always, of }) => always || of(every) > 0);
    const row = (first: string, second: string, group: Group) => [
      first,
      second,
      grouped(group.total),
      ...columns.map(({ of }) => grouped(of(group))),
      problemsText(group),
    ];
    const rows = shown.map((group) => row(name(group.source), name(group.campaign), group));
    const others = rest.concat(this.#beyond.total > 0 ? [this.#beyond] : []);
    if (others.length > 0) rows.push(row(`${grouped(others.length)} others`, '', summed(others)));
    const header = ['SOURCE', 'CAMPAIGN', 'LEADS', ...columns.map(({ name }) => name), 'PROBLEMS'];
    return fittedTable([header, ...rows], width, { shrink: [1, 0], right: 2 });
  }
}

function newGroup(source: string | null, campaign: string | null): Group {
  return { source, campaign, counts: emptyCounts(), total: 0, notSent: 0, problems: 0 };
}

function summed(groups: readonly Group[]): Group {
  const sum = newGroup(null, null);
  for (const { counts, total, notSent, problems } of groups) {
    for (const status of STATUSES) sum.counts[status] += counts[status];
    sum.total += total;
    sum.notSent += notSent;
    sum.problems += problems;
  }
  return sum;
}

/** `12 (24%)` */
function problemsText({ problems, total }: Group): string {
  return problems === 0 ? '' : `${grouped(problems)} (${Math.max(1, Math.round((100 * problems) / total))}%)`;
}
