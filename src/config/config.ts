// The configuration as the commands see it: found, checked against its schema at once, and resolved (variables, key
// files) one target at a time, when a target is used.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import { isTimeZone } from '../lead/zone.ts';
import type { Place, ProviderKind, TargetSettings } from '../providers/provider.ts';
import { Secret } from '../secret.ts';
import { UsageError } from '../usage-error.ts';
import { executableConfig, type FoundConfig, findConfig, type Trust, type Where } from './find.ts';
import { nearest } from './nearest.ts';
import { judgeBaseUrl } from './origin.ts';
import { checkShape, isColumnTarget, isRecord, type Problem } from './schema.ts';
import { COMMON, type Limit } from './settings.ts';
import { expand, hasVariable } from './variables.ts';

export interface TargetConfig {
  readonly name: string;
  readonly provider: string;
  readonly settings: TargetSettings;
  readonly place: Place;
  readonly defaults: Readonly<Partial<Record<FieldName | 'budget', string>>>;
  readonly dedupe: readonly FieldName[] | null;
  readonly dedupeWindowMs: number | null;
  readonly concurrency: number;
  /** Requests a second, or null. */
  readonly rate: number | null;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly settleAfterMs: number;
  /** A number set aside for `smoke`. */
  readonly testPhone: string | null;
}

export interface Config {
  readonly path: string | null;
  readonly trust: Trust;
  readonly defaultTarget: string | null;
  readonly region: string;
  readonly timezone: string;
  readonly columns: Readonly<Record<string, ColumnTarget>>;
  readonly targetNames: readonly string[];
  /** Lines for stderr. */
  readonly warnings: readonly string[];
  /** @throws UsageError with one line for each thing that is wrong with that target */
  readonly target: (name: string) => TargetConfig;
  /** Which provider a target names, without resolving anything else. */
  readonly providerOf: (name: string) => string | null;
}

/**
 * Finds and checks the configuration; without one, all defaults and no targets.
 * @throws UsageError with one line for each thing that is wrong
 */
export function loadConfig(flag: string | null, where: Where, providers: readonly ProviderKind[]): Config {
  const found = findConfig(flag, where);
  if (found === null) {
    const ignored = executableConfig(where);
    return emptyConfig(
      ignored === null
        ? []
        : [`${ignored} is ignored: a configuration is data (YAML or JSON), never a program.`],
    );
  }
  const content = found.content ?? {};
  const problems = checkShape(content, providers);
  if (problems.length > 0 || !isRecord(content)) throw refused(found, problems);
  return new LoadedConfig(found, content, where, providers);
}

function emptyConfig(warnings: readonly string[]): Config {
  return {
    path: null,
    trust: 'none',
    defaultTarget: null,
    region: 'IN',
    timezone: 'Asia/Kolkata',
    columns: {},
    targetNames: [],
    warnings,
    target: (name) => {
      throw noSuchTarget(name, []);
    },
    providerOf: () => null,
  };
}

class LoadedConfig implements Config {
  readonly path: string;
  readonly trust: Trust;
  readonly defaultTarget: string | null;
  readonly region: string;
  readonly timezone: string;
  readonly columns: Readonly<Record<string, ColumnTarget>>;
  readonly targetNames: readonly string[];
  readonly warnings: readonly string[];
  readonly #found: FoundConfig;
  readonly #targets: Readonly<Record<string, unknown>>;
  readonly #where: Where;
  readonly #providers: readonly ProviderKind[];

