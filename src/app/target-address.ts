// What a target's requests go by beside its secrets: where a 404 and a refusal come from.
import type { ChosenTarget } from './targets.ts';

type Of = Pick<ChosenTarget, 'kind' | 'config' | 'sandbox'>;

/** The settings that make the address, by their names. */
export function addressOf({ kind, config }: Of): readonly string[] {
  const { settings } = config;
  const inPath = kind.settings.filter(
    ({ name, travels }) => travels === 'path' && settings[name] !== undefined,
  );
  const names = [...inPath.map(({ name }) => name), ...placeOf(config)];
  if (names.length > 0) return names;
  const host = kind.settings.filter(({ part }) => part === 'host').map(({ name }) => name);
  return host.length > 0 ? host : ['baseUrl'];
}

/** The settings that may be wrong where a key is refused. A host of the target's own leaves no choice of another. */
export function keySettings({ kind, config, sandbox }: Of): readonly string[] {
  if (sandbox) return [];
  const { settings, place } = config;
  const own = kind.settings.filter(({ name, part }) =>
    part === 'host' ? place.baseUrl === undefined : part === 'credentials' && settings[name] !== undefined,
  );
  return [...own.map(({ name }) => name), ...placeOf(config)];
}

function placeOf({ place }: Of['config']): readonly string[] {
  return (['baseUrl', 'path'] as const).filter((name) => place[name] !== undefined);
}
