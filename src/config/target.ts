// One target of the configuration, resolved when it is used: variables, key files, limits, and the allowed host.
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { FieldName } from '../lead/lead.ts';
import type { EndpointOverride, Provider, SettingSpec, TargetSettings } from '../providers/provider.ts';
import { listed } from '../util/counted.ts';
import { type Read, readSmallFile } from '../util/read-file.ts';
import { Secret } from '../util/secret.ts';
import { hasDotSegment, uncarriable } from './carriable.ts';
import { countryProblem, expectedText } from './country.ts';
import type { FoundConfig } from './find.ts';
import { isWithin, SECRETS_FOLDER } from './found-rules.ts';
import { judgeBaseUrl } from './origin.ts';
import { suggestion } from './problem.ts';
import type { SettingReader } from './reader.ts';
import { isFieldName, unknownField } from './schema.ts';
import { COMMON, type Limit, type LimitName } from './settings.ts';

export interface TargetConfig {
  readonly name: string;
  readonly provider: string;
  readonly settings: TargetSettings;
  /** For messages: its secret settings, and where each comes from; `targets.crm.apiKey, from $CRM_KEY`. */
  readonly keyPlaces: readonly string[];
  readonly place: EndpointOverride;
  readonly defaults: Readonly<Partial<Record<FieldName | 'budget', string>>>;
  /** Null: the provider's default. */
  readonly dedupe: readonly FieldName[] | null;
  /** Null: forever. */
  readonly dedupeWindowMs: number | null;
  readonly concurrency: number;
  /** Requests a second, or null. */
  readonly rate: number | null;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Null: the usual waits, which differ by what is waited for. */
  readonly maxWaitMs: number | null;
  readonly settleAfterMs: number;
  /** A phone for `smoke`, as it was written. */
  readonly testPhone: string | null;
}

const MAX_KEY = 64 * 1024;
/** Digits with the usual separators; the phone parser reads the number. */
const PHONE = /^\+?[\d\s().-]{6,25}$/;

/** What is wrong with it is among the reader's problems; the target then has defaults in its place. */
export function resolveTarget(
  name: string,
  reader: SettingReader,
  kind: Provider,
  file: FoundConfig,
): TargetConfig {
  const limit = (key: LimitName): number | null => {
    const given = reader.text(key);
    if (given === null) return null;
    const spec: Limit = COMMON[key];
    const value = spec.read(given);
    if (value === null) reader.complain(key, `expected ${spec.expected}`);
    return value;
  };
  return {
    name,
    provider: kind.name,
    settings: Object.fromEntries(
      kind.settings.map((setting) => [setting.name, settingOf(setting, reader, file)]),
    ),
    keyPlaces: kind.settings.flatMap((setting) => keyPlace(name, setting, reader, file)),
    place: placeOf(kind, reader, file),
    defaults: defaultsOf(reader),
    dedupe: dedupeOf(reader),
    dedupeWindowMs: limit('dedupeWindow'),
    concurrency: limit('concurrency') ?? kind.limits.concurrency ?? 16,
    rate: limit('rate') ?? kind.limits.rate ?? null,
    timeoutMs: limit('timeout') ?? 30_000,
    retries: limit('retries') ?? 4,
    maxWaitMs: limit('maxWait'),
    settleAfterMs: limit('settleAfter') ?? 5_000,
    testPhone: testPhoneOf(reader),
  };
}

function settingOf(
  { name, kind, choices = [], travels }: SettingSpec,
  reader: SettingReader,
  file: FoundConfig,
): TargetSettings[string] {
  if (kind === 'secret') return secretOf(name, travels ?? 'header', reader, file);
  if (kind === 'fieldMap') return reader.raw(name) === undefined ? undefined : reader.texts(name);
  const given = reader.text(name);
  if (given === null) return undefined;
  switch (kind) {
    case 'boolean':
      if (!/^(true|false)$/i.test(given)) reader.complain(name, 'expected true or false');
      return given.toLowerCase() === 'true';
    case 'choice':
      if (!choices.includes(given)) {
        // A value close to one of the choices is not a secret, so it may be suggested even if it came from a variable.
        reader.complain(name, `expected ${listed(choices, 'or')}${suggestion(given, choices)}`);
      }
      return given;
    case 'text':
      if (given.trim() === '') reader.complainOfEmpty(name, reader.raw(name));
      else complainOfCharacter(name, given, travels ?? 'body', reader);
      return given;
  }
}

/**
 * The secret itself, or the content of the file that NAMEFile names, relative to the configuration. The path is not
 * shown: by mistake it may be the key.
 */