  constructor(
    found: FoundConfig,
    content: Readonly<Record<string, unknown>>,
    where: Where,
    providers: readonly ProviderKind[],
  ) {
    this.#found = found;
    this.#where = where;
    this.#providers = providers;
    this.path = found.path;
    this.trust = found.trust;
    const problems: Problem[] = [];
    const top = (name: string): string | null => {
      const value = content[name];
      return typeof value === 'string' ? this.#expand(value, name, problems) : null;
    };
    this.defaultTarget = top('defaultTarget');
    this.region = (top('region') ?? 'IN').toUpperCase();
    this.timezone = top('timezone') ?? 'Asia/Kolkata';
    if (!/^[A-Z]{2}$/.test(this.region)) {
      problems.push({ path: 'region', message: 'expected a country code of two letters such as IN' });
    }
    if (!isTimeZone(this.timezone)) {
      problems.push({ path: 'timezone', message: 'expected a time zone such as Asia/Kolkata' });
    }
    const columns = isRecord(content['columns']) ? content['columns'] : {};
    this.columns = Object.fromEntries(
      Object.entries(columns).flatMap(([header, target]) =>
        isColumnTarget(target) ? [[header, target]] : [],
      ),
    );
    this.#targets = isRecord(content['targets']) ? content['targets'] : {};
    this.targetNames = Object.keys(this.#targets);
    if (
      this.defaultTarget !== null &&
      !this.targetNames.includes(this.defaultTarget) &&
      !this.#isBuiltIn(this.defaultTarget)
    ) {
      problems.push({
        path: 'defaultTarget',
        message: `there is no target "${this.defaultTarget}"${suggestion(this.defaultTarget, this.targetNames)}`,
      });
    }
    if (problems.length > 0) throw refused(found, problems);
    this.warnings = this.#permissionWarnings();
  }

  providerOf(name: string): string | null {
    const target = this.#targets[name];
    const provider = isRecord(target) ? target['provider'] : undefined;
    return typeof provider === 'string' ? provider : null;
  }

  target(name: string): TargetConfig {
    const raw = this.#targets[name];
    const kind = this.#providers.find((provider) => provider.name === this.providerOf(name));
    if (!isRecord(raw) || kind === undefined) {
      throw noSuchTarget(name, [
        ...this.targetNames,
        ...this.#providers.map((provider) => `sandbox-${provider.name}`),
      ]);
    }
    const problems: Problem[] = [];
    const path = (key: string) => `targets.${name}.${key}`;
    const textOf = (key: string): string | null => {
      const value = raw[key];
      if (typeof value === 'string') return this.#expand(value, path(key), problems);
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
    };
    const limit = (key: keyof typeof COMMON): number | null => {
      const spec: Limit = COMMON[key];
      const given = textOf(key);
      if (given === null) return null;
      const value = spec.read(given);
      if (value === null) problems.push({ path: path(key), message: `expected ${spec.expected}` });
      return value;
    };
    const settings = this.#settings(kind, raw, textOf, path, problems);
    const config: TargetConfig = {
      name,
      provider: kind.name,
      settings,
      place: this.#place(kind, textOf, path, problems),
      defaults: this.#defaults(raw, path, problems),
      dedupe: Array.isArray(raw['dedupe']) ? raw['dedupe'].filter(isFieldName) : null,
      dedupeWindowMs: limit('dedupeWindow'),
      concurrency: limit('concurrency') ?? 16,
      rate: limit('rate'),
      timeoutMs: limit('timeout') ?? 30_000,
      retries: limit('retries') ?? 4,
      settleAfterMs: limit('settleAfter') ?? 5_000,
      testPhone: textOf('testPhone'),
    };
    if (problems.length > 0) throw refused(this.#found, problems);
    return config;
  }

  #settings(
    kind: ProviderKind,
    raw: Readonly<Record<string, unknown>>,
    textOf: (key: string) => string | null,
    path: (key: string) => string,
    problems: Problem[],
  ): TargetSettings {
    const settings: Record<string, TargetSettings[string]> = {};
    for (const { name, kind: value, choices = [] } of kind.settings) {
      switch (value) {
        case 'secret':
          settings[name] = this.#secret(name, raw, textOf, path, problems);
          break;
        case 'fieldMap':
          settings[name] = isRecord(raw[name]) ? this.#texts(raw[name], path(name), problems) : undefined;
          break;
        case 'boolean': {
          const given = textOf(name);
          if (given === null) break;
          if (!/^(true|false)$/i.test(given))
            problems.push({ path: path(name), message: 'expected true or false' });
          settings[name] = given.toLowerCase() === 'true';
          break;
        }
        case 'choice': {
          const given = textOf(name);
          if (given === null) break;
          if (!choices.includes(given)) {
            problems.push({
              path: path(name),
              message: `expected ${choices.join(' or ')}${suggestion(given, choices)}`,
            });
          }
          settings[name] = given;
          break;
        }
        case 'text': {
          const given = textOf(name);
          if (given === null) break;
          if (given.trim() === '') problems.push({ path: path(name), message: 'is empty' });
          settings[name] = given;
        }
      }
    }
    return settings;
  }

  #secret(
    name: string,
    raw: Readonly<Record<string, unknown>>,
    textOf: (key: string) => string | null,
    path: (key: string) => string,
    problems: Problem[],
  ): Secret | undefined {
    const before = problems.length;
    const fileKey = `${name}File`;
    if (raw[fileKey] !== undefined) {
      const file = textOf(fileKey);
      if (file === null || problems.length > before) return undefined;
      try {
        const text = readFileSync(resolve(dirname(this.path), file), 'utf8').replace(/\r?\n$/, '');
        if (text === '') problems.push({ path: path(fileKey), message: `the file ${file} is empty` });
        return new Secret(text);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
        problems.push({ path: path(fileKey), message: `the file ${file} cannot be read${code}` });
        return undefined;
      }
    }
    const text = textOf(name);
    if (text === '' && problems.length === before) {
      problems.push({ path: path(name), message: 'is empty: is the variable set?' });
    }
    return text === null ? undefined : new Secret(text);
  }

