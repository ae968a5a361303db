// The parts of docs/ that are made from the program itself, so that neither can say what the other does not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { COMMON, limitHelp } from '../../src/config/settings.ts';
import { variableFor } from '../../src/config/template.ts';
import { CODES } from '../../src/lead/codes.ts';
import { FIELDS } from '../../src/lead/fields.ts';
import { CODE_TEXTS, type CodeKind, KIND_TEXT } from '../../src/output/messages.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { placeholders, settingsFrom } from '../../src/providers/sandbox-target.ts';
import { FAULT_KINDS } from '../../src/sandbox/faults.ts';
import { ROOT } from '../cli/leadpush.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly string[]) =>
  [row(...heads), `|${heads.map(() => '---').join('|')}|`, ...rows].join('\n');

/** The settings beside the targets. */
export const TOP_SETTINGS: Readonly<Record<string, string>> = {
  defaultTarget: 'The target of a call without `--to`.',
  region: 'Country of phones written without `+`, as two letters (default: `IN`).',
  timezone: 'Zone of dates written without an offset (default: `Asia/Kolkata`).',
  ledger:
    'The ledger’s file, relative to this one, or in a trusted configuration its address (`postgresql://…`, see [ledger.md](ledger.md)); `--ledger` and `LEADPUSH_LEDGER` come first (default: your state folder).',
  columns: 'Header -> field, or `extra.NAME`, before the names that leadpush knows itself.',
  presets:
    'Exports of your own, by name: which headers show one, and what its columns become ([how your file is read](reading.md#teach-leadpush-your-own-export)).',
  providers:
    'Name -> a provider declared as data, in a file that was named or is your own ([providers.md](providers.md)).',
  feeds:
    'Addresses to read, by name: `feeds: { portal: { url: https://…, headers: { Authorization: "Bearer ${PORTAL_TOKEN}" } } }`, then `leadpush send feed:portal`. Only in a configuration that was named or is your own.',
  targets: 'Name -> settings of the target, as below.',
};

/** Every key of a configuration: those of all targets, then provider by provider. */
export function settingsText(): string {
  const top = Object.entries(TOP_SETTINGS).map(([name, help]) => row(`\`${name}\``, help));
  const common = [
    row('`provider`', `${PROVIDERS.map(({ name }) => `\`${name}\``).join(' or ')}.`),
    row(
      '`defaults`',
      "What leads lack, field by field; names of sources (`google`) are resolved by the provider's own list.",
    ),
    row('`baseUrl`, `path`', 'Scheme and host, and the path, where they are not the vendor’s.'),
    row(
      '`dedupe`',
      `The fields that, with the phone, identify a lead (default: ${PROVIDERS.map(usualDedupe).join('; ')}).`,
    ),
    row(
      '`testPhone`',
      'A number set aside for tests: `leadpush smoke` sends it, `leadpush check` and `leadpush verify` ask for it. Jobs that may overlap need a number each (`--phone`).',
    ),
    ...Object.entries(COMMON).map(([name, limit]) => row(`\`${name}\``, limitHelp(limit))),
  ];
  const own = PROVIDERS.map(({ title, settings }) => {
    const rows = settings.map(({ name, kind, required, help, choices, defaultText }) => {
      const names = kind === 'secret' ? `\`${name}\` or \`${name}File\`` : `\`${name}\``;
      const values =
        choices === undefined ? '' : ` One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`;
      const usual = defaultText === undefined ? '' : ` Default: \`${defaultText}\`.`;
      return row(names, required ? 'yes' : '', `${help}${values}${usual}`);
    });
    return `### ${title}\n\n${table(['setting', 'required', 'what it is'], rows)}`;
  });
  const heads = ['setting', 'what it is'];
  return [
    `### At the top\n\n${table(heads, top)}`,
    `### Every target\n\n${table(heads, common)}`,
    ...own,
  ].join('\n\n');
}

/** A target of each provider with every setting of its own, for .leadpushrc.example: commented out, and right without the `#`. */
export function exampleTargetsText(): string {
  return PROVIDERS.map((provider) => {
    const settings = provider.settings.flatMap((setting) => {
      const { name, kind, choices, defaultText, required, help } = setting;
      const example =
        kind === 'fieldMap'
          ? '{ listingName: project }'
          : (defaultText ??
            choices?.[0] ??
            (kind === 'boolean' ? 'true' : `\${${variableFor(provider, setting)}}`));
      return [`  #    # ${help}${required ? ' Required.' : ''}`, `  #    ${name}: ${example}`];
    });
    return [
      `  # ${provider.title}, with every setting of its own.`,
      `  #my-${provider.name}:`,
      `  #    provider: ${provider.name}`,
      ...settings,
    ].join('\n');
  }).join('\n\n');
}

/** Each built-in provider: how it is signed in to, and what it can do. */
export function providersText(): string {
  const rows = PROVIDERS.map((provider) => {
    const { name, title, limits, sandbox } = provider;
    const { requires, reconciliation, lookup, sources } = provider.bind(
      settingsFrom(provider, placeholders(provider, 'none')),
      {},
    );
    return row(
      `${title} (\`${name}\`)`,
      ['phone', ...requires].map((field) => `\`${field}\``).join(', '),
      reconciliation.kind === 'ask' ? 'asked about' : 'sent again',
      lookup === null ? '' : `by ${lookup.by}`,
      sources === null ? '' : 'yes',
      limits.rate === undefined ? '' : `${limits.rate} a second`,
      sandbox === null ? '' : `\`sandbox-${name}\``,
    );
  });
  return table(
    ['provider', 'requires', 'a lost answer is', 'can be asked', 'lists sources', 'limit', 'to try it'],
    rows,
  );
}

