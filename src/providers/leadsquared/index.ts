// LeadSquared, as the registry takes it: the client, and the emulator, which only the sandbox loads.
import type { BuiltIn } from '../built-in.ts';
import { leadsquared } from './provider.ts';

export const builtIn: BuiltIn = {
  provider: leadsquared,
  emulator: async () => (await import('./emulator.ts')).leadsquaredEmulator,
};
