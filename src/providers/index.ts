// The registry: a third provider is one new file and one line here. Each stands behind the guard that keeps secrets out of
// what its answers become.
import { anarock } from './anarock.ts';
import { guarded } from './guard.ts';
import { paramantra } from './paramantra.ts';
import type { ProviderKind } from './provider.ts';

export const PROVIDERS: readonly ProviderKind[] = [anarock, paramantra].map(guarded);
