// What a built-in provider's folder gives to the registry.
import type { Emulator } from '../sandbox/emulator.ts';
import type { Provider } from './provider.ts';

export interface BuiltIn {
  readonly provider: Provider;
  /** Loaded by the sandbox alone; null: it has none. */
  readonly emulator: (() => Promise<Emulator>) | null;
}
