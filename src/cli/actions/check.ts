// `leadpush check`: with files, what `send` would read from them; without, the configuration and the network.

import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { refuseNoFiles } from '../no-files.ts';
import { readingOptions } from '../options.ts';
import { checkFiles } from './check-files.ts';

/** @returns the exit status */
export async function checkAction(files: readonly string[], flags: Flags, context: Context): Promise<number> {
  const json = isSet(flags, 'json');
  if (files.length === 0) {
    const { checkConfig } = await import('./check-config.ts');
    return checkConfig(
      { json, config: text(flags, 'config'), ledger: text(flags, 'ledger'), target: text(flags, 'to') },
      context,
    );
  }
  const config = await configurationOf(text(flags, 'config'), context, text(flags, 'to') ?? undefined);
  refuseNoFiles(files, config, context, 'One lead is looked at with `leadpush send --phone` and --dry-run.');
  const reading = readingOptions(flags);
  const to = text(flags, 'to');
  const { again } = followUpFor(flags, null, context);
  return checkFiles(
    {
      ...{ files, reading, to, config, json },
      showPii: isSet(flags, 'showPii'),
      again,
    },
    context,
  );
}
