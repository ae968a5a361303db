// `leadpush presets`: the export formats that are known by name, built in and of the configuration; with a file, one more.

import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { ownPresets } from '../../app/own-presets.ts';
import { knownPresets } from '../../input/presets/index.ts';
import type { Preset } from '../../input/presets/preset.ts';
import { tableText } from '../../output/table-text.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';

/** @param file null: list what is known @returns the exit status @throws UsageError */
export async function presetsAction(file: string | null, flags: Flags, context: Context): Promise<number> {
  const config = await configurationOf(text(flags, 'config'), context);
  const json = isSet(flags, 'json');
  if (file === null) return listPresets({ json, own: ownPresets(config.presets) }, context);
  if (json)
    throw new UsageError(
      '--json lists presets; one that is proposed for a file is YAML.',
      'Leave out --json.',
    );
  const { proposePreset } = await import('./propose-preset.ts');
  return proposePreset(file, flags, config, context);
}

/** Prints a paragraph, or with `json` one line of `{type, name, title, auto, confidence, source, timezone, columns}`, for each. */
export async function listPresets(
  { json, own }: { readonly json: boolean; readonly own: readonly Preset[] },
  { stdout }: Pick<Context, 'stdout'>,
): Promise<number> {
  const presets = knownPresets(own);
  if (json) {
    for (const { name, title, auto, confidence, source, timezone = null, columns } of presets) {
      const line = { type: 'preset', name, title, auto, confidence, source, timezone, columns };
      stdout.write(`${JSON.stringify(line)}\n`);
    }
    return 0;
  }
  const rows = presets.flatMap((preset) => [
    [plain(preset.name), plain(preset.title)],
    ['', own.includes(preset) ? 'recognised by its header; from your configuration' : seen(preset)],
  ]);
  stdout.write(
    `${tableText(rows)}\n--preset NAME reads a file as one of these, --preset none by the names of its columns alone.\n` +
      '`leadpush presets FILE` proposes one for a file that is not among them.\n',
  );
  return 0;
}

function seen({ auto, name, confidence, source }: Preset): string {
  return `${auto ? 'recognised by its header' : `only with --preset ${name}`}; confidence ${confidence}: ${source}`;
}
