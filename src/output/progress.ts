// The live line of a run on a terminal, which ora keeps moving; progress-text.ts says what it shows.
import type { Screen } from './screen.ts';
import type { StreamStyle } from './style.ts';

const EVERY_MS = 100;

export interface Progress {
  /** Clears the line so that something else can be printed; it comes back by itself. */
  readonly clear: () => void;
  /** Clears the line until `resume`, while the user is asked something. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

/** Starts the line on a terminal; ora is loaded only there. */
export async function startProgress(
  screen: Screen,
  { colour }: Pick<StreamStyle, 'colour'>,
  line: () => string,
): Promise<Progress> {
  // ora moves the cursor itself; the text that it prints is ours.
  const stream = screen.terminal;
  const text = () => screen.shown(line());
  const { default: ora } = await import('ora');
  // ora knows nothing of NO_COLOR.
  const color = colour ? 'cyan' : false;
  const spinner = ora({ stream, text: text(), color, discardStdin: false, hideCursor: true }).start();
  const timer = setInterval(() => {
    spinner.text = text();
  }, EVERY_MS);
  timer.unref();
  return {
    clear: () => {
      spinner.clear();
    },
    pause: () => {
      spinner.stop();
    },
    resume: () => {
      spinner.start(text());
    },
    stop: () => {
      clearInterval(timer);
      spinner.stop();
    },
  };
}
