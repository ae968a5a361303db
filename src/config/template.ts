// The commented configuration that `init` writes, made from the providers' settings. It holds no secret: secrets are
// variables or files.
import { TEST_PHONE } from '../lead/example-phones.ts';
import { FIELDS } from '../lead/fields.ts';
import type { FieldName } from '../lead/lead.ts';
import type { Provider, SettingSpec } from '../providers/provider.ts';
import { placeholders, settingsFrom } from '../providers/sandbox-target.ts';
import { listed } from '../util/counted.ts';
import { COMMON, type Limit, limitHelp } from './settings.ts';
import { upperName } from './variables.ts';

/** The target to write. */
export interface TemplateTarget {
  readonly name: string;
  readonly kind: Provider;
  /** Setting (or NAMEFile for a secret) -> text; other settings become comments, or variables if they are required. */
  readonly values: Readonly<Record<string, string>>;
  /** Required field -> text; what is left out becomes a comment that says whom to ask. */
  readonly defaults: Readonly<Record<string, string>>;
}

const INTRO = `\
# Where leads go, and how. leadpush finds this file from any folder below this one.
# Keep keys out of it: \${NAME} takes a variable of the environment, \${NAME:-default} has a default, $\${ is itself.
# Settings after a # without a blank are examples: take the # away to use them.
`;

const TOP = `\
# Region of phones written without +, and time zone of dates written without one.
region: IN
timezone: Asia/Kolkata

# Columns that leadpush does not know by itself: header -> field. leadpush check FILE shows how columns map.
#columns: { "Mobile No.": phone, "BHK": apartmentTypes, "Ad set": extra.ad_set }
`;

/** The environment variable for a setting of this provider, `CRM_API_KEY`. */
export function variableFor(kind: Provider, setting: SettingSpec): string {
  const words = `${kind.name}_${setting.name.replace(/([a-z])([A-Z])/g, '$1_$2')}`;
  return setting.variable ?? upperName(words);
}

/** @param others providers that are shown as a second target, commented out */
export function configText(target: TemplateTarget, others: readonly Provider[]): string {
  const lines = [
    INTRO,
    '# The target used without --to.',
    `defaultTarget: ${scalar(target.name)}`,
    '',
    TOP,
    'targets:',
    `  ${scalar(target.name)}:`,
    ...targetLines(target).map((line) => (line === '' ? '' : `    ${line}`)),
    ...others.flatMap((kind) => ['', `  # Another target: ${kind.title}.`, ...shortLines(kind)]),
  ];
  return `${lines.join('\n')}\n`;
}

function targetLines(target: TemplateTarget): readonly string[] {
  const { kind, values } = target;
  return [
    `provider: ${kind.name}`,
    ...kind.settings.flatMap((setting) => settingLines(kind, setting, values)),
    '',
    '# Values for leads without their own.',
    ...defaultLines(target),
    '',
    '# Another host of the vendor: scheme and host; set path if the path differs too.',
    '#baseUrl: https://leads.example.com',
    '#path: /api/leads',
    '',
    '# The fields that, with the phone, identify a lead.',
    '#dedupe: [campaignId]',
    '',
    '# A phone for leadpush smoke.',
    `#testPhone: "${TEST_PHONE}"`,
    '',
    ...limitLines(kind),
  ];
}

/** Where the provider has a limit of its own, that is the default. */
function limitLines({ title, limits }: Provider): readonly string[] {
  const owns: Readonly<Record<string, number | undefined>> = { ...limits };
  return Object.entries(COMMON).flatMap(([name, limit]: [string, Limit]) => {
    const own = owns[name];
    const help = limitHelp(limit, own === undefined ? null : `${own}, as ${title} allows`);
    return [`# ${help}`, `#${name}: ${own ?? limit.example}`];
  });
}

function settingLines(
  kind: Provider,
  setting: SettingSpec,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const { name, help, choices, defaultText, required } = setting;
  const which = choices === undefined ? '' : ` ${listed(choices, 'or')}.`;
  const otherwise = defaultText === undefined ? '' : ` Default: ${defaultText}.`;
  const value = values[name];
  const file = values[`${name}File`];
  const line =
    file !== undefined
      ? `${name}File: ${scalar(file)}`
      : value !== undefined
        ? `${name}: ${scalar(value)}`
        : `${required ? '' : '#'}${name}: ${exampleOf(kind, setting)}`;
  const other =
    setting.kind === 'secret' && file === undefined
      ? [`#${name}File: /run/secrets/${secretFile(kind, setting)}`]
      : [];
  return ['', `# ${help}${which}${otherwise}`, line, ...other];
}

/** Each secret has its own file. */
function secretFile(kind: Provider, { name }: SettingSpec): string {
  const secrets = kind.settings.filter((setting) => setting.kind === 'secret');
  return secrets.length === 1 ? kind.name : `${kind.name}-${name}`;
}

function exampleOf(kind: Provider, setting: SettingSpec): string {
  switch (setting.kind) {
    case 'choice':
      return setting.defaultText ?? setting.choices?.[0] ?? '""';
    case 'boolean':
      return 'true';
    case 'fieldMap':
      return '{ listingName: name_in_the_crm }';
    case 'secret':
    case 'text':
      return `\${${variableFor(kind, setting)}}`;
  }
}

/** What is known, and each required field with its help; what nobody has said yet stays a comment: it depends on the account. */
function defaultLines(target: TemplateTarget): readonly string[] {
  const required = requiredFields(target);
  const missing = missingDefaults(target);
  const given = Object.entries(target.defaults);
  const explained = required.length === 0 && given.length === 0 ? ['city'] : required;
  const pairs = given.length > 0 ? given : explained.map((name): [string, string] => [name, '']);
  const { title } = target.kind;
  return [
    ...(missing.length === 0
      ? []
      : [
          `# ${title} takes no lead without ${missing.join(', ')}: ask your contact at ${title} for the values of your project.`,
        ]),
    `${given.length > 0 ? '' : '#'}defaults: { ${pairs.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ')} }`,
    ...explained.flatMap((name) => {
      const field = FIELDS.find((candidate) => candidate.name === name);
      return field === undefined ? [] : [`#   ${name}: ${field.help}`];
    }),
  ];
}

/** The fields that the provider requires of every lead, under the settings that were chosen. */
export function requiredFields({
  kind,
  values,
}: Pick<TemplateTarget, 'kind' | 'values'>): readonly FieldName[] {
  return kind.bind(settingsFrom(kind, { ...placeholders(kind, 'none'), ...values }), {}).requires;
}

/** Those without a default: each lead has to bring them. */
export function missingDefaults(target: Omit<TemplateTarget, 'name'>): readonly FieldName[] {
  return requiredFields(target).filter((name) => target.defaults[name] === undefined);
}

function shortLines(kind: Provider): readonly string[] {
  const required = kind.settings.filter((setting) => setting.required);
  return [
    `  #${kind.name}:`,
    `  #  provider: ${kind.name}`,
    ...required.map((setting) => `  #  ${setting.name}: ${exampleOf(kind, setting)}`),
  ];
}

/** A YAML scalar that is read as exactly this text. */
function scalar(text: string): string {
  const plain = /^(?:[A-Za-z][\w-]*|\$\{[A-Za-z_]\w*\}|[./~]?[\w/.-]*\/[\w/.-]+)$/.test(text);
  return plain && !/^(?:true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}
