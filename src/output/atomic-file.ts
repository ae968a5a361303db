// A file that is written completely or not at all: under a temporary name beside its path, readable by its owner only,
// and renamed at the end.
import { createReadStream, createWriteStream, existsSync, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../util/errors.ts';
import { filesystem } from '../util/filesystem.ts';
import { pathArgument, shellQuoted } from '../util/shell.ts';
import { UsageError } from '../util/usage-error.ts';
import { UnwrittenFile } from '../util/write-error.ts';
import type { BeforeReplacing } from './hand-edits.ts';
import { placeOf } from './replaceable.ts';
import { keepAlive, removedAtExit, sweep, temporaryBeside } from './temporary-files.ts';

export interface WholeFileOptions {
  /** For a single document, which may also go to /dev/stdout: see placeOf. */
  readonly through?: boolean;
  readonly beforeReplacing?: BeforeReplacing;
}

/**
 * A folder that was mistyped is not made.
 * @param paths as it was named, and where its links lead
 */
function notOpened(what: string, paths: readonly string[], error: unknown): UsageError {
  const missing = paths.map(dirname).find((folder) => !existsSync(folder));
  if (missing === undefined)
    return new UsageError(`${what} (${reasonOf(error)}).`, 'Name a file in a folder that you can write to.');
  const make = ['mkdir', '-p', pathArgument(missing)].map(shellQuoted).join(' ');
  return new UsageError(`${what} (the folder ${missing} does not exist).`, `Make it first: ${make}`);
}

export class AtomicFile {
  readonly #path: string;
  /** As it was named. */
  readonly #named: string;
  /** Null: written directly to its path. */
  readonly #temporary: string | null;
  readonly #stream: WriteStream;
  readonly #stop: () => void;
  readonly #isGone: () => void;
  readonly #before: BeforeReplacing | null;
  #failure: Error | null = null;

  private constructor(
    path: string,
    named: string,
    temporary: string | null,
    stream: WriteStream,
    before: BeforeReplacing | null,
  ) {
    this.#before = before;
    this.#path = path;
    this.#named = named;
    this.#temporary = temporary;
    this.#stream = stream;
    this.#stop = temporary === null ? () => {} : keepAlive(temporary);
    this.#isGone = temporary === null ? () => {} : removedAtExit(temporary);
    stream.on('error', (error) => {
      this.#failure = new UnwrittenFile(named, error);
    });
  }

  /**
   * @param option the flag that names it, for the error
   * @throws UsageError if it cannot be created, or would replace a file that must stay
   */
  static async open(path: string, option: string, options: WholeFileOptions = {}): Promise<AtomicFile> {
    const place = placeOf(option, path, '', options.through ?? false);
    const temporary = place.through ? null : temporaryBeside(place.path);
    await sweep([dirname(place.path)], Date.now());
    let fd: number;
    try {
      // Opened once: by its name, it could be another user's link the second time. Append: the shell may have redirected
      // stdout to a file that already holds something.
      fd = openSync(temporary ?? place.path, temporary === null ? 'a' : 'wx', 0o600);
    } catch (error) {
      throw notOpened(`${option}: ${path} cannot be written`, [path, place.path], error);
    }
    return new AtomicFile(
      place.path,
      path,
      temporary,
      createWriteStream(temporary ?? place.path, { fd }),
      options.beforeReplacing ?? null,
    );
  }

  /** Resolves when there is room for more. */
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

  /** What was written, line by line. Nothing is written after it, and `abort` removes the file. */
  async *lines(): AsyncGenerator<string> {
    await this.#end();
    if (this.#failure !== null) throw this.#failure;
    let rest = '';
    for await (const part of createReadStream(this.#temporary ?? this.#path, 'utf8')) {
      const lines = `${rest}${part}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  /** Renames the file to its path. */
  async commit(): Promise<void> {
    await this.#end();
    if (this.#failure !== null) {
      await this.#remove();
      throw this.#failure;
    }
    if (this.#temporary === null) return;
    try {
      const file = await filesystem().open(this.#temporary, 'r+');
      await file.sync();
      await file.close();
      await this.#before?.(this.#named, this.#path, this.#temporary);
      await filesystem().rename(this.#temporary, this.#path);
      this.#isGone();
    } catch (error) {
      throw new UnwrittenFile(this.#named, error);
    }
  }

  /** Removes the temporary file. */
  async abort(): Promise<void> {
    await this.#end();
    await this.#remove();
  }

  async #remove(): Promise<void> {
    if (this.#temporary !== null) await filesystem().rm(this.#temporary, { force: true });
    this.#isGone();
  }

  #end(): Promise<void> {
    this.#stop();
    return new Promise((resolve) => {
      if (this.#stream.destroyed) resolve();
      else {
        this.#stream.once('error', () => resolve());
        // The last write may fail here, before the stream emits its error.
        this.#stream.end((error?: Error | null) => {
          if (error) this.#failure ??= new UnwrittenFile(this.#named, error);
          resolve();
        });
      }
    });
  }
}
