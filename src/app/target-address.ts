// What makes the address of a target's requests: where a 404 comes from.
import type { ChosenTarget } from './targets.ts';

/** The names of its settings. */
export function addressOf({ kind, config: { settings, place } }: ChosenTarget): readonly string[] {
  const inPath = kind.settings.filter(
    ({ name, travels }) => travels === 'path' && settings[name] !== undefined,
  );
  const own = (['baseUrl', 'path'] as const).filter((name) => place[name] !== undefined);
  const names = [...inPath.map(({ name }) => name), ...own];
  return names.length > 0 ? names : ['environment'];
}
