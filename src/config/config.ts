// The configuration as the commands see it: found, checked against its schema at once, and resolved (variables, key
// files) one target at a time, when a target is used.
import { statSync } from 'node:fs';
import { parseCountry } from '../lead/country.ts';
import type { ColumnTarget } from '../lead/lead.ts';
import { isTimeZone } from '../lead/zone.ts';
import { plain } from '../plain.ts';
import type { ProviderKind } from '../providers/provider.ts';
import { shellQuoted } from '../shell.ts';
import { UsageError } from '../usage-error.ts';
import { executableConfig, type FoundConfig, findConfig, type Trust, type Where } from './find.ts';
import { refused, suggestion } from './problem.ts';
import { type Env, SettingReader } from './reader.ts';
import { checkShape, isColumnTarget, isRecord, unknownField } from './schema.ts';
import { resolveTarget, type TargetConfig } from './target.ts';
import { expand, isLiteral } from './variables.ts';

export type { TargetConfig } from './target.ts';

export interface Config {
  /** Null: there is none. */
  readonly path: string | null;
  readonly trust: Trust;
  readonly defaultTarget: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  /** IANA name. */
  readonly timezone: string;
  /** Header -> where its column goes. */
  readonly columns: Readonly<Record<string, ColumnTarget>>;
  readonly targetNames: readonly string[];
  /** Lines for stderr. */
  readonly warnings: readonly string[];
  /** @throws UsageError with one line for each thing that is wrong with that target, or where there is none of that name */
  readonly target: (name: string) => TargetConfig;
  /** Which provider a target names, without resolving anything else; null where there is no such target. */
  readonly providerOf: (name: string) => string | null;
}

const REGION = 'IN';
const TIMEZONE = 'Asia/Kolkata';

/**
 * Finds and checks the configuration; without one, all defaults and no targets.
 * @param flag `--config FILE`
 * @throws UsageError with one line for each thing that is wrong
 */
export function loadConfig(flag: string | null, where: Where, providers: readonly ProviderKind[]): Config {
  const found = findConfig(flag, where);
  if (found === null) {
    const ignored = executableConfig(where);
    return emptyConfig(ignored === null ? [] : [ignored], providers);
  }
  const content = found.content ?? {};
  const problems = checkShape(content, providers, (text) => filled(text, where.env));
  if (problems.length > 0 || !isRecord(content)) throw refused(found, problems);
  return fullConfig(found, content, where, providers);
}

function emptyConfig(warnings: readonly string[], providers: readonly ProviderKind[]): Config {
  return {
    path: null,
    trust: 'none',
    defaultTarget: null,
    region: REGION,
    timezone: TIMEZONE,
    columns: {},
    targetNames: [],
    warnings,
    target: (name) => {
      throw noSuchTarget(name, sandboxNames(providers));
    },
    providerOf: () => null,
  };
}

function fullConfig(
  found: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  { env, platform }: Where,
  providers: readonly ProviderKind[],
): Config {
  const reader = new SettingReader(content, '', env);
  const targets = new Map(Object.entries(isRecord(content['targets']) ? content['targets'] : {}));
  const targetNames = [...targets.keys()];
  const known = [...targetNames, ...sandboxNames(providers)];
  const defaultTarget = reader.text('defaultTarget');
  if (defaultTarget !== null && !known.includes(defaultTarget)) {
    // What a variable held is not shown: it may be anything.
    const shown = reader.raw('defaultTarget');
    const near = shown === defaultTarget ? suggestion(defaultTarget, known) : '';
    reader.complain('defaultTarget', `there is no target "${String(shown)}"${near}`);
  }
  const config: Omit<Config, 'target' | 'providerOf' | 'warnings'> = {
    path: found.path,
    trust: found.trust,
    defaultTarget,
    region: regionOf(reader),
    timezone: timezoneOf(reader),
    columns: columnsOf(reader),
    targetNames,
  };
  if (reader.problems.length > 0) throw refused(found, reader.problems);
  const providerOf = (name: string): string | null => {
    const target = targets.get(name);
    const provider = isRecord(target) ? target['provider'] : undefined;
    return typeof provider === 'string' ? filled(provider, env) : null;
  };
  return {
    ...config,
    warnings: platform === 'win32' ? [] : permissionWarnings(found.path, targets, providers),
    providerOf,
    target: (name) => {
      const raw = targets.get(name);
      if (!isRecord(raw)) throw noSuchTarget(name, known);
      const own = new SettingReader(raw, `targets.${name}`, env);
      const named = own.text('provider');
      const kind = providers.find((provider) => provider.name === named);
      if (kind === undefined) throw refused(found, own.problems);
      return resolveTarget(name, own, kind, found);
    },
  };
}

function filled(text: string, env: Env): string | null {
  const expanded = expand(text, env);
  return expanded.malformed || expanded.missing.length > 0 ? null : expanded.text;
}

function regionOf(reader: SettingReader): string {
  const region = (reader.text('region') ?? REGION).toUpperCase();
  if (region === REGION) return region;
  const country = parseCountry(region);
  if (country !== region) {
    const near = country !== null && /^[A-Z]{2}$/.test(country) ? `, did you mean "${country}"?` : '';
    reader.complain('region', `expected a country code of two letters such as IN${near}`);
  }
  return region;
}

function timezoneOf(reader: SettingReader): string {
  const timezone = reader.text('timezone') ?? TIMEZONE;
  if (!isTimeZone(timezone)) reader.complain('timezone', 'expected a time zone such as Asia/Kolkata');
  return timezone;
}

function columnsOf(reader: SettingReader): Readonly<Record<string, ColumnTarget>> {
  const columns: [string, ColumnTarget][] = [];
  const raw = reader.raw('columns');
  for (const [header, target] of Object.entries(reader.texts('columns'))) {
    if (isColumnTarget(target)) columns.push([header, target]);
    else reader.complain(`columns.${header}`, unknownField(String(isRecord(raw) ? raw[header] : target)));
  }
  return Object.fromEntries(columns);
}

/** One warning where others can read a secret that stands in the file itself. */
function permissionWarnings(
  path: string,
  targets: ReadonlyMap<string, unknown>,
  providers: readonly ProviderKind[],
): readonly string[] {
  const secrets = new Set(
    providers.flatMap(({ settings }) =>
      settings.filter(({ kind }) => kind === 'secret').map(({ name }) => name),
    ),
  );
  const literal = [...targets.values()].some(
    (target) =>
      isRecord(target) &&
      [...secrets].some((name) => target[name] !== undefined && isLiteral(String(target[name]))),
  );
  if (!literal || (statSync(path).mode & 0o077) === 0) return [];
  return [
    `${path} holds a secret and others can read it: chmod 600 ${shellQuoted(path)}, or put \${VARIABLE} in its place.`,
  ];
}

function sandboxNames(providers: readonly ProviderKind[]): readonly string[] {
  return providers.map((provider) => `sandbox-${provider.name}`);
}

function noSuchTarget(name: string, known: readonly string[]): UsageError {
  const near = suggestion(name, known);
  return new UsageError(
    `There is no target "${plain(name)}"${near === '' ? '.' : near}`,
    `Targets: ${known.map(plain).join(', ')}.`,
  );
}
