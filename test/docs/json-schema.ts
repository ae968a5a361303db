// The JSON schema of a configuration, for editors: made from the tables that the program itself checks with, and shipped
// as docs/leadpush.schema.json. It knows no variables, so every value may also be a text with `${`.
import { COMMON, limitHelp } from '../../src/config/settings.ts';
import { FIELDS } from '../../src/lead/fields.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { Provider, SettingSpec } from '../../src/providers/provider.ts';
import { TOP_SETTINGS } from './generated.ts';

type Schema = Readonly<Record<string, unknown>>;

const VARIABLE = { type: 'string', pattern: '\\$\\{' } as const;
const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const SCALAR = { type: ['string', 'number', 'boolean'] } as const;
const NUMBER_OR_TEXT = { type: ['number', 'string'] } as const;
const FIELD_NAMES = FIELDS.map(({ name }) => name);
const COLUMN_TARGET = { anyOf: [{ enum: FIELD_NAMES }, { type: 'string', pattern: '^extra\\.' }, VARIABLE] };
const closed = (properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const named = (values: Schema): Schema => ({ type: ['object', 'null'], additionalProperties: values });
const oneOf = (values: readonly string[]): Schema => ({ anyOf: [{ enum: values }, VARIABLE] });
const plainHelp = (help: string) => help.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

const PRESET = closed(
  {
    title: TEXT,
    signature: { ...TEXTS, minItems: 1 },
    atLeast: { type: 'integer', minimum: 1 },
    columns: named({ anyOf: [COLUMN_TARGET, { enum: ['test', '', null] }] }),
    prefixes: named(TEXT),
    words: named(named({ type: 'boolean' })),
    constants: named(TEXT),
    timezone: TEXT,
    dateOrder: { enum: ['DMY', 'MDY', 'YMD'] },
  },
  { required: ['signature'] },
);

const FEED = closed({ url: TEXT, headers: named(NUMBER_OR_TEXT) }, { required: ['url'] });

const TOP: Readonly<Record<string, Schema>> = {
  defaultTarget: TEXT,
  region: { anyOf: [{ type: 'string', pattern: '^[A-Za-z]{2}$' }, VARIABLE] },
  timezone: TEXT,
  ledger: TEXT,
  columns: named(COLUMN_TARGET),
  presets: named(PRESET),
  // What is in one is checked by leadpush: its message says more than a schema could.
  providers: named({ type: 'object' }),
  feeds: named(FEED),
  targets: named({ $ref: '#/definitions/target' }),
};

function settingSchemas(setting: SettingSpec): Schema {
  const { name, kind, help, choices = [], defaultText } = setting;
  const description = { description: help, ...(defaultText === undefined ? {} : { default: defaultText }) };
  switch (kind) {
    case 'secret':
      return {
        [name]: { ...NUMBER_OR_TEXT, ...description },
        [`${name}File`]: { ...TEXT, description: `A file that holds it: ${help}` },
      };
    case 'choice':
      return { [name]: { ...oneOf(choices), ...description } };
    case 'boolean':
      return {
        [name]: { anyOf: [{ type: 'boolean' }, { enum: ['true', 'false'] }, VARIABLE], ...description },
      };
    case 'fieldMap':
      return { [name]: { ...named(TEXT), propertyNames: { enum: FIELD_NAMES }, ...description } };
    case 'text':
      return { [name]: { ...NUMBER_OR_TEXT, ...description } };
  }
}

function targetSchema({ title, settings }: Provider): Schema {
  const properties = {
    provider: true,
    baseUrl: { ...TEXT, description: 'Scheme and host, where they are not the vendor’s.' },
    path: { ...TEXT, description: 'The path, where it is not the vendor’s.' },
    testPhone: { ...NUMBER_OR_TEXT, description: 'A number set aside for tests.' },
    defaults: {
      ...named({ anyOf: [SCALAR, { type: 'array', items: SCALAR }] }),
      propertyNames: { enum: FIELD_NAMES.filter((name) => name !== 'phone') },
      description: 'What leads lack, field by field.',
    },
    dedupe: { ...TEXTS, description: 'The fields that, with the phone, identify a lead.' },
    ...Object.fromEntries(
      Object.entries(COMMON).map(([name, limit]) => [
        name,
        { ...NUMBER_OR_TEXT, description: limitHelp(limit) },
      ]),
    ),
    ...Object.assign({}, ...settings.map(settingSchemas)),
  };
  const allOf = settings
    .filter(({ required }) => required)
    .map(({ name, kind }) =>
      kind === 'secret'
        ? { oneOf: [{ required: [name] }, { required: [`${name}File`] }] }
        : { required: [name] },
    );
  return { title, ...closed(properties), allOf };
}

/** The whole schema. */
export function configurationSchema(): Schema {
  const names = PROVIDERS.map(({ name }) => name);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'leadpush configuration',
    ...closed(
      Object.fromEntries(
        Object.entries(TOP).map(([name, schema]) => [
          name,
          { ...schema, description: plainHelp(TOP_SETTINGS[name] ?? '') },
        ]),
      ),
    ),
    // A name of one's own is only known where providers are declared.
    if: { not: { required: ['providers'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
    then: { properties: { targets: named({ properties: { provider: oneOf(names) } }) } },
    definitions: {
      target: {
        type: 'object',
        required: ['provider'],
        properties: { provider: TEXT },
        allOf: PROVIDERS.map((provider) => ({
          if: { properties: { provider: { const: provider.name } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
          then: targetSchema(provider),
        })),
      },
    },
  };
}

/** docs/leadpush.schema.json, whole. */
export function schemaText(): string {
  return `${JSON.stringify(configurationSchema(), null, 2)}\n`;
}
