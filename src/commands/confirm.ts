// A file for a production target is asked about where a person sits, and needs --yes elsewhere (contract section 3).
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.ts';
import type { Context } from './context.ts';

/**
 * @param what what would be sent, `leads.csv`
 * @param targets the production targets among those to send to; nothing is asked where there are none
 * @returns false where the person said no
 * @throws UsageError where nobody can be asked
 */
export async function confirmProduction(
  what: string,
  targets: readonly string[],
  yes: boolean,
  context: Context,
): Promise<boolean> {
  if (targets.length === 0 || yes) return true;
  const names = targets.map((name) => `"${name}"`).join(' and ');
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true) {
    throw new UsageError(
      `${names} ${targets.length === 1 ? 'is a production target' : 'are production targets'}: ${what} was not sent.`,
      'Add --yes to send it, or --dry-run to see what would be sent.',
    );
  }
  return ask(`Send ${what} to the production target ${names}?`, context);
}

/** A yes-or-no question on the terminal; anything but yes is no. */
export async function ask(question: string, context: Context): Promise<boolean> {
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    // Ctrl-C or Ctrl-D at the question.
    return false;
  } finally {
    lines.close();
  }
}
