// Wraps lines for a terminal at words. A command stays in one piece, so that it can still be pasted; so does a word.
import { widthOf } from './text.ts';

/** Below this nothing is gained. */
const MIN_COLUMNS = 20;
/** A command in backticks, one to the end of the line, or a word; with the blanks before it. */
const WORD = /( *)(\S*`[^`]*`\S*|\S*leadpush \S.*$|\S+)/g;
/** Colours, also as they are marked before they are written. */
const COLOUR = /\u001b[0-9a-f]*\[\d+m/g;

/** Each line of the text in at most so many columns; what goes on is indented a little more than its line. */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null || columns < MIN_COLUMNS) return text;
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string {
  if (visibleWidth(line) <= columns) return line;
  const indent = ' '.repeat(Math.min(8, line.length - line.trimStart().length + 2));
  const lines: string[] = [];
  let current = '';
  for (const [, blanks = '', word = ''] of line.matchAll(WORD)) {
    const longer = `${current}${blanks}${word}`;
    if (current.trim() === '' || visibleWidth(longer) <= columns) {
      current = longer;
      continue;
    }
    lines.push(current);
    current = `${indent}${word}`;
  }
  return [...lines, current].join('\n');
}

/** The width of a text as a terminal shows it. */
export function visibleWidth(text: string): number {
  return widthOf(text.replace(COLOUR, ''));
}
