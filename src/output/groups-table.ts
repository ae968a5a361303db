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
  /** Need attention; what was never tried does not. */
  problems: number;
}

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
    if (needsPerson(status) && wasTried(result)) group.problems++;
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
    const row = (first: string, second: string, { counts, total, problems }: Group) => [
      first,
      second,
      grouped(total),
      grouped(counts.created),
      grouped(counts.duplicate),
      problemsText(problems, total),
    ];
    const rows = shown.map((group) => row(name(group.source), name(group.campaign), group));
    const others = rest.concat(this.#beyond.total > 0 ? [this.#beyond] : []);
    if (others.length > 0) rows.push(row(`${grouped(others.length)} others`, '', summed(others)));
    const header = ['SOURCE', 'CAMPAIGN', 'LEADS', 'CREATED', 'DUPLICATE', 'PROBLEMS'];
    return fittedTable([header, ...rows], width, { shrink: [1, 0], right: 2 });
  }
}

function newGroup(source: string | null, campaign: string | null): Group {
  return { source, campaign, counts: emptyCounts(), total: 0, problems: 0 };
}

function summed(groups: readonly Group[]): Group {
  const sum = newGroup(null, null);
  for (const { counts, total, problems } of groups) {
    for (const status of STATUSES) sum.counts[status] += counts[status];
    sum.total += total;
    sum.problems += problems;
  }
  return sum;
}

/** `12 (24%)` */
function problemsText(problems: number, total: number): string {
  return problems === 0 ? '' : `${grouped(problems)} (${Math.max(1, Math.round((100 * problems) / total))}%)`;
}
