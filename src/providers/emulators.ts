// The emulators of the providers, one line each; the sandbox serves them. Apart from index.ts, since a client and
// its emulator share no code, and a run without the sandbox loads none of them.
import type { Emulator } from '../sandbox/emulator.ts';
import { anarockEmulator } from './anarock/emulator.ts';
import { paramantraEmulator } from './paramantra/emulator.ts';

export const EMULATORS: readonly Emulator[] = [anarockEmulator, paramantraEmulator];
