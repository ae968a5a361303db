// The configuration that a run was given, where a later call finds it only by its name, or in another folder.
import { existsSync, statSync } from 'node:fs';
import type { Config } from '../config/configuration.ts';
import { currentUser, whyUntrusted } from '../config/owner.ts';
import { isSame } from '../config/places.ts';
import type { RunRow } from '../ledger/ledger.ts';
import { withoutPassword } from '../ledger/postgres/is-address.ts';
import { plain } from '../util/plain.ts';
import { Secret } from '../util/secret.ts';
import { UsageError } from '../util/usage-error.ts';
import { userFolders } from '../util/user-folders.ts';
import { configurationOf } from './configuration.ts';
import type { Context } from './context.ts';

/** What a call was given itself. */
export interface GivenPlaces {
  /** `--config`. */
  readonly config: string | null;
  /** `--ledger`. */
  readonly ledger: string | null;
}

const NONE: readonly string[] = [];

/**
 * `--config FILE` of the run, where this call has found another configuration, or none: without it the next command would send
 * somewhere else. A ledger that only the configuration found here names has to be named then, too. One that was itself only found
 * is not named: that would trust it more than the run did.
 */
export async function placesOfRun(
  run: Pick<RunRow, 'sentTo'>,
  given: GivenPlaces,
  context: Context,
): Promise<readonly string[]> {
  const other = await otherConfiguration(run, given, context);
  if (other === null || other.found || !mayBeProposed(other.config, context)) return NONE;
  const isNamed = given.ledger !== null || (context.env['LEADPUSH_LEDGER'] ?? '') !== '';
  const ledger = isNamed ? null : other.hereLedger;
  const place = ledger instanceof Secret ? withoutPassword(ledger.reveal()) : ledger;
  return ['--config', other.config, ...(place === null ? NONE : ['--ledger', place])];
}

/** What to know before the next command is run here; null: nothing. */
export async function folderOfRun(
  run: Pick<RunRow, 'sentTo'>,
  given: GivenPlaces,
  context: Context,
): Promise<string | null> {
  const other = await otherConfiguration(run, given, context);
  if (other === null || !other.found) return null;
  return `It was sent with ${plain(other.config)}, which was found there: retry it in that folder.`;
}

/** The configuration of the run, where a command without `--config` would find another one here, or none. */
async function otherConfiguration(
  { sentTo = [] }: Pick<RunRow, 'sentTo'>,
  given: GivenPlaces,
  context: Context,
): Promise<{ config: string; found: boolean; hereLedger: Config['ledger'] } | null> {
  const [first] = sentTo;
  if (given.config !== null || first === undefined) return null;
  const { config, found } = first;
  if (config === null || !existsSync(config)) return null;
  const here = await foundHere(context);
  if (here !== null && here.path !== null && isSame(here.path, config)) return null;
  return { config, found, hereLedger: here?.ledger ?? null };
}

/** Whoever may write the ledger must not choose the configuration: only a file that is this user's own is proposed. */
function mayBeProposed(path: string, context: Context): boolean {
  const user = currentUser(userFolders(context).platform);
  return user === null || whyUntrusted(path, statSync(path), user) === null;
}

/** Null: none, or one that cannot be read; the command that needs it says so. */
async function foundHere(context: Context): Promise<Config | null> {
  try {
    return await configurationOf(null, context);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