function secretOf(
  name: string,
  travels: NonNullable<SettingSpec['travels']>,
  reader: SettingReader,
  file: FoundConfig,
): Secret | undefined {
  const key = `${name}File`;
  if (reader.raw(key) === undefined) {
    const text = reader.text(name);
    if (text === null) return undefined;
    if (text.trim() === '') reader.complainOfEmpty(name, reader.raw(name));
    else complainOfCharacter(name, text, travels, reader);
    return new Secret(text);
  }
  const path = reader.text(key);
  if (path === null) return undefined;
  const read = readKeyFile(resolve(file.folder, path), file);
  if (!read.ok) {
    const relative =
      read.code === null || isAbsolute(path) ? '' : '; the path is relative to this configuration';
    reader.complain(key, `${read.problem}${relative}`);
    return undefined;
  }
  const text = read.text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
  if (text.trim() === '') reader.complain(key, 'the file is empty');
  else if (/[\r\n]/.test(text)) reader.complain(key, 'the file holds more than one line of text');
  else complainOfCharacter(key, text, travels, reader);
  return new Secret(text);
}

/** Never the value; nor the path of a key file, which by mistake may be the key. */
function keyPlace(
  target: string,
  { name, kind }: SettingSpec,
  reader: SettingReader,
  { path }: FoundConfig,
): readonly string[] {
  if (kind !== 'secret') return [];
  const isFile = reader.raw(`${name}File`) !== undefined;
  const key = isFile ? `${name}File` : name;
  if (reader.raw(key) === undefined) return [];
  const variables = reader.variablesOf(key).map((variable) => `$${variable}`);
  const from = variables.length > 0 ? `from ${variables.join(', ')}` : isFile ? '' : `in ${path}`;
  return [[`targets.${target}.${key}`, from].filter((part) => part !== '').join(', ')];
}

/** A found configuration's key file was checked by its path; the opened file must be the same one. */
function readKeyFile(path: string, { trust, folder }: FoundConfig): Read {
  const read = readSmallFile(path, MAX_KEY);
  if (!read.ok || trust !== 'found') return read;
  const { dev, ino } = statSync(realpathSync(path));
  return dev === read.stats.dev && ino === read.stats.ino && isWithin(path, [folder, SECRETS_FOLDER])
    ? read
    : { ok: false, code: null, problem: 'it was replaced while it was read' };
}

function complainOfCharacter(
  key: string,
  text: string,
  travels: NonNullable<SettingSpec['travels']>,
  reader: SettingReader,
): void {
  const problem = uncarriable(text, travels);
  if (problem === null) return;
  const variables = reader.variablesOf(key).map((name) => `$${name}`);
  reader.complain(key, variables.length === 0 ? problem : `${problem}, in ${listed(variables, 'and')}`);
}

function placeOf(kind: Provider, reader: SettingReader, file: FoundConfig): EndpointOverride {
  const place: { baseUrl?: string; path?: string } = {};
  const baseUrl = reader.text('baseUrl');
  if (baseUrl !== null) {
    const judged = judgeBaseUrl(baseUrl, kind.domains, file.trust);
    const odd = uncarriable(baseUrl, 'path');
    if (odd !== null) reader.complain('baseUrl', odd);
    else if (judged.ok) place.baseUrl = judged.origin;
    else reader.complain('baseUrl', judged.problem);
  }
  const path = reader.text('path');
  if (path !== null) {
    const odd = uncarriable(path, 'path');
    if (odd !== null) reader.complain('path', odd);
    else if (hasDotSegment(path)) reader.complain('path', 'holds "." or "..", which leads to another path');
    // A path that starts with two slashes would name another host.
    else if (/^\/(?!\/)[^\s?#\\]*$/.test(path)) place.path = path;
    else reader.complain('path', 'expected a path such as /api/v0/leads');
  }
  return place;
}

/** A country only says how other values are read, which is why nothing else would notice a wrong one. */
function defaultsOf(reader: SettingReader): TargetConfig['defaults'] {
  // One that is still empty, as `init` writes them, is none.
  const filled = Object.entries(reader.texts('defaults')).filter(([, text]) => text.trim() !== '');
  const defaults: TargetConfig['defaults'] = Object.fromEntries(filled);
  const wrong = countryProblem(defaults.country ?? '');
  if (wrong !== null) reader.complain('defaults.country', expectedText(wrong));
  return defaults;
}

function dedupeOf(reader: SettingReader): readonly FieldName[] | null {
  const given = reader.list('dedupe');
  const names: FieldName[] = [];
  for (const { text, raw } of given ?? []) {
    if (isFieldName(text)) names.push(text);
    else reader.complain('dedupe', unknownField(raw));
  }
  return given === null ? null : names;
}

function testPhoneOf(reader: SettingReader): string | null {
  const phone = reader.text('testPhone');
  if (phone !== null && !PHONE.test(phone)) {
    reader.complain('testPhone', 'expected a phone with + and its country code');
  }
  return phone;
}
