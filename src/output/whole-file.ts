// A file that is written whole or not at all: beside its place, for the user's eyes only, and renamed at the end.
import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';

export class WholeFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  private constructor(path: string, temporary: string, stream: WriteStream) {
    this.#path = path;
    this.#temporary = temporary;
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** @param option the flag that names it, for the error @throws UsageError where it cannot be made */
  static async open(path: string, option: string): Promise<WholeFile> {
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
    try {
      await (await open(temporary, 'wx', 0o600)).close();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new UsageError(
        `${option}: ${path} cannot be written (${code}).`,
        'Name a file in a folder that you may write to.',
      );
    }
    return new WholeFile(path, temporary, createWriteStream(temporary, { flags: 'w', mode: 0o600 }));
  }

  /** Resolves when more may be written. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#stream.write(data)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done);
        this.#stream.off('error', done);
        resolve();
      };
      this.#stream.once('drain', done);
      this.#stream.once('error', done);
    });
  }

  /** Puts the file in its place. */
  async commit(): Promise<void> {
    await this.#end();
    if (this.#failure !== null) {
      await rm(this.#temporary, { force: true });
      throw this.#failure;
    }
    const file = await open(this.#temporary, 'r+');
    await file.sync();
    await file.close();
    await rename(this.#temporary, this.#path);
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    await this.#end();
    await rm(this.#temporary, { force: true });
  }

  #end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream.destroyed) resolve();
      else {
        this.#stream.once('error', () => resolve());
        this.#stream.end(() => resolve());
      }
    });
  }
}
