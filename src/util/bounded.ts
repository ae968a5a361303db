// Messages of a size that people can read: what they list (headers, sheets, settings) is as long as a stranger's file.
import { grouped } from './counted.ts';

/** Longer than any message or command of ours. */
const MAX_LINE = 8_000;
const MAX_LINES = 100;

/** Each line up to so many characters. */
export function shortLines(text: string): string {
  if (text.length <= MAX_LINE) return text;
  return text
    .split('\n')
    .map((line) =>
      // Never half of a surrogate pair.
      line.length > MAX_LINE ? `${line.slice(0, MAX_LINE).replace(/[\ud800-\udbff]$/, '')}…` : line,
    )
    .join('\n');
}

/** The first lines, and how many more there are. */
export function firstLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MAX_LINES) return text;
  return [...lines.slice(0, MAX_LINES), `… and ${grouped(lines.length - MAX_LINES)} more.`].join('\n');
}
