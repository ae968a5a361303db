// The registry: a third provider is one new file and one line here.
import { anarock } from './anarock.ts';
import { paramantra } from './paramantra.ts';
import type { ProviderKind } from './provider.ts';

export const PROVIDERS: readonly ProviderKind[] = [anarock, paramantra];
