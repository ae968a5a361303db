// What people and programs write around and into JSON although it is none: remarks, a comma behind the last member, and a
// script around the document, such as `callback([…]);`. None of it is a value; it is passed over.
import { endOfString, Rewriter } from './rewriter.ts';

/** @returns the text with blanks for remarks and for commas before a closing bracket; null if it has none */
export function withoutRemarks(text: string): string | null {
  const plain = blanked(text, /"|\/[/*]/g, (mark, at) => {
    if (mark === '//') return lineEnd(text, at);
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  });
  const given = plain ?? text;
  return blanked(given, /"|,/g, (_, at) => (isLastComma(given, at) ? at + 1 : null)) ?? plain;
}

/** @param endOf where what begins here ends; null: it stays */
function blanked(
  text: string,
  marks: RegExp,
  endOf: (mark: string, at: number) => number | null,
): string | null {
  const rewriter = new Rewriter(text);
  let found = false;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const { index } = match;
    const end = match[0] === '"' ? endOfString(text, index) : endOf(match[0], index);
    if (match[0] !== '"' && end !== null) {
      found = true;
      rewriter.replace(index, end, ' '.repeat(end - index));
    }
    if (end !== null) marks.lastIndex = end;
  }
  return found ? rewriter.text() : null;
}

function lineEnd(text: string, at: number): number {
  const end = text.slice(at, at + MAX_REMARK).search(/[\r\n]/);
  return end < 0 ? Math.min(text.length, at + MAX_REMARK) : at + end;
}

const MAX_REMARK = 1000;

function isLastComma(text: string, at: number): boolean {
  let next = at + 1;
  while (BLANKS.has(text.charCodeAt(next))) next++;
  const char = text[next];
  return char === '}' || char === ']';
}

const BLANKS: ReadonlySet<number> = new Set([32, 9, 10, 13]);

/** A guard against scripts, remarks, and what a script does with the document. Each part can be read in one way only. */
const BEFORE =
  /^(?:(?:\)\]\}',?|while\s?\(1\);|for\s?\(;;\);)\s*)?(?:(?:\/\/[^\r\n]*[\r\n]|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)\s*)*(?:(?:var|let|const|export\s+default)\s+)?(?:[\w$][\w$.]*\s*=(?!=)\s*)?(?:[\w$][\w$.]*\s*\(\s*)?(?=[[{])/;
const LOOKED_AT = 4096;

/** How many characters of a document's beginning are none of it: `var leads = `. */
export function lengthBefore(head: string): number {
  const start = head.search(/[^\s\ufeff]/);
  const found = start < 0 ? null : BEFORE.exec(head.slice(start, start + LOOKED_AT));
  return found === null || found[0] === '' ? 0 : start + found[0].length;
}

/** Whether what begins so behind the document is the end of a script: `);`. */
export function endsScript(first: string): boolean {
  return first === ';' || first === ')';
}
