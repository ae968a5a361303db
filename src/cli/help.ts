// How help is laid out: its lines break between words, also on a terminal that leaves no room beside the options.
import type { Help, HelpConfiguration } from 'commander';

/** Below this, commander wraps nothing, and the terminal would break words. */
const NARROWEST = 20;
/** A description of less room than this goes below its option. */
const LEAST_BESIDE = 40;
const INDENT = '    ';

/** For `configureHelp`. */
export const helpLayout: HelpConfiguration = {
  minWidthToWrap: NARROWEST,
  formatItem(this: Help, term: string, termWidth: number, description: string, helper: Help): string {
    const width = this.helpWidth ?? 80;
    if (description === '') return `  ${term}`;
    if (width - termWidth - 4 >= LEAST_BESIDE) return beside(term, termWidth, description, width, helper);
    const below = helper.boxWrap(description, width - INDENT.length);
    return `${helper.boxWrap(`  ${term}`, width)}\n${INDENT}${below.replace(/\n/g, `\n${INDENT}`)}`;
  },
};

function beside(term: string, termWidth: number, description: string, width: number, helper: Help): string {
  const wrapped = helper.boxWrap(description, width - termWidth - 4);
  return `  ${term.padEnd(termWidth)}  ${wrapped.replace(/\n/g, `\n${' '.repeat(termWidth + 4)}`)}`;
}
