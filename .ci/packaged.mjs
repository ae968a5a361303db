// What the packed package says of itself: no scripts and no tools. npm runs it around `npm pack` and `npm publish`
// (`strip` before, `restore` after), so that an installation has nothing to run and prints no warning about it.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = join(root, 'package.json');
const kept = join(root, 'node_modules/.cache/leadpush/package.json');

// One that was interrupted left the whole one behind: it counts, also before the next packing.
if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'strip') {
  // After `npm ci --ignore-scripts` there is none, and the package would be empty.
  if (!existsSync(join(root, 'dist/cli.cjs'))) {
    console.error('dist/ is missing. Run npm run build first.');
    process.exit(1);
  }
  mkdirSync(dirname(kept), { recursive: true });
  copyFileSync(manifest, kept);
  const {
    scripts: _scripts,
    devDependencies: _tools,
    ...packaged
  } = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, `${JSON.stringify(packaged, null, 2)}\n`);
}
