// Anarock, as the registry takes it: the client, and the emulator, which only the sandbox loads.
import type { BuiltIn } from '../built-in.ts';
import { anarock } from './provider.ts';

export const builtIn: BuiltIn = {
  provider: anarock,
  emulator: async () => (await import('./emulator.ts')).anarockEmulator,
};