  #place(
    kind: ProviderKind,
    textOf: (key: string) => string | null,
    path: (key: string) => string,
    problems: Problem[],
  ): Place {
    const place: { baseUrl?: string; path?: string } = {};
    const before = problems.length;
    const baseUrl = textOf('baseUrl');
    if (baseUrl !== null && problems.length === before) {
      const judged = judgeBaseUrl(baseUrl, kind.domains, this.trust);
      if (judged.ok) place.baseUrl = judged.origin;
      else problems.push({ path: path('baseUrl'), message: judged.problem });
    }
    const own = textOf('path');
    if (own !== null) {
      // A path that starts with two slashes would name another host.
      if (/^\/(?!\/)[^\s?#\\]*$/.test(own)) place.path = own;
      else problems.push({ path: path('path'), message: 'expected a path such as /api/v0/leads' });
    }
    return place;
  }

  #defaults(
    raw: Readonly<Record<string, unknown>>,
    path: (key: string) => string,
    problems: Problem[],
  ): TargetConfig['defaults'] {
    return isRecord(raw['defaults']) ? this.#texts(raw['defaults'], path('defaults'), problems) : {};
  }

  #texts(
    values: Readonly<Record<string, unknown>>,
    path: string,
    problems: Problem[],
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? this.#expand(value, `${path}.${name}`, problems)
          : Array.isArray(value)
            ? value.join(',')
            : String(value),
      ]),
    );
  }

  #expand(text: string, path: string, problems: Problem[]): string {
    const expanded = expand(text, this.#where.env);
    for (const name of expanded.missing) {
      problems.push({
        path,
        message: `the variable ${name} is not set${suggestion(name, Object.keys(this.#where.env))}`,
      });
    }
    return expanded.text;
  }

  #isBuiltIn(name: string): boolean {
    return this.#providers.some((provider) => name === `sandbox-${provider.name}`);
  }

  /** One warning where others can read a secret that stands in the file itself. */
  #permissionWarnings(): readonly string[] {
    if (this.#where.platform === 'win32') return [];
    const literal = Object.values(this.#targets).some((target) => {
      const kind = isRecord(target)
        ? this.#providers.find((provider) => provider.name === target['provider'])
        : undefined;
      return kind?.settings.some((setting) => {
        const value = isRecord(target) ? target[setting.name] : undefined;
        return setting.kind === 'secret' && value !== undefined && !hasVariable(String(value));
      });
    });
    const mode = statSync(this.path).mode;
    if (!literal || (mode & 0o077) === 0) return [];
    return [
      `${this.path} holds a secret and others can read it: chmod 600 ${this.path}, or put \${VARIABLE} in its place.`,
    ];
  }
}

function isFieldName(value: unknown): value is FieldName {
  return (
    typeof value === 'string' && isColumnTarget(value) && !value.startsWith('extra.') && value !== 'budget'
  );
}

function suggestion(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === null ? '' : `, did you mean "${near}"?`;
}

function noSuchTarget(name: string, known: readonly string[]): UsageError {
  const names = known.length === 0 ? ['sandbox-anarock', 'sandbox-paramantra'] : known;
  return new UsageError(
    `There is no target "${name}"${suggestion(name, names)}`.replace(/([^?])$/, '$1.'),
    `Targets: ${names.join(', ')}.`,
  );
}

function refused(found: FoundConfig, problems: readonly Problem[]): UsageError {
  const lines = problems.map(({ path, message }) => {
    const place = [found.prefix, path].filter((part) => part !== '').join('.');
    return `${found.path}: ${place === '' ? '' : `${place}: `}${message}`;
  });
  return new UsageError(lines.join('\n'), 'Nothing was sent.');
}
