// Tests of the command line run the built program: it is built anew where a source is younger than it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSharedCluster } from './postgres/cluster.ts';

const ROOT = join(import.meta.dirname, '..');

/** @returns the teardown */
export default function setup(): () => void {
  const built = join(ROOT, 'dist/cli.cjs');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  const sources = [...filesIn(join(ROOT, '.ci')), ...filesIn(join(ROOT, 'src'))];
  if (sources.some((file) => statSync(file).mtimeMs > builtAt)) {
    execFileSync(process.execPath, [join(ROOT, '.ci/build.mjs')], { cwd: ROOT, stdio: 'inherit' });
  }
  return prepareSharedCluster();
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
