// NaN and Infinity outside of texts, as Python writes them: no JSON, and no value either.
import { endOfString, Rewriter } from './rewriter.ts';

/** @returns the text with an empty text, as long as the word, for each; null if it has none */
export function withoutNaN(text: string): string | null {
  if (!text.includes('NaN') && !text.includes('Infinity')) return null;
  const word = /"|-?\b(?:NaN|Infinity)\b/g;
  const rewriter = new Rewriter(text);
  let found = false;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    if (match[0] === '"') word.lastIndex = endOfString(text, match.index);
    else {
      found = true;
      rewriter.replace(match.index, word.lastIndex, '""'.padEnd(match[0].length));
    }
  }
  return found ? rewriter.text() : null;
}
