// The registry: a third provider is one new file and one line here.
import { anarock } from './anarock.ts';
import { paramantra } from './paramantra.ts';
import type { ProviderKind } from './provider.ts';

export const PROVIDERS: readonly ProviderKind[] = [anarock, paramantra];

/** The provider of that name, or null. */
export function providerByName(name: string): ProviderKind | null {
  return PROVIDERS.find((provider) => provider.name === name) ?? null;
}
