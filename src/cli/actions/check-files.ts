// `leadpush check FILE…`: reads all that `send` would read, and says what would become of it. No network, no target.

import type { Context } from '../../app/context.ts';
import { freeRejectsName } from '../../app/free-name.ts';
import { isShownWhole } from '../../app/input-name.ts';
import { checkRequired, fileInputs, openNamedInputs, prepareOptions } from '../../app/inputs.ts';
import { mayRemember } from '../../app/open-ledger.ts';
import type { LeadOptions } from '../../app/options.ts';
import { DRY_RUN } from '../../app/preview.ts';
import { TargetSession } from '../../app/target-session.ts';
import { type ChosenTarget, targetNames } from '../../app/targets.ts';
import type { Config } from '../../config/configuration.ts';
import { checkInput } from '../../input/check.ts';
import type { PreparedSource } from '../../input/mapping/prepared-file.ts';
import type { PreparedInput, ReadingOptions } from '../../input/prepare.ts';
import type { FieldName, LeadResult } from '../../lead/lead.ts';
import { checkJson } from '../../output/check-json.ts';
import { type CheckNext, checkText } from '../../output/check-text.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { command } from '../../output/next-commands.ts';
import { exampleTarget, sandboxProvider } from '../../providers/index.ts';
import { grouped } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';
import { pathArgument } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';

export interface CheckFilesOptions {
  /** Paths as given; `-` for stdin. */
  readonly files: readonly string[];
  readonly reading: ReadingOptions;
  readonly config: Config;
  /** Targets whose requirements count, too; null: none. */
  readonly to: string | null;
  readonly json: boolean;
  readonly showPii: boolean;
  /** The options of this call with which the same files are read in the same way. */
  readonly again: readonly string[];
}

/** @returns 0, or 1 where rows are to be fixed @throws UsageError for what cannot be read at all */
export async function checkFiles(options: CheckFilesOptions, context: Context): Promise<number> {
  await using session = new TargetSession(context);
  const { files, reading, config, to } = options;
  const prepared = openNamedInputs(files, prepareOptions(reading, config, context), config, context);
  const input = await session.keep(prepared);
  const { dedupe, complete } = to === null ? NO_TARGET : await targetsFor(to, input, options, session);
  const progress = progressLine(context);
  try {
    const checked = await checkInput(input, dedupe, progress.update, complete);
    progress.clear();
    if (options.json) {
      for (const { notes, info } of input.sources)
        for (const { text } of notes) {
          const line = `${info.file ?? 'flags'}: ${text}`;
          context.stderr.write(`${plain(options.showPii ? line : maskMobiles(line))}\n`);
        }
      context.stdout.write(`${checkJson(checked)}\n`);
    } else {
      const where = to === null ? await whereTo(input, options, session) : NAMED;
      const next = nextOf(options, where, input.sources, context.cwd);
      const remembered = await isRemembered(to ?? where.words[1] ?? null, config, context);
      context.stdout.write(checkText(checked, options.showPii, next, remembered));
    }
    return checked.counts.invalid > 0 ? 1 : 0;
  } finally {
    progress.clear();
  }
}

/** Whether a ledger may know what was sent to these targets; the sandbox's runs know nothing of each other. */
async function isRemembered(to: string | null, config: Config, context: Context): Promise<boolean> {
  const names = (to ?? config.defaultTarget ?? config.targetNames[0] ?? '').split(',');
  if (names.every((name) => sandboxProvider(name.trim()) !== null)) return false;
  return mayRemember({ file: null, none: false, configured: config.ledger }, context);
}

/** What targets make of a record. */
interface Completion {
  /** The fields that, with the phone, identify a lead. */
  readonly dedupe: readonly FieldName[];
  readonly complete: (result: LeadResult) => LeadResult;
}

/** As `send` without options, offline and without a memory. */
const OFFLINE: Omit<LeadOptions, 'reading'> = {
  values: new Map(),
  own: {},
  limits: { concurrency: null, rate: null, timeoutMs: null, retries: null, maxWaitMs: null },
  dryRun: true,
  ledger: null,
  noLedger: true,
  resend: false,
  maxFailures: null,
};

