// What `leadpush` without arguments prints: three lines that lead to a first lead.

import type { Context } from '../app/context.ts';
import { exampleTarget } from '../providers/index.ts';

export const FIRST_STEPS = [
  `Try it now, without an account:  leadpush send --to ${exampleTarget} --phone '+91 99889 98899' --name 'Rahul Kumar'`,
  'Set up your own account:         leadpush init',
  'See what your file holds:        leadpush check leads.csv        (leadpush --help shows the rest)',
].join('\n');

/** @returns exit status 2: nothing was asked for, so nothing was done */
export async function welcome(context: Context): Promise<number> {
  context.stderr.write(`leadpush: no command given.\n${FIRST_STEPS}\n`);
  return 2;
}
