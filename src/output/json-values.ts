// JSON values into a file, as lines or as the members of one array.
import type { AtomicFile } from './atomic-file.ts';

export class JsonValues {
  readonly #file: AtomicFile;
  readonly #asArray: boolean;
  #first = true;

  constructor(file: AtomicFile, asArray: boolean) {
    this.#file = file;
    this.#asArray = asArray;
  }

  /** @param text one value */
  async write(text: string): Promise<void> {
    const before = this.#first ? '[\n' : ',\n';
    this.#first = false;
    await this.#file.write(this.#asArray ? before + text : `${text}\n`);
  }

  async commit(): Promise<void> {
    if (this.#asArray) await this.#file.write(this.#first ? '[]\n' : '\n]\n');
    await this.#file.commit();
  }
}
