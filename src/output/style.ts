// What a stream can show: colour, a live line, and its width.
import { Chalk } from 'chalk';
import { ownColour } from './screen.ts';

/** Coloured text if the stream shows colours. */
export type Paint = Readonly<
  Record<'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'gray', (text: string) => string>
>;

export interface StreamStyle {
  readonly chalk: Paint;
  readonly colour: boolean;
  /** Whether a live line can be shown. */
  readonly live: boolean;
  /** Columns; null: do not cut lines. */
  readonly width: number | null;
}

/** No colour and no live line without a terminal, in CI, or on a dumb terminal; NO_COLOR only turns off colour. */
export function streamStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): StreamStyle {
  const terminal = stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  const colour = terminal && (env['NO_COLOR'] ?? '') === '';
  return {
    chalk: paint(new Chalk({ level: colour ? 1 : 0 })),
    colour,
    // ora counts the lines of its text; with a width of 0 it would never end.
    live: terminal && (stream.columns ?? 0) > 0,
    width: stream.isTTY === true ? stream.columns || 80 : null,
  };
}

/** Only the colour sequences pass the screen; sequences in the text do not. */
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
