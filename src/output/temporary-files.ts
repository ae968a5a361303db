// Names of files that are being written, with the process that writes them in the name; and taking away what a process
// left that was killed: it may hold people's data.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ProcessTable, systemProcessTable } from '../ledger/process-table.ts';

/** `.NAME.PID-START-BOOT-RANDOM.tmp` */
const NAME = /^\..+\.(\d+)-([0-9a-f]{8})-([0-9a-f]{8})-[0-9a-f]{8}\.tmp$/;
/** Who cannot be looked at shows that it lives by touching its files. */
const TOUCHED_EVERY_MS = 15_000;
/** As long as no living process, even a paused one, may be taken for a dead one. */
const UNTOUCHED_MS = 15 * 60_000;
/** A name may have 255 bytes. */
const MAX_OF_NAME = 120;

let probe: ProcessTable | null = null;
function system(): ProcessTable {
  probe ??= systemProcessTable();
  return probe;
}

/** A name beside `path` that nobody else takes. */
export function temporaryBeside(path: string): string {
  const { pid, startTime, boot } = system().self;
  let name = basename(path);
  while (Buffer.byteLength(name) > MAX_OF_NAME) name = name.slice(0, -1);
  const tag = [pid, short(startTime), short(boot), randomBytes(4).toString('hex')].join('-');
  return join(dirname(path), `.${name}.${tag}.tmp`);
}

/** Keeps it from being taken for a dead process's. @returns stops that */
export function keepAlive(temporary: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    // Gone, or not ours to touch: then writing says so.
    utimes(temporary, now, now).catch(() => {});
  }, TOUCHED_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Takes away what dead processes have left in these folders. What cannot be looked at or taken away stays. */
export async function sweep(folders: readonly string[], nowMs: number): Promise<void> {
  for (const folder of new Set(folders)) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if (NAME.test(name) && (await isDead(name, path, nowMs)))
        await rm(path, { force: true }).catch(() => {});
    }
  }
}

/** As a run is dead: its process is gone on this boot, else it has shown no sign for long. */
async function isDead(name: string, path: string, nowMs: number): Promise<boolean> {
  const [, pid = '', startTime, boot] = NAME.exec(name) ?? [];
  const found = await stat(path).catch(() => null);
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
