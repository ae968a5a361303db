// dist/compiled/: what V8 makes of dist/'s files, for the Node that runs the build (bin/load.js takes it). Calls of every common
// kind run once, since V8 compiles a function when it is first called: what no call reaches is left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAD = ['send', '--to', 'sandbox-anarock', '--phone', '+91 99889 98899', '--name', 'Rahul Kumar'];
const FILE = ['leads.csv', '--to', 'sandbox-anarock'];

/** Each continues with what those before it left. */
const CALLS = [
  ['--help'],
  ['send', '--help'],
  [...LEAD, '--dry-run'],
  [...LEAD, '--dry-run', '--json'],
  [...LEAD, '--json'],
  ['check', ...FILE],
  ['send', ...FILE, '--dry-run'],
  ['send', ...FILE],
  ['runs'],
  ['--version'],
];

/** @param root the project's folder, with the program built */
export function writeCompiled(root) {
  const work = mkdtempSync(join(tmpdir(), 'leadpush-build-'));
  try {
    mkdirSync(join(root, 'dist/compiled/chunks'), { recursive: true });
    writeFileSync(
      join(work, 'leads.csv'),
      'Name,Phone,City\nRahul Kumar,9988998899,Pune\nAsha Rao,12,Pune\n',
    );
    const keep = fileURLToPath(new URL('compiled-keep.cjs', import.meta.url));
    for (const args of CALLS) {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--require', keep, join(root, 'bin/leadpush.js'), ...args],
        { cwd: work, env: { HOME: work, TMPDIR: work, PATH: process.env.PATH }, encoding: 'utf8' },
      );
      // 1: a row of the file is wrong.
      if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: ${status} ${stderr}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
