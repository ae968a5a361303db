// `leadpush check FILE…`: reads all that `send` would read, and says what would become of it. No network, no target.

import type { Context } from '../../app/context.ts';
import { fileSpecs } from '../../app/inputs.ts';
import { TargetSession } from '../../app/target-session.ts';
import { checkInput } from '../../input/check.ts';
import { type PrepareOptions, prepareInput } from '../../input/prepare.ts';
import { checkJson, checkText } from '../../output/check-text.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { grouped } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';

export interface CheckFilesOptions {
  /** Paths as given; `-` for stdin. */
  readonly files: readonly string[];
  readonly reading: PrepareOptions;
  readonly json: boolean;
  readonly showPii: boolean;
}

/** @returns 0, or 1 where rows are to be fixed @throws UsageError for what cannot be read at all */
export async function checkFiles(options: CheckFilesOptions, context: Context): Promise<number> {
  await using session = new TargetSession(context);
  const input = await session.keep(prepareInput(fileSpecs(options.files, context), options.reading));
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
      context.stdout.write(checkText(checked, options.showPii));
    }
    return checked.counts.invalid > 0 ? 1 : 0;
  } finally {
    progress.clear();
  }
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
