// A provider from its declaration.
import type { Provider, SettingSpec } from '../provider.ts';
import { bindDeclared } from './bind.ts';
import type { Declaration } from './declaration.ts';
import { namesIn } from './template.ts';

export function declare(declaration: Declaration): Provider {
  const { name, title, limits = {}, sandbox = null } = declaration;
  return {
    name,
    title,
    domains: domainsOf(declaration),
    settings: settingsOf(declaration),
    limits,
    sandbox,
    bind: (settings, place) => bindDeclared(declaration, settings, place),
  };
}

function settingsOf(declaration: Declaration): readonly SettingSpec[] {
  const { settings, environments } = declaration;
  const names = Object.keys(environments);
  const own = Object.entries(settings).map(([name, { default: defaultText, kind, required, ...spec }]) => ({
    ...spec,
    name,
    kind: kind ?? (spec.choices === undefined ? ('text' as const) : ('choice' as const)),
    required: required ?? false,
    ...(defaultText === undefined ? {} : { defaultText }),
    ...travelsOf(declaration, name, spec.travels),
    ...partOf(declaration, name),
  }));
  const [first] = names;
  if (names.length < 2 || first === undefined || settings['environment'] !== undefined) return own;
  return [
    {
      name: 'environment',
      kind: 'choice',
      required: false,
      choices: names,
      defaultText: first,
      help: "Which of the provider's systems the key belongs to.",
      part: 'host',
    },
    ...own,
  ];
}

/** Where a setting goes decides what characters it may hold: the strictest place counts. */
function travelsOf(
  { request, auth = {}, lookup, sources }: Declaration,
  name: string,
  given: SettingSpec['travels'],
): Pick<SettingSpec, 'travels'> {
  if (given !== undefined) return { travels: given };
  const isIn = (...templates: readonly (string | undefined)[]) =>
    templates.some((template) => template !== undefined && namesIn(template).includes(name));
  const values = (record: Readonly<Record<string, string>> | undefined) => Object.values(record ?? {});
  if (isIn(...values(request.headers), ...values(auth.headers), auth.bearer)) return { travels: 'header' };
  if (isIn(request.path, lookup?.path, sources?.path)) return { travels: 'path' };
  return isIn(auth.hmac?.key) ? { travels: 'signature' } : {};
}

/** Where a wrong value may get right secrets refused; a secret itself is none of them. */
function partOf(
  { settings, environments, request, auth = {} }: Declaration,
  name: string,
): Pick<SettingSpec, 'part'> {
  if (settings[name]?.kind === 'secret') return {};
  const origins = Object.values(environments).map((one) => (typeof one === 'string' ? one : one.origin));
  const choosesHost = name === 'environment' || origins.some((text) => namesIn(text).includes(name));
  if (choosesHost) return { part: 'host' };
  const beside = textsIn([request.path, request.headers, auth]);
  const isChoice = Object.values(auth.basic ?? {}).some((one) => typeof one === 'object' && one.by === name);
  return isChoice || beside.some((text) => namesIn(text).includes(name)) ? { part: 'credentials' } : {};
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The vendor's own hosts: as declared, and those of its environments. */
function domainsOf({ hosts = [], environments, settings }: Declaration): readonly string[] {
  const origins = Object.values(environments).flatMap((one) => {
    const origin = typeof one === 'string' ? one : one.origin;
    const names = namesIn(origin);
    const choices = names.length === 1 ? (settings[names[0] ?? '']?.choices ?? null) : null;
    if (names.length === 0) return [origin];
    return choices === null
      ? // A part of the host before the vendor's domain: `https://{account}.example.com`.
        [origin.replace(/^https:\/\/\{\w+\}\./, 'https://')]
      : choices.map((choice) => origin.replace(`{${names[0]}}`, choice));
  });
  const named = origins.flatMap((origin) => (URL.canParse(origin) ? [new URL(origin).hostname] : []));
  const all = [...hosts, ...named];
  return [...new Set(all.filter((one) => !all.some((other) => one !== other && one.endsWith(`.${other}`))))];
}
