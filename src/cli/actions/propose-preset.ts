// `leadpush presets FILE`: a preset for a file, as YAML to paste into the configuration.
import { basename } from 'node:path';
import type { Context } from '../../app/context.ts';
import { isShownWhole, shownInput } from '../../app/input-name.ts';
import { openNamedInputs, prepareOptions } from '../../app/inputs.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { Config } from '../../config/configuration.ts';
import type { PreparedSource } from '../../input/mapping/prepared-file.ts';
import { command } from '../../output/next-commands.ts';
import { plain } from '../../util/plain.ts';
import { pathArgument } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { Flags } from '../flags.ts';
import { readingOptions } from '../options.ts';

/** Headers that are named as the signature; more would only make the text long. */
const MAX_SIGNATURE = 12;
/** A later download may lack a column or two. */
const REQUIRED = 0.75;

/** @returns the exit status @throws UsageError for what cannot be read, with the --column that helps */
export async function proposePreset(
  file: string,
  flags: Flags,
  config: Config,
  context: Context,
): Promise<number> {
  const reading = prepareOptions(readingOptions(flags), config, context);
  await using session = new TargetSession(context);
  const input = await session.keep(
    openNamedInputs([file], { ...reading, preset: reading.preset ?? 'none' }, config, context),
  );
  const [source] = input.sources;
  if (source === undefined || flags['header'] === false)
    throw new UsageError(
      'a preset is recognised by its header, and this file is read without one.',
      'Name its columns with --column at each call.',
    );
  const name = nameFor(shownInput(file));
  context.stdout.write(`${presetText(name, source, flags)}\n`);
  const next = isShownWhole(file)
    ? command('check', pathArgument(file), '--preset', name)
    : `leadpush check with the same address and --preset ${name}`;
  context.stderr.write(
    `Paste it into ${config.path === null ? 'your configuration' : plain(config.path)}; below a presets: that is there already, without its first line. Then: ${next}\n`,
  );
  return 0;
}

function presetText(name: string, source: PreparedSource, flags: Flags): string {
  const columns = source.columns.filter(
    ({ header }, index, all) =>
      header.trim() !== '' &&
      !/^leadpush_/i.test(header) &&
      all.findIndex((other) => other.header.trim() === header.trim()) === index,
  );
  const signature = columns.slice(0, MAX_SIGNATURE).map(({ header }) => quoted(header));
  const dateOrder = typeof flags['dateOrder'] === 'string' ? flags['dateOrder'] : null;
  return [
    'presets:',
    `  ${name}:`,
    '    # Headers that show what a file is, and how many of them must be there.',
    `    signature: [${signature.join(', ')}]`,
    `    atLeast: ${Math.max(1, Math.ceil(signature.length * REQUIRED))}`,
    '    # Header -> field or extra.NAME; "" is known and not sent.',
    '    columns:',
    ...columns.map(
      ({ header, target }) => `      ${quoted(header)}: ${target === null ? '""' : quoted(target)}`,
    ),
    '    # Zone of its dates without an offset.',
    `    timezone: ${source.timezone}`,
    ...(dateOrder === null ? [] : [`    dateOrder: ${dateOrder}`]),
  ].join('\n');
}

/** In double quotes, which YAML reads as JSON does; what would steer a terminal stands there as an escape. */
function quoted(text: string): string {
  const target = text.trim();
  return /^[a-zA-Z]\w*(?:\.\w+)?$/.test(target) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(target)
    ? target
    : plain(JSON.stringify(target));
}

/** `2026-10 Palm leads.csv` -> `palm-leads`. */
function nameFor(file: string): string {
  const words = basename(file)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /\p{L}/u.test(word));
  const name = words.join('-');
  return file === '-' || name === '' || name === 'none' ? 'my-export' : name;
}
