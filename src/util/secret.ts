// A secret that cannot be printed by accident: not by template, JSON, console.log or util.inspect.
import { inspect } from 'node:util';

const MASK = '***';

/** Holds a credential. Only {@link Secret.reveal} gives the text, so every use of it can be found by that name. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The credential itself: only for requests to the provider, never for output or files. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
