// Flags of `leadpush init` to its options.
import type { Context } from '../../app/context.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { initCommand } from './init.ts';

/** @returns the exit status */
export function initAction(flags: Flags, context: Context): Promise<number> {
  return initCommand(
    {
      provider: text(flags, 'provider'),
      environment: text(flags, 'environment'),
      channel: text(flags, 'channel'),
      target: text(flags, 'target'),
      keyVariable: text(flags, 'keyVariable'),
      keyFile: text(flags, 'keyFile'),
      yes: isSet(flags, 'yes'),
      json: isSet(flags, 'json'),
    },
    context,
  );
}
