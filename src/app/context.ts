// What a command may touch of the world outside, as arguments: main.ts fills it in from the process, tests from theirs.
import type { Readable } from 'node:stream';
import type { Screen } from '../output/screen.ts';
import type { Clock } from '../util/clock.ts';

export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute working directory. */
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly clock: Clock;
  /** The call's own words, without node and script: what goes on after an interruption. Absent in the library. */
  readonly args?: readonly string[];
  /** What the whole process may set before its first request. Absent in the library, which is a guest in its program. */
  readonly tuneProcess?: () => Promise<void>;
}
