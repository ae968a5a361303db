// What a stream can show: colour, a live line, and how wide it is.
import { Chalk, type ChalkInstance } from 'chalk';

export interface StreamStyle {
  readonly chalk: ChalkInstance;
  /** A line that is written over. */
  readonly live: boolean;
  /** Columns; null where lines are not to be cut. */
  readonly width: number | null;
}

/** No colour and no live line off a terminal, in CI, or on a dumb terminal; NO_COLOR takes the colour alone. */
export function streamStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): StreamStyle {
  const terminal = stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  const colour = terminal && (env['NO_COLOR'] ?? '') === '';
  return {
    chalk: new Chalk({ level: colour ? 1 : 0 }),
    live: terminal,
    width: stream.isTTY === true ? (stream.columns ?? 80) : null,
  };
}
