// `leadpush explain [CODE]`: what a code means and how to fix it, from the one catalogue.

import type { Context } from '../../app/context.ts';
import { suggestion } from '../../config/problem.ts';
import { CODES, type Code } from '../../lead/codes.ts';
import { CODE_TEXTS, type CodeText, KIND_TEXT } from '../../output/messages.ts';
import { tableText } from '../../output/table-text.ts';
import { listed } from '../../util/counted.ts';
import { UsageError } from '../../util/usage-error.ts';

export interface ExplainOptions {
  /** Null: list them all. */
  readonly code: string | null;
  readonly json: boolean;
}

/** @returns 0 @throws UsageError for an unknown code, with the nearest one */
export async function explainCommand(options: ExplainOptions, { stdout }: Context): Promise<number> {
  const codes = options.code === null ? CODES : [codeOf(options.code)];
  if (options.json) {
    for (const code of codes)
      stdout.write(`${JSON.stringify({ type: 'code', code, ...CODE_TEXTS[code] })}\n`);
  } else if (options.code === null) {
    stdout.write(tableText(codes.map((code) => [code, CODE_TEXTS[code].title])));
    stdout.write('\nleadpush explain CODE says why it happens and what to do.\n');
  } else {
    for (const code of codes) stdout.write(textOf(code, CODE_TEXTS[code]));
  }
  return 0;
}

function codeOf(given: string): Code {
  const name = given.trim().toUpperCase().replaceAll('-', '_');
  const code = CODES.find((known) => known === name);
  if (code !== undefined) return code;
  // `rejected` stands on the screen: the codes that say why hold the word whole.
  const holding = CODES.filter((known) => `_${known}_`.includes(`_${name}_`));
  const meant = holding.length === 0 ? suggestion(name, CODES) : `, did you mean ${listed(holding, 'or')}?`;
  throw new UsageError(`There is no code "${given}"${meant || '.'}`, '`leadpush explain` lists them all.');
}

function textOf(code: Code, { kind, title, cause, fix, example }: CodeText): string {
  return `${code}: ${title}.\n\n${KIND_TEXT[kind]}\nWhy:      ${cause}\nDo:       ${fix}\nExample:  ${example}\n`;
}
