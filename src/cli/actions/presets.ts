// `leadpush presets`: the export formats that are known by name.

import type { Context } from '../../app/context.ts';
import { PRESETS } from '../../input/presets/index.ts';
import { tableText } from '../../output/table-text.ts';

/** Prints a paragraph, or with `json` one line of `{type, name, title, auto, confidence, source, timezone, columns}`, for each. */
export async function listPresets(options: { readonly json: boolean }, context: Context): Promise<number> {
  if (options.json) {
    for (const { name, title, auto, confidence, source, timezone = null, columns } of PRESETS) {
      const line = { type: 'preset', name, title, auto, confidence, source, timezone, columns };
      context.stdout.write(`${JSON.stringify(line)}\n`);
    }
    return 0;
  }
  const rows = PRESETS.flatMap(({ name, title, auto, confidence, source }) => [
    [name, title],
    [
      '',
      `${auto ? 'recognised by its header' : `only with --preset ${name}`}; confidence ${confidence}: ${source}`,
    ],
  ]);
  context.stdout.write(
    `${tableText(rows)}\n--preset NAME reads a file as one of these, --preset none by the names of its columns alone.\n`,
  );
  return 0;
}
