// `leadpush presets`: the export formats that are known by name.

import type { Context } from '../../app/context.ts';
import { PRESETS } from '../../input/presets/index.ts';

/** Prints a paragraph, or with `json` one line of `{type, name, title, auto, confidence, source, timezone, columns}`, for each. */
export async function listPresets(options: { readonly json: boolean }, context: Context): Promise<number> {
  for (const preset of PRESETS) {
    const { name, title, auto, confidence, source, columns, timezone } = preset;
    if (options.json) {
      const line = {
        type: 'preset',
        name,
        title,
        auto,
        confidence,
        source,
        timezone: timezone ?? null,
        columns,
      };
      context.stdout.write(`${JSON.stringify(line)}\n`);
      continue;
    }
    context.stdout.write(
      `${name.padEnd(14)} ${title}\n` +
        `               ${auto ? 'recognised by its header' : `only with --preset ${name}`}; ` +
        `confidence ${confidence}: ${source}\n`,
    );
  }
  if (!options.json) {
    context.stdout.write(
      '\n--preset NAME reads a file as one of these, --preset none by the names of its columns alone.\n',
    );
  }
  return 0;
}
