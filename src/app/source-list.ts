// A target's list of sources, for the names in place of numbers: the kept one, else asked for.

import { userFolder, userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';
import { loadSources, type Sources } from './source-names.ts';
import { type ChosenTarget, openTransport } from './targets.ts';

/** @param timeoutMs null: a rehearsal, which asks nobody */
export async function sourcesOf(
  { endpoint }: ChosenTarget,
  timeoutMs: number | null,
  context: Context,
): Promise<Sources> {
  const cache = { folder: userFolder('cache', userFolders(context)), clock: context.clock };
  if (timeoutMs === null) return loadSources(endpoint, null, 0, cache, false);
  const transport = await openTransport(endpoint, 1, context);
  try {
    return await loadSources(endpoint, transport, timeoutMs, cache, false);
  } finally {
    await transport.close();
  }
}