const NO_TARGET: Completion = { dedupe: ['campaignId'], complete: (result) => result };

/** The rules of these targets, as `send` applies them; nobody is asked. @throws UsageError as `send` does */
async function targetsFor(
  to: string,
  input: PreparedInput,
  { config, reading }: Pick<CheckFilesOptions, 'config' | 'reading'>,
  session: TargetSession,
): Promise<Completion> {
  const chosen = await session.choose(targetNames(to, config), config, true);
  const inputs = fileInputs(input);
  const options = { ...OFFLINE, reading };
  checkRequired(inputs, options, chosen);
  const targets = await session.bindAll(chosen, inputs, DRY_RUN, options, config);
  return {
    dedupe: targets[0]?.dedupe ?? NO_TARGET.dedupe,
    complete: (result) => {
      if (result.kind !== 'lead') return result;
      let completed = result;
      for (const target of targets) {
        const { lead, errors } = target.complete(result.lead, result.warnings);
        if (errors.length > 0) {
          return { kind: 'invalid', phone: lead.phone, errors, warnings: result.warnings };
        }
        completed = { ...result, lead };
      }
      return completed;
    },
  };
}

/** The target that the proposed commands name, and the others that they could. */
interface Where {
  readonly words: readonly string[];
  readonly others: readonly string[];
}

/** The call or the configuration says it. */
const NAMED: Where = { words: [], others: [] };

/**
 * Nothing says which target is meant, so that `send` would ask for one: the first that would take these files, no production
 * where there is another.
 */
async function whereTo(
  input: PreparedInput,
  { config, reading }: Pick<CheckFilesOptions, 'config' | 'reading'>,
  session: TargetSession,
): Promise<Where> {
  const names = config.targetNames;
  if (config.defaultTarget !== null) return NAMED;
  if (names.length === 0) return { words: ['--to', exampleTarget], others: [] };
  const inputs = fileInputs(input);
  const usable: ChosenTarget[] = [];
  for (const name of names) {
    try {
      const chosen = await session.choose([name], config, true);
      checkRequired(inputs, { ...OFFLINE, reading }, chosen);
      usable.push(...chosen);
    } catch (error) {
      // Its settings are wrong, or it lacks what these files do not have: `check` and `send` say so by its name.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  const best = usable.find(({ endpoint }) => !endpoint.production) ?? usable[0];
  const [first = ''] = names;
  if (names.length === 1 && best?.endpoint.production !== true) return NAMED;
  const name = best?.config.name ?? first;
  return { words: ['--to', name], others: names.filter((other) => other !== name) };
}

/** The commands that may come next: the same files, read in the same way. Null: one would show what may be a secret. */
function nextOf(
  { files, again }: Pick<CheckFilesOptions, 'files' | 'again'>,
  { words, others }: Where,
  sources: readonly PreparedSource[],
  cwd: string,
): CheckNext | null {
  if (!files.every(isShownWhole)) return null;
  const call = ['send', ...files.map(pathArgument), ...again, ...words];
  const rejects = rejectsName(sources, cwd);
  return {
    rejects: rejects === null ? null : command(...call, '--rejects', rejects),
    dryRun: command(...call, '--dry-run'),
    send: command(...call),
    otherTargets: others,
  };
}

/** A name that no file has yet, in the inputs' own format; null where they cannot share one file. */
function rejectsName(sources: readonly PreparedSource[], cwd: string): string | null {
  const [first] = sources;
  if (first === undefined || sources.some(({ info }) => !isSame(info.headers, first.info.headers)))
    return null;
  const ending = first.info.headers === null ? `.${first.info.format}` : '.csv';
  return freeRejectsName(cwd, ending);
}

function isSame(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A count that overwrites itself, on a terminal only. */
function progressLine({ stderr, env }: Context): { update: (records: number) => void; clear: () => void } {
  const live = stderr.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb';
  let shown = 0;
  return {
    update: (records) => {
      if (!live || records < shown + 5_000) return;
      shown = records;
      stderr.live(`${grouped(records)} records read`);
    },
    clear: () => {
      if (shown > 0) stderr.live('');
      shown = 0;
    },
  };
}
