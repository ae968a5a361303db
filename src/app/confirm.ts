// A file for a production target needs a confirmation on a terminal, and --yes elsewhere.

import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import type { Context } from './context.ts';

export type Answer = 'yes' | 'no' | 'interrupted';

/** What would be sent. */
interface WhatIsSent {
  /** In words, such as `leads.csv`. */
  readonly files: string;
  /** By which configuration. */
  readonly configuration: string | null;
  /** What to do where nobody can be asked. */
  readonly next: string;
}

/**
 * @param targets the production targets among those to send to; nothing is asked where there are none
 * @returns the answer; `yes` where nothing is asked
 * @throws UsageError where nobody can be asked
 */
export async function confirmProduction(
  { files, configuration, next }: WhatIsSent,
  targets: readonly string[],
  yes: boolean,
  context: Context,
): Promise<Answer> {
  if (targets.length === 0 || yes) return 'yes';
  const names = targets.map((name) => `"${plain(name)}"`).join(' and ');
  const source = configuration === null ? '' : ` of ${plain(configuration)}`;
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true) {
    throw new UsageError(
      `${names} ${targets.length === 1 ? 'is a production target' : 'are production targets'}${source}: ${plain(files)} was not sent.`,
      next,
    );
  }
  return ask(`Send ${plain(files)} to the production target ${names}${source}?`, context);
}

/** A yes-or-no question on the terminal; anything but yes is no, and so is the end of the input. */
export async function ask(question: string, context: Context): Promise<Answer> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: context.stdin, output: context.stderr.terminal });
  try {
    return await new Promise((resolve) => {
      lines.on('SIGINT', () => resolve('interrupted'));
      lines.on('close', () => resolve('no'));
      lines.question(context.stderr.shown(`${question} [y/N] `), (answer) =>
        resolve(/^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no'),
      );
    });
  } finally {
    lines.close();
  }
}

/** Says that nothing was sent. @returns the exit status: 130 after Ctrl-C, else 2 */
export function notConfirmed(answer: Exclude<Answer, 'yes'>, { stderr }: Context): number {
  stderr.write(`${answer === 'interrupted' ? '\n' : ''}Nothing was sent.\n`);
  return answer === 'interrupted' ? 130 : 2;
}
