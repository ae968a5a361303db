// A checkout on a system that writes CRLF: what another program wrote, and what is compared byte by byte, stays as it is.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './cli/leadpush.ts';

const git = (args: readonly string[], input = '') =>
  execFileSync('git', [...args], { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'ignore'] });

it.skipIf(!existsSync(join(ROOT, '.git')))('with core.autocrlf=true has every file byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadpush-checkout-'));
  try {
    git([
      '-c',
      'core.autocrlf=true',
      '-c',
      'core.eol=crlf',
      'clone',
      '--quiet',
      '--depth',
      '1',
      `file://${ROOT}`,
      folder,
    ]);
    const here = ['-C', folder, '-c', 'core.autocrlf=true'];
    // `100644 OBJECT 0	PATH`; links are not files of ours.
    const stored = git([...here, 'ls-files', '--stage', '-z'])
      .split('\0')
      .filter((line) => line.startsWith('100'));
    const paths = stored.map((line) => line.slice(line.indexOf('\t') + 1));
    expect(paths.filter((path) => path.startsWith('fixtures/')).length).toBeGreaterThan(50);
    const hashes = git(
      [...here, 'hash-object', '--no-filters', '--stdin-paths'],
      paths.map((path) => `${join(folder, path)}\n`).join(''),
    )
      .trim()
      .split('\n');
    const changed = paths.filter((_, i) => hashes[i] !== stored[i]?.split(' ')[1]);
    expect(changed).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
