// Charts as HTML and inline SVG that fit any width, each with its numbers as text for screen readers.
import { STATUSES, type Status } from '../../delivery/outcome.ts';
import { grouped } from '../../util/counted.ts';
import type { Group, ReportData } from './data.ts';
import { escapeHtml } from './html.ts';
import type { LocalTime } from './time.ts';

/** Units of a bar; its real width is the page's. */
const WIDTH = 1000;
const HEIGHT = 140;

type Counts = Readonly<Record<Status, number>>;

/** What the colours of the charts mean. */
export function legend(counts: Counts): string {
  const used = STATUSES.filter((status) => counts[status] > 0);
  const items = used.map(
    (status) =>
      `<li><svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="s-${status}" width="1" height="1"/></svg>${status}</li>`,
  );
  return `<ul class="legend" aria-label="Colours of the charts">${items.join('')}</ul>`;
}

/** Horizontal bars, one per group, divided by status. */
export function groupChart(title: string, groups: readonly Group[]): string {
  const most = Math.max(1, ...groups.map((group) => group.total));
  const items = groups.map((group) => {
    let x = 0;
    const parts = STATUSES.map((status) => {
      const width = (group.counts[status] / most) * WIDTH;
      if (width === 0) return '';
      const rect = `<rect class="s-${status}" x="${round(x)}" width="${round(width)}" height="16"><title>${escapeHtml(group.name)}: ${group.counts[status]} ${status}</title></rect>`;
      x += width;
      return rect;
    }).join('');
    return `<li><span class="name">${escapeHtml(group.name)}</span><svg viewBox="0 0 ${WIDTH} 16" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(words(group.counts))}">${parts}</svg><span class="value">${grouped(group.total)}</span></li>`;
  });
  return `<ul class="bars" aria-label="${escapeHtml(title)}">${items.join('')}</ul>`;
}

/** Columns over time, divided by status. */
export function timeChart(
  title: string,
  timeline: ReportData['timeline'],
  { clock, zone }: LocalTime,
): string {
  const totals = timeline.map(({ counts }) => sum(counts));
  const most = Math.max(1, ...totals);
  const step = WIDTH / Math.max(1, timeline.length);
  const columns = timeline.map(({ from, counts }, i) => {
    let y = HEIGHT;
    return STATUSES.map((status) => {
      const size = (counts[status] / most) * HEIGHT;
      if (size === 0) return '';
      y -= size;
      return `<rect class="s-${status}" x="${round(i * step + 1)}" y="${round(y)}" width="${round(Math.max(1, step - 2))}" height="${round(size)}"><title>${clock(from)}: ${counts[status]} ${status}</title></rect>`;
    }).join('');
  });
  const said = timeline.map(({ from }, i) => `${clock(from)}: ${totals[i]}`).join('; ');
  return `<figure class="time"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(`${title}. ${said}`)}">${columns.join('')}</svg>
<figcaption class="dim"><span>${clock(timeline[0]?.from ?? '')}</span><span>${escapeHtml(zone)}; the highest: ${grouped(most)}</span><span>${clock(timeline.at(-1)?.from ?? '')}</span></figcaption></figure>`;
}

function words(counts: Counts): string {
  return STATUSES.filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`)
    .join(', ');
}

function sum(counts: Counts): number {
  return STATUSES.reduce((all, status) => all + counts[status], 0);
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