/** `campaignId` for Anarock. */
function usualDedupe(provider: Provider): string {
  const { dedupe } = provider.bind(settingsFrom(provider, placeholders(provider, 'none')), {});
  const names = dedupe.map((name) => `\`${name}\``).join(', ');
  return `${names === '' ? 'none' : names} for ${provider.title}`;
}

/** All commands in the order of the help, each before its own. */
function commandsIn(
  parent: Command,
  above: string,
): readonly { readonly name: string; readonly command: Command }[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const name = `${above} ${command.name()}`;
      return [{ name, command }, ...commandsIn(command, name)];
    });
}

/** Every command with its arguments, options and examples. */
export function commandsText(program: Command): string {
  return commandsIn(program, 'leadpush')
    .map(({ name, command }) => {
      const help = command.createHelp();
      const fields = new Set(FIELDS.map(({ flag }) => `--${flag}`));
      const options = help
        .visibleOptions(command)
        .filter(({ long }) => long !== '--help' && !(command.name() === 'send' && fields.has(long ?? '')));
      const args = command.registeredArguments.map((argument) =>
        argument.variadic
          ? `[${argument.name()}…]`
          : argument.required
            ? `<${argument.name()}>`
            : `[${argument.name()}]`,
      );
      const title = [name, ...args].join(' ');
      const aliases = command.aliases().map((alias) => `\`leadpush ${alias}\``);
      const parts = [
        `## \`${title}\``,
        `${command.description()}${aliases.length === 0 ? '' : ` Also called ${aliases.join(', ')}.`}`,
        `\`\`\`\n${examplesOf(command).join('\n')}\n\`\`\``,
        ...optionTables(options, (option) => help.optionDescription(option)),
        ...(command.name() === 'send' ? ['And one flag for each [field](fields.md).'] : []),
      ];
      return parts.join('\n\n');
    })
    .join('\n\n');
}

/** The commands that do something: those of a group, and not the group. */
export function leavesOf(program: Command): readonly Command[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => (command.commands.length === 0 ? [command] : leavesOf(command)));
}

function optionTables(options: readonly Option[], describe: (option: Option) => string): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const option of options) {
    const heading = option.helpGroupHeading?.replace(/:$/, '') ?? 'option';
    const rows = groups.get(heading) ?? [];
    groups.set(heading, rows);
    rows.push(row(`\`${option.flags}\``, describe(option)));
  }
  return [...groups].map(([heading, rows]) => table([heading, 'what it does'], rows));
}

/** The lines behind "Examples:" in a command's help, without `$`. */
export function examplesOf(command: Command): readonly string[] {
  let text = '';
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
  });
  command.outputHelp();
  return [...text.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = '']) => line);
}

export function fieldsText(): string {
  const rows = FIELDS.map(({ name, flag, help, aliases }) => {
    const shown = aliases.filter((alias) => alias !== '').slice(0, 6);
    return row(
      `\`${name}\``,
      `\`--${flag}\``,
      help,
      shown.join(', ') + (aliases.length > shown.length ? ' …' : ''),
    );
  });
  return table(['field', 'flag', 'what it is', 'found under'], rows);
}

/** The options of `push`, from their comments in the source. */
export function pushOptionsText(): string {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));
  const [body = ''] = sources.flatMap(
    (text) => /^export interface PushOptions \{\n([\s\S]*?)^\}/m.exec(text)?.slice(1) ?? [],
  );
  const members = [
    ...body.matchAll(/(?: {2}\/\*\*([\s\S]*?)\*\/\n)? {2}(?:readonly )?(\w+)\??: ([\s\S]*?);\n/g),
  ];
  return table(
    ['option', 'type', 'what it is'],
    members.map(([, comment = '', name = '', type = '']) =>
      row(
        `\`${name}\``,
        `\`${type.replaceAll(/\s+/g, ' ')}\``,
        comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim(),
      ),
    ),
  );
}

export function faultsText(): string {
  return table(
    ['fault', 'what happens'],
    FAULT_KINDS.map(({ name, what }) => row(`\`${name}\``, what)),
  );
}

/** Every code in one line: what it means, what to do. */
export function messagesText(): string {
  const kinds: readonly CodeKind[] = ['error', 'warning', 'skip', 'delivery'];
  return kinds
    .map((kind) => {
      const rows = CODES.filter((code) => CODE_TEXTS[code].kind === kind).map((code) => {
        const { title, fix } = CODE_TEXTS[code];
        return row(`[${code}](codes.md#${code.toLowerCase()})`, `${title}.`, fix);
      });
      return `${KIND_HEADINGS[kind]}:\n\n${table(['code', 'what it says', 'what you do'], rows)}`;
    })
    .join('\n\n');
}

const KIND_HEADINGS = {
  error: 'The lead was not sent',
  warning: 'The lead was sent, and you may want to know',
  skip: 'Not meant to be sent',
  delivery: 'On the way to the CRM',
} as const satisfies Record<CodeKind, string>;

/** docs/codes.md, whole. */
export function codesText(): string {
  const sections = CODES.map((code) => {
    const { kind, title, cause, fix, example } = CODE_TEXTS[code];
    return `## ${code}\n\n**${title}.** (${KIND_TEXT[kind]})\n\n- Why: ${cause}\n- What to do: ${fix}\n- Example: \`${example.replaceAll('`', '')}\``;
  });
  return `# Codes\n\nEvery code that leadpush gives to a row or a lead. \`leadpush explain CODE\` says the same on the terminal.\n\n${sections.join('\n\n')}\n`;
}
