// The emulators of the built-in providers, which the sandbox serves. Apart from index.ts: a run without the sandbox loads
// none of them.
import type { Emulator } from '../sandbox/emulator.ts';
import type { BuiltIn } from './built-in.ts';
import * as registry from './registry.ts';

/** In the registry's order. */
export function loadEmulators(): Promise<readonly Emulator[]> {
  const all: readonly BuiltIn[] = Object.values(registry);
  return Promise.all(all.flatMap(({ emulator }) => (emulator === null ? [] : [emulator()])));
}
