// Names of temporary files, which include the process that writes them, and the removal of files that killed processes
// left: they may hold personal data.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ProcessTable, systemProcessTable } from '../ledger/process-table.ts';
import { filesystem } from '../util/filesystem.ts';

/** `.NAME.PID-START-BOOT-RANDOM.tmp` */
const NAME = /^\..+\.(\d+)-([0-9a-f]{8})-([0-9a-f]{8})-[0-9a-f]{8}\.tmp$/;
/** A process that others cannot look up shows that it lives by touching its files. */
const TOUCHED_EVERY_MS = 15_000;
/** Long enough that no living process, even a paused one, is taken for dead. */
const UNTOUCHED_MS = 15 * 60_000;
/** File systems allow names of 255 bytes. */
const MAX_OF_NAME = 120;

let probe: ProcessTable | null = null;
function system(): ProcessTable {
  probe ??= systemProcessTable();
  return probe;
}

/** A unique name beside `path`. */
export function temporaryBeside(path: string): string {
  const { pid, startTime, boot } = system().self;
  let name = basename(path);
  while (Buffer.byteLength(name) > MAX_OF_NAME) name = name.slice(0, -1);
  const tag = [pid, short(startTime), short(boot), randomBytes(4).toString('hex')].join('-');
  return join(dirname(path), `.${name}.${tag}.tmp`);
}

/** Touches the file regularly, so that it is not taken for a dead process's. @returns stops it */
export function keepAlive(temporary: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    // Gone, or not ours: then writing fails with the reason.
    filesystem()
      .utimes(temporary, now, now)
      .catch(() => {});
  }, TOUCHED_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Temporary files of this process. */
const own = new Set<string>();
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The file is removed should the process end with it: by an error, or by a signal that nobody else listens for, which
 * then ends it as before.
 * @returns what says that it is gone, or has become the real one
 */
export function removedAtExit(temporary: string): () => void {
  if (own.size === 0) {
    process.on('exit', removeOwn);
    for (const signal of ENDING) process.on(signal, endedBy);
  }
  own.add(temporary);
  return () => {
    if (!own.delete(temporary) || own.size > 0) return;
    stopListening();
  };
}

function stopListening(): void {
  process.off('exit', removeOwn);
  for (const signal of ENDING) process.off(signal, endedBy);
}

function removeOwn(): void {
  for (const path of own) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The next run removes it.
    }
  }
}

function endedBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeOwn();
  stopListening();
  process.kill(process.pid, signal);
}

/** Removes files of dead processes from these folders. Files that cannot be checked or removed stay. */
export async function sweep(folders: readonly string[], nowMs: number): Promise<void> {
  for (const folder of new Set(folders)) {
    for (const name of temporaryIn(folder)) {
      const path = join(folder, name);
      if (await isDead(name, path, nowMs))
        await filesystem()
          .rm(path, { force: true })
          .catch(() => {});
    }
  }
}

function temporaryIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}

/** The same rule as for a run: its process is gone on this boot, or it has not touched the file for long. */
async function isDead(name: string, path: string, nowMs: number): Promise<boolean> {
  const [, pid = '', startTime, boot] = NAME.exec(name) ?? [];
  const found = await filesystem()
    .stat(path)
    .catch(() => null);
  if (found === null || !found.isFile()) return false;
  const { self, startTimeOf } = system();
  if (self.boot !== null && boot === short(self.boot)) {
    const started = startTimeOf(Number(pid));
    if (started === null) return true;
    if (started !== undefined && startTime !== short(null)) return short(started) !== startTime;
  }
  return nowMs - found.mtimeMs > UNTOUCHED_MS;
}

function short(text: string | null): string {
  return text === null ? '00000000' : createHash('sha256').update(text).digest('hex').slice(0, 8);
}
