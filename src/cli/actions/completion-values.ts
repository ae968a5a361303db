// What a word may become where that is looked up: runs of the ledger, columns of the file that the call names, fields.
// Nothing is run, nothing is asked over a network, and what cannot be read completes nothing.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { configuredLedger } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { screenZone } from '../../app/screen-zone.ts';
import { TargetSession } from '../../app/target-session.ts';
import { FIELDS } from '../../lead/fields.ts';
import { shortTime } from '../../output/short-time.ts';
import { isPlain } from '../../util/plain.ts';

export interface Candidate {
  readonly value: string;
  readonly what: string;
}

export interface Answer {
  readonly candidates: readonly Candidate[];
  /**
   * `words` mean the same in quotes and without. The shell quotes `files`, and adds nothing after a folder; it quotes what
   * is `quoted`, and adds nothing after a `=`.
   */
  readonly kind: 'words' | 'files' | 'quoted';
}

export const NOTHING: Answer = { candidates: [], kind: 'words' };

/** The call whose last word is to be completed. */
export interface Call {
  /** The words before it. */
  readonly before: readonly string[];
  /** The files that it names. */
  readonly files: readonly string[];
  readonly context: Context;
}

/** Words that mean the same in quotes and without; what a shell would run or expand is left out. */
export function among(candidates: readonly Candidate[], word: string): Answer {
  return {
    candidates: candidates.filter(
      ({ value }) =>
        value.startsWith(word) && /^[\p{L}\p{N}\p{M}_@%+,.-][\p{L}\p{N}\p{M}_@%+,./=-]*$/u.test(value),
    ),
    kind: 'words',
  };
}

export function choices(values: readonly string[], word: string): Answer {
  return among(
    values.map((value) => ({ value, what: '' })),
    word,
  );
}

/** In a list with commas, the last one. */
export function listed(values: readonly string[], word: string): Answer {
  const list = word.slice(0, word.lastIndexOf(',') + 1);
  return choices(
    values.map((value) => `${list}${value}`),
    word,
  );
}

/** The value of an option that was given before, `--config FILE` or `--config=FILE`. */
function givenIn(before: readonly string[], name: string): string | null {
  const at = before.lastIndexOf(name);
  const assigned = before.findLast((word) => word.startsWith(`${name}=`));
  return assigned?.slice(name.length + 1) ?? (at < 0 ? null : (before[at + 1] ?? null));
}

/** The configuration that the call names. */
export const configIn = (before: readonly string[]) => givenIn(before, '--config');

/** The newest runs; a ledger on another machine is not asked. */
const MAX_RUNS = 50;
const REMOTE = /^[a-z][a-z0-9+.-]*:\/\//i;

export async function runsFor(word: string, { before, context }: Call): Promise<Answer> {
  try {
    const file = givenIn(before, '--ledger');
    const configured = await configuredLedger(file, configIn(before), context);
    // An empty variable is none.
    const place = file ?? (context.env['LEADPUSH_LEDGER'] || configured || '');
    if (typeof place !== 'string' || REMOTE.test(place)) return NOTHING;
    await using session = new TargetSession(context);
    const ledger = await session.ledgerIfThere({ file, none: false, configured });
    const zone = await screenZone(configIn(before), context);
    const runs = ledger === null ? [] : (await ledger.runs()).slice(0, MAX_RUNS);
    return among(
      runs.map(({ id, command, startedAt }) => ({
        value: id,
        what: `${command}, ${shortTime(startedAt, zone)}`,
      })),
      word,
    );
  } catch {
    // The command itself will say what is wrong.
    return NOTHING;
  }
}

/** `Header=` for each column of the files, and behind the `=` the field. */
export async function columnsFor(word: string, { files, context }: Call): Promise<Answer> {
  const headers: string[] = [];
  for (const file of files) headers.push(...(await headersOf(resolve(context.cwd, file))));
  const columns = [...new Set(headers)].map((header) => ({ value: `${header}=`, what: '' }));
  const at = word.lastIndexOf('=');
  const header = word.slice(0, at + 1);
  const fields = at < 0 ? [] : FIELDS.map(({ name, help }) => ({ value: `${header}${name}`, what: help }));
  return {
    candidates: [...columns, ...fields].filter(({ value }) => value.startsWith(word) && value !== word),
    kind: 'quoted',
  };
}

/** `field=` */
export function fieldsFor(word: string): Answer {
  const fields = FIELDS.map(({ name, help }) => ({ value: `${name}=`, what: help }));
  return { candidates: fields.filter(({ value }) => value.startsWith(word)), kind: 'quoted' };
}

const MAX_HEADER = 80;

/** The header of a regular file; nothing waits for a pipe. Left out: what would steer a terminal, or begin like something else. */
async function headersOf(path: string): Promise<readonly string[]> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  try {
    const { openSource } = await import('../../input/source.ts');
    const source = await openSource({ path }, {});
    try {
      const headers = source.info.headers ?? (await firstKeys(source.records()));
      return headers
        .map((header) => header.trim())
        .filter(
          (header) =>
            header !== '' &&
            header.length <= MAX_HEADER &&
            isPlain(header) &&
            !/^[-~=:#+]|\ufffd/.test(header),
        );
    } finally {
      await source.close();
    }
  } catch {
    // The command itself will say why it cannot be read.
    return [];
  }
}

async function firstKeys(
  records: AsyncIterable<readonly { readonly keys: readonly string[] }[]>,
): Promise<readonly string[]> {
  for await (const [first] of records) if (first !== undefined) return first.keys;
  return [];
}
