// Two charts as inline SVG, each with its numbers as text for screen readers.
import { STATUSES, type Status } from '../../delivery/outcome.ts';
import { grouped } from '../../util/counted.ts';
import { cutTo } from '../../util/text.ts';
import type { Group, ReportData } from './data.ts';
import { escapeHtml } from './html.ts';

const WIDTH = 720;
const ROW = 26;
const LABEL = 220;
const VALUE = 64;

/** Horizontal bars, one per group, divided by status. */
export function groupChart(title: string, groups: readonly Group[]): string {
  const most = Math.max(1, ...groups.map((group) => group.total));
  const scale = (WIDTH - LABEL - VALUE) / most;
  const bars = groups.map((group, i) => {
    let x = LABEL;
    const y = i * ROW + 4;
    const parts = STATUSES.map((status) => {
      const width = group.counts[status] * scale;
      if (width === 0) return '';
      const rect = `<rect class="s-${status}" x="${round(x)}" y="${y}" width="${round(width)}" height="${ROW - 8}"><title>${escapeHtml(group.name)}: ${group.counts[status]} ${status}</title></rect>`;
      x += width;
      return rect;
    }).join('');
    const label = `<text class="label" x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escapeHtml(short(group.name))}</text>`;
    return `${label}${parts}<text class="value" x="${round(x + 6)}" y="${y + 13}">${grouped(group.total)}</text>`;
  });
  return svg(title, words(groups), groups.length * ROW + 4, bars.join(''));
}

/** Columns over time, divided by status. */
export function timeChart(title: string, timeline: ReportData['timeline']): string {
  const height = 140;
  const totals = timeline.map(({ counts }) => sum(counts));
  const most = Math.max(1, ...totals);
  const step = WIDTH / Math.max(1, timeline.length);
  const columns = timeline.map(({ from, counts }, i) => {
    let y = height;
    return STATUSES.map((status) => {
      const size = (counts[status] / most) * (height - 8);
      if (size === 0) return '';
      y -= size;
      return `<rect class="s-${status}" x="${round(i * step + 1)}" y="${round(y)}" width="${round(Math.max(1, step - 2))}" height="${round(size)}"><title>${clock(from)}: ${counts[status]} ${status}</title></rect>`;
    }).join('');
  });
  const first = timeline[0]?.from ?? '';
  const last = timeline.at(-1)?.from ?? '';
  const axis = `<line class="axis" x1="0" y1="${height}" x2="${WIDTH}" y2="${height}"/><text class="value" x="0" y="${height + 16}">${clock(first)}</text><text class="value" x="${WIDTH}" y="${height + 16}" text-anchor="end">${clock(last)}</text>`;
  const said = timeline.map(({ from }, i) => `${clock(from)}: ${totals[i]}`).join('; ');
  return svg(title, said, height + 22, columns.join('') + axis);
}

function svg(title: string, description: string, height: number, inner: string): string {
  return `<div class="scroll"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(`${title}. ${description}`)}">${inner}</svg></div>`;
}

function words(groups: readonly Group[]): string {
  return groups
    .map(({ name, counts, total }) => {
      const parts = STATUSES.filter((status) => counts[status] > 0).map(
        (status) => `${counts[status]} ${status}`,
      );
      return `${name}: ${total} (${parts.join(', ')})`;
    })
    .join('; ');
}

function sum(counts: Readonly<Record<Status, number>>): number {
  return STATUSES.reduce((all, status) => all + counts[status], 0);
}

function short(name: string): string {
  return cutTo(name, 25);
}

function clock(instant: string): string {
  return instant.slice(11, 19);
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
