// `leadpush verify` and `leadpush sources`: what the provider says, without sending a lead.

import { announceConfig } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { readBack } from '../../app/read-back.ts';
import { cacheFolder, loadSources } from '../../app/source-names.ts';
import { type ChosenTarget, chooseTargets, openTransport } from '../../app/targets.ts';
import { loadConfig } from '../../config/config.ts';
import { createPhoneParser } from '../../lead/phone.ts';
import { maskAll, maskOwn, maskPhone, maskQuoted } from '../../output/mask-phone.ts';
import { command } from '../../output/next-commands.ts';
import { PROVIDERS } from '../../providers/index.ts';
import type { SourceEntry } from '../../providers/provider.ts';
import type { Transport } from '../../transport/transport.ts';
import { plain, widthOf } from '../../util/text.ts';
import { UsageError } from '../../util/usage-error.ts';
import { userFolders } from '../../util/user-folders.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { limits } from '../send-options.ts';

/** @returns 0 held, 1 not held, 3 credentials refused, 4 unreachable, 5 its answer does not tell */
export function verifyAction(flags: Flags, context: Context): Promise<number> {
  return withTarget(flags, context, async (target, transport, timeoutMs, region) => {
    const { lookup } = target.endpoint;
    const { name } = target.config;
    if (lookup === null) {
      throw new UsageError(
        `${target.kind.title} cannot be asked what it holds for a phone.`,
        'Look the lead up in its own screens.',
      );
    }
    const phone = await phoneOf(text(flags, 'phone') ?? '', region);
    const found = await readBack(lookup, transport, phone, timeoutMs, context.clock.now());
    const whole = isSet(flags, 'showPii');
    const shown = whole ? phone : maskPhone(phone);
    const masking = { numbers: [phone], keep: [] };
    if (isSet(flags, 'json')) {
      const held =
        found.kind === 'held'
          ? { leadId: found.lead.leadId, submissionId: found.lead.submissionId, fields: found.lead.fields }
          : null;
      const message = 'message' in found ? { message: found.message } : {};
      context.stdout.write(
        `${JSON.stringify({ type: 'verify', target: name, phone, found: found.kind, lead: held, ...message })}\n`,
      );
    } else if (found.kind === 'held') {
      const { leadId, submissionId, fields } = found.lead;
      const lines = Object.entries(fields).filter(
        ([field]) => whole || !/phone|name|email/i.test(field) || /project/i.test(field),
      );
      const id = (text: string) => (whole ? text : maskOwn(text, masking.numbers));
      context.stdout.write(
        `${shown} at ${plain(name)}: newest lead ${plain(id(leadId))}${submissionId === null ? ', not sent by leadpush' : `, sent by leadpush as ${plain(id(submissionId))}`}\n${lines.map(([field, value]) => `  ${plain(whole ? `${field} = ${value}` : maskAll(`${field} = ${value}`, masking))}\n`).join('')}`,
      );
    } else if (found.kind === 'absent') context.stdout.write(`${shown} at ${plain(name)}: no lead.\n`);
    else {
      const message = whole ? found.message : maskQuoted(found.message, masking);
      context.stderr.write(`leadpush: ${plain(name)}: ${plain(message)}\n${nextCheck(name, flags)}`);
    }
    switch (found.kind) {
      case 'held':
        return 0;
      case 'absent':
        return 1;
      case 'refused':
        return 3;
      case 'unreachable':
        return 4;
      case 'unclear':
        return 5;
    }
  });
}

/** @returns 0, or 4 where the list could not be had */
export function sourcesAction(flags: Flags, context: Context): Promise<number> {
  return withTarget(flags, context, async (target, transport, timeoutMs) => {
    if (target.endpoint.sources === null) {
      throw new UsageError(
        `${target.kind.title} has no list of sources.`,
        'Its sources are set up in its own screens.',
      );
    }
    const { env, home, platform } = userFolders(context);
    const cache = { folder: cacheFolder(env, home, platform), clock: context.clock };
    const found = await loadSources(target.endpoint, transport, timeoutMs, cache, true);
    if (!found.ok) {
      // An answer that is no list may be one about somebody, such as a gateway's of another request.
      const problem = maskQuoted(found.problem, { numbers: [], keep: [] });
      context.stderr.write(
        `leadpush: ${plain(target.config.name)}: ${plain(problem)}\n${nextCheck(target.config.name, flags)}`,
      );
      return 4;
    }
    if (isSet(flags, 'json')) {
      context.stdout.write(
        `${JSON.stringify({ type: 'sources', target: target.config.name, sources: found.entries, raw: found.raw })}\n`,
      );
      return 0;
    }
    context.stdout.write(sourcesTable(found.entries));
    return 0;
  });
}

/** One line a sub-source; its source stands in the first of its lines. */
function sourcesTable(entries: readonly SourceEntry[]): string {
  const shown = ({ id, name }: Pick<SourceEntry, 'id' | 'name'>) =>
    `${plain(id).padStart(4)}  ${plain(name)}`;
  const rows = entries.flatMap((entry): [string, string][] => {
    const [first, ...others] = entry.subSources;
    return [
      [shown(entry), first === undefined ? '' : shown(first)],
      ...others.map((sub): [string, string] => ['', shown(sub)]),
    ];
  });
  const table: readonly (readonly [string, string])[] = [['  ID  SOURCE', '  ID  SUB-SOURCE'], ...rows];
  const width = Math.max(...table.map(([source]) => widthOf(source)));
  return table
    .map(([source, sub]) => `${`${source}${' '.repeat(width - widthOf(source))}  ${sub}`.trimEnd()}\n`)
    .join('');
}

function nextCheck(name: string, flags: Flags): string {
  const config = text(flags, 'config');
  return `Next: ${command('check', '--to', name, ...(config === null ? [] : ['--config', config]))}\n`;
}

async function phoneOf(given: string, region: string): Promise<string> {
  const phones = createPhoneParser();
  await phones.load();
  const parsed = phones.parse(given, { region, country: null });
  if (parsed === 'needs-library' || parsed.kind === 'bad') {
    throw new UsageError(`--phone: ${parsed === 'needs-library' ? 'it cannot be read' : parsed.message}`);
  }
  return parsed.phone;
}

async function withTarget(
  flags: Flags,
  context: Context,
  run: (target: ChosenTarget, transport: Transport, timeoutMs: number, region: string) => Promise<number>,
): Promise<number> {
  const config = loadConfig(text(flags, 'config'), userFolders(context), PROVIDERS);
  announceConfig(config, false, context);
  const { targets, close } = await chooseTargets([text(flags, 'to') ?? ''], config, false);
  const [target] = targets;
  if (target === undefined) throw new UsageError('--to: name a target.');
  const transport = await openTransport(target.endpoint, 1, context);
  try {
    return await run(target, transport, limits(flags).timeoutMs ?? target.config.timeoutMs, config.region);
  } finally {
    await transport.close();
    await close();
  }
}
