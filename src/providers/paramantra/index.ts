// Paramantra, as the registry takes it: the client, and the emulator, which only the sandbox loads.
import type { BuiltIn } from '../built-in.ts';
import { paramantra } from './provider.ts';

export const builtIn: BuiltIn = {
  provider: paramantra,
  emulator: async () => (await import('./emulator.ts')).paramantraEmulator,
};
