// The live line of a run on a terminal, which ora keeps moving; progress-text.ts says what it shows.
import type { Screen } from './screen.ts';

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
export async function startProgress(screen: Screen, line: () => string): Promise<Progress> {
  // ora moves the cursor itself; the text that it prints is ours.
  const stream = screen.terminal;
  const text = () => screen.shown(line());
  const { default: ora } = await import('ora');
  const spinner = ora({ stream, text: text(), discardStdin: false, hideCursor: true }).start();
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
