// Which results get lines. A terminal's scrollback is short: after the first ones, only what needs attention.
import { type Result, wasTried } from '../delivery/outcome.ts';
import { needsPerson } from './attention.ts';

const FIRST = 100;

export interface ScrollbackOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Results go to a terminal with a live line; what else reads them gets every line. */
  readonly live: boolean;
}

export class Scrollback {
  readonly #options: ScrollbackOptions;
  #good = 0;

  constructor(options: ScrollbackOptions) {
    this.#options = options;
  }

  /** Call it once for each result. @returns `last`: shown, and with it a word that more of its kind are not */
  shows(result: Pick<Result, 'status' | 'attempts' | 'errors'>): boolean | 'last' {
    const { quiet, verbose, live } = this.#options;
    // After Ctrl-C, a full disk or a refused key thousands may never have been tried; the summary counts them, also in a mail.
    const needs = needsPerson(result.status) && ((!live && !quiet) || wasTried(result));
    if (needs || (verbose && !quiet)) return true;
    if (quiet) return false;
    if (!live) return true;
    this.#good++;
    return this.#good < FIRST || (this.#good === FIRST ? 'last' : false);
  }
}

/** Said once, where good leads stop being listed. */
export const LISTED_NO_MORE = 'From here on, only leads that need attention are listed; --verbose lists all.';
