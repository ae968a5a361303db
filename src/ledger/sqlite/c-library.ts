// libsql has a native part for each C library, and asks Node for a report of the whole process only to learn which one there is:
// 7 ms of a start, in which the names of all connections may be looked up. While it loads, the report is what it looks for.
import { closeSync, openSync, readSync } from 'node:fs';

/** Where a program names the loader of its C library: behind its first headers. */
const HEAD_BYTES = 2_048;

/** What `load` returns; `program` is the one that runs. */
export function withShortReport<T>(load: () => T, program: string = process.execPath): T {
  const header = headerOf(program);
  if (header === null) return load();
  const { report } = process;
  const whole = report.getReport;
  report.getReport = () => ({ header });
  try {
    return load();
  } finally {
    report.getReport = whole;
  }
}

/** A report's header as far as it tells the C library; null where only the whole report does. */
function headerOf(program: string): Readonly<Record<string, string>> | null {
  if (process.platform !== 'linux') return null;
  const [, library] = /\/ld-(linux|musl)-/.exec(headOf(program)) ?? [];
  if (library === undefined) return null;
  return library === 'linux' ? { glibcVersionRuntime: 'some' } : {};
}

function headOf(program: string): string {
  try {
    const file = openSync(program, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
