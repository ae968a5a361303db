// Targets without a configuration: the built-in one of a provider's emulator, and placeholders where nothing is sent.
import { Secret } from '../util/secret.ts';
import type { Provider, TargetSettings } from './provider.ts';

/** `sandbox-NAME`; null for a provider without an emulator. */
export function sandboxTargetName({ name, sandbox }: Provider): string | null {
  return sandbox === null ? null : `sandbox-${name}`;
}

/** The names of all, in the providers' order. */
export function sandboxTargetsOf(providers: readonly Provider[]): readonly string[] {
  return providers.map(sandboxTargetName).filter((name) => name !== null);
}

/** @param texts by the setting's name; names that the provider does not have are left out */
export function settingsFrom(
  { settings }: Provider,
  texts: Readonly<Record<string, string>>,
): TargetSettings {
  return Object.fromEntries(
    settings.flatMap(({ name, kind }) => {
      const text = texts[name];
      if (text === undefined) return [];
      return [[name, kind === 'secret' ? new Secret(text) : kind === 'boolean' ? text === 'true' : text]];
    }),
  );
}

/** A secret is masked everywhere, so its placeholder is a text that occurs nowhere else. */
const NO_SECRET = 'placeholder-of-a-secret';

/** A text for each setting that is required: enough to bind the provider where no request leaves. */
export function placeholders({ settings }: Provider, text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settings
      .filter(({ required }) => required)
      .map(({ name, kind, choices }) => [name, kind === 'secret' ? NO_SECRET : (choices?.[0] ?? text)]),
  );
}
