// The providers of the registry, as everybody takes them: the schema, init, help, completion, the docs and the tests. Each is
// masked: no secret of a target gets out through what its answers become.
import { listed } from '../util/counted.ts';
import type { BuiltIn } from './built-in.ts';
import { masked } from './masked-provider.ts';
import type { Provider } from './provider.ts';
import * as registry from './registry.ts';
import { sandboxTargetName, sandboxTargetsOf } from './sandbox-target.ts';

const BUILT_IN: readonly BuiltIn[] = Object.values(registry);

export const PROVIDERS: readonly Provider[] = BUILT_IN.map(({ provider }) => masked(provider));

/** The targets that need no configuration, in the registry's order. */
export function sandboxTargetNames(providers: readonly Provider[] = PROVIDERS): readonly string[] {
  return sandboxTargetsOf(providers);
}

/** The provider of a built-in target's name; null for any other name. */
export function sandboxProvider(name: string, providers: readonly Provider[] = PROVIDERS): Provider | null {
  return providers.find((one) => sandboxTargetName(one) === name) ?? null;
}

/** `one, two or three`, for help. */
export function providerNames(providers: readonly Provider[] = PROVIDERS): string {
  return listed(
    providers.map(({ name }) => name),
    'or',
  );
}

/** The settings that can stand in a command: texts and choices that are no secrets, each once, with what it is for each that has it. */
export function openSettings(
  providers: readonly Provider[] = PROVIDERS,
): readonly { readonly name: string; readonly help: string }[] {
  const byName = new Map<string, Map<string, string[]>>();
  for (const { title, settings } of providers) {
    for (const { name, kind, choices, help } of settings) {
      if (kind !== 'text' && kind !== 'choice') continue;
      const own = choices === undefined ? help : `${help} ${listed(choices, 'or')}.`;
      const helps = byName.get(name) ?? new Map<string, string[]>();
      byName.set(name, helps.set(own, [...(helps.get(own) ?? []), title]));
    }
  }
  return [...byName].map(([name, helps]) => ({
    name,
    // What one provider takes, another of the same name may not.
    help: [...helps].map(([help, titles]) => `${listed(titles, 'and')}: ${help}`).join(' '),
  }));
}

/** The target of examples in help and advice: it works without an account. */
export const exampleTarget: string = sandboxTargetNames()[0] ?? 'TARGET';
