// The registry. A further provider is its folder and one line here, and one in emulators.ts where it brings an emulator;
// the schema, init, help, completion, the docs and the tests read this list. Each provider is masked: no secret of a
// target gets out through what its answers become.
import { anarock } from './anarock/provider.ts';
import { masked } from './masked-provider.ts';
import { paramantra } from './paramantra/provider.ts';
import type { Provider } from './provider.ts';
import { sandboxTargetName, sandboxTargetsOf } from './sandbox-target.ts';

export const PROVIDERS: readonly Provider[] = [anarock, paramantra].map(masked);

/** The targets that need no configuration, in the registry's order. */
export function sandboxTargetNames(providers: readonly Provider[] = PROVIDERS): readonly string[] {
  return sandboxTargetsOf(providers);
}

/** The provider of a built-in target's name; null for any other name. */
export function sandboxProvider(name: string, providers: readonly Provider[] = PROVIDERS): Provider | null {
  return providers.find((one) => sandboxTargetName(one) === name) ?? null;
}

/** `anarock or paramantra`, for help. */
export function providerNames(providers: readonly Provider[] = PROVIDERS): string {
  return providers.map(({ name }) => name).join(' or ');
}

/** The target of examples in help and advice: it works without an account. */
export const exampleTarget: string = sandboxTargetNames()[0] ?? 'TARGET';
