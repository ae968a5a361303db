// What a stream can show: colour, a live line, and how wide it is.
import { Chalk } from 'chalk';
import { ownColour } from './screen.ts';

/** Texts in colour, where the stream shows colours. */
export type Paint = Readonly<
  Record<'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'gray', (text: string) => string>
>;

export interface StreamStyle {
  readonly chalk: Paint;
  /** A line that is written over. */
  readonly live: boolean;
  /** Columns; null where lines are not to be cut. */
  readonly width: number | null;
}

/** No colour and no live line off a terminal, in CI, or on a dumb terminal; NO_COLOR takes the colour alone. */
export function streamStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): StreamStyle {
  const terminal = stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  const colour = terminal && (env['NO_COLOR'] ?? '') === '';
  return {
    chalk: paint(new Chalk({ level: colour ? 1 : 0 })),
    // ora counts the lines that its text takes; of no width that never ends.
    live: terminal && (stream.columns ?? 0) > 0,
    width: stream.isTTY === true ? stream.columns || 80 : null,
  };
}

/** The colours' own sequences pass the screen; what stands in the text does not. */
function paint(chalk: Paint): Paint {
  const marked = (name: keyof Paint) => {
    const [open = '', close = ''] = chalk[name](' ').split(' ').map(ownColour);
    return (text: string) => `${open}${text}${close}`;
  };
  return {
    bold: marked('bold'),
    red: marked('red'),
    green: marked('green'),
    yellow: marked('yellow'),
    blue: marked('blue'),
    magenta: marked('magenta'),
    gray: marked('gray'),
  };
}
