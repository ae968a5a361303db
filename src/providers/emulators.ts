// The emulators of the built-in providers, which the sandbox serves. Apart from index.ts: a run without the sandbox loads
// none of them.
import type { Emulator } from '../sandbox/emulator.ts';
import type { BuiltIn } from './built-in.ts';
import * as registry from './registry.ts';

/** In the registry's order. @param of names of providers; absent: all */
export function loadEmulators(of?: readonly string[]): Promise<readonly Emulator[]> {
  const all: readonly BuiltIn[] = Object.values(registry);
  const wanted = of === undefined ? all : all.filter(({ provider }) => of.includes(provider.name));
  return Promise.all(wanted.flatMap(({ emulator }) => (emulator === null ? [] : [emulator()])));
}
