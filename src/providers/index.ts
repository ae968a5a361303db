// The registry: a third provider is one new file and one line here. Each stands behind the guard that keeps secrets out of
// what its answers become.
import { anarock } from './anarock/provider.ts';
import { guarded } from './masked-provider.ts';
import { paramantra } from './paramantra/provider.ts';
import type { Provider } from './provider.ts';

export const PROVIDERS: readonly Provider[] = [anarock, paramantra].map(guarded);
