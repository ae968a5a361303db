// Charts as HTML and inline SVG that fit any width, each with its numbers as text for screen readers.
import { grouped } from '../../util/counted.ts';
import type { Group, ReportData } from './data.ts';
import { escapeHtml } from './html.ts';
import { KINDS, type KindCounts, kindWord } from './kinds.ts';
import type { LocalTime } from './time.ts';

/** Units of a bar; its real width is the page's. */
const WIDTH = 1000;
const HEIGHT = 140;

/** What the colours of the charts mean. */
export function legend(counts: KindCounts): string {
  const used = KINDS.filter((kind) => counts[kind] > 0);
  const items = used.map(
    (kind) =>
      `<li><svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="s-${kind}" width="1" height="1"/></svg>${kindWord(kind)}</li>`,
  );
  return `<ul class="legend" aria-label="Colours of the charts">${items.join('')}</ul>`;
}

/** Horizontal bars, one per group, divided by status. */
export function groupChart(title: string, groups: readonly Group[]): string {
  const most = Math.max(1, ...groups.map((group) => group.total));
  const items = groups.map((group) => {
    let x = 0;
    const parts = KINDS.map((kind) => {
      const width = (group.counts[kind] / most) * WIDTH;
      if (width === 0) return '';
      const rect = `<rect class="s-${kind}" x="${round(x)}" width="${round(width)}" height="16"><title>${escapeHtml(group.name)}: ${group.counts[kind]} ${kindWord(kind)}</title></rect>`;
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
    return KINDS.map((kind) => {
      const size = (counts[kind] / most) * HEIGHT;
      if (size === 0) return '';
      y -= size;
      return `<rect class="s-${kind}" x="${round(i * step + 1)}" y="${round(y)}" width="${round(Math.max(1, step - 2))}" height="${round(size)}"><title>${clock(from)}: ${counts[kind]} ${kindWord(kind)}</title></rect>`;
    }).join('');
  });
  const said = timeline.map(({ from }, i) => `${clock(from)}: ${totals[i]}`).join('; ');
  return `<figure class="time"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(`${title}. ${said}`)}">${columns.join('')}</svg>
<figcaption class="dim"><span>${clock(timeline[0]?.from ?? '')}</span><span>${escapeHtml(zone)}; the highest: ${grouped(most)}</span><span>${clock(timeline.at(-1)?.from ?? '')}</span></figcaption></figure>`;
}

function words(counts: KindCounts): string {
  return KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kindWord(kind)}`)
    .join(', ');
}

function sum(counts: KindCounts): number {
  return KINDS.reduce((all, kind) => all + counts[kind], 0);
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
