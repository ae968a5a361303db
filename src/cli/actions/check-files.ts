// `leadpush check FILE…`: reads all that `send` would read, and says what would become of it. No network, no target.

import type { Context } from '../../app/context.ts';
import { freeRejectsName } from '../../app/free-name.ts';
import { isShownWhole } from '../../app/input-name.ts';
import { openNamedInputs } from '../../app/inputs.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { Config } from '../../config/config.ts';
import { checkInput } from '../../input/check.ts';
import type { PreparedSource } from '../../input/mapping/prepared-file.ts';
import type { PrepareOptions } from '../../input/prepare.ts';
import { checkJson } from '../../output/check-json.ts';
import { type CheckNext, checkText } from '../../output/check-text.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { command } from '../../output/next-commands.ts';
import { grouped } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';
import { pathArgument } from '../../util/shell.ts';

export interface CheckFilesOptions {
  /** Paths as given; `-` for stdin. */
  readonly files: readonly string[];
  readonly reading: PrepareOptions;
  readonly config: Pick<Config, 'feeds'>;
  readonly json: boolean;
  readonly showPii: boolean;
  /** The options of this call with which the same files are read in the same way. */
  readonly again: readonly string[];
}

/** @returns 0, or 1 where rows are to be fixed @throws UsageError for what cannot be read at all */
export async function checkFiles(options: CheckFilesOptions, context: Context): Promise<number> {
  await using session = new TargetSession(context);
  const { files, reading, config } = options;
  const input = await session.keep(openNamedInputs(files, reading, config, context));
  const progress = progressLine(context);
  try {
    const checked = await checkInput(input, ['campaignId'], progress.update);
    progress.clear();
    if (options.json) {
      for (const { notes, info } of input.sources)
        for (const { text } of notes) {
          const line = `${info.file ?? 'flags'}: ${text}`;
          context.stderr.write(`${plain(options.showPii ? line : maskMobiles(line))}\n`);
        }
      context.stdout.write(`${checkJson(checked)}\n`);
    } else {
      const next = nextOf(options, input.sources, context.cwd);
      context.stdout.write(checkText(checked, options.showPii, next));
    }
    return checked.counts.invalid > 0 ? 1 : 0;
  } finally {
    progress.clear();
  }
}

/** The commands that may come next: the same files, read in the same way. Null: one would show what may be a secret. */
function nextOf(
  { files, again }: Pick<CheckFilesOptions, 'files' | 'again'>,
  sources: readonly PreparedSource[],
  cwd: string,
): CheckNext | null {
  if (!files.every(isShownWhole)) return null;
  const call = ['send', ...files.map(pathArgument), ...again];
  const rejects = rejectsName(sources, cwd);
  return {
    rejects: rejects === null ? null : command(...call, '--rejects', rejects),
    dryRun: command(...call, '--dry-run'),
    send: command(...call),
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
