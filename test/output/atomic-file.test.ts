// A file that is written whole or not at all, in processes of their own: how they end, nothing else is left beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'leadpush-atomic-'));
const script = join(folder, 'child.mjs');
const work = mkdtempSync(join(folder, 'work-'));

beforeAll(async () => {
  const source = `
    import { AtomicFile } from './src/output/atomic-file.ts';
    const file = await AtomicFile.open(process.argv[2], '--output');
    await file.write('half of it');
    const ways = {
      waits: () => setInterval(() => {}, 1000),
      listens: () => {
        setInterval(() => {}, 1000);
        process.on('SIGTERM', async () => { await file.commit(); process.exit(143); });
      },
      fails: () => { process.on('uncaughtException', () => process.exit(1)); throw new Error('a defect'); },
    };
    console.log('written');
    ways[process.argv[3]]();
  `;
  await build({
    stdin: { contents: source, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { LEADPUSH_VERSION: '"0"' },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each<
  [string, NodeJS.Signals | null, { status: number | null; by: string | null; left: readonly string[] }]
>([
  ['waits', 'SIGINT', { status: null, by: 'SIGINT', left: [] }],
  ['waits', 'SIGTERM', { status: null, by: 'SIGTERM', left: [] }],
  ['waits', 'SIGHUP', { status: null, by: 'SIGHUP', left: [] }],
  ['listens', 'SIGTERM', { status: 143, by: null, left: ['o.csv'] }],
  ['fails', null, { status: 1, by: null, left: [] }],
])('one that %s, ended by %s', async (way, signal, expected) => {
  for (const name of readdirSync(work)) rmSync(join(work, name));
  const child = spawn(process.execPath, [script, join(work, 'o.csv'), way], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = once(child, 'exit');
  await once(child.stdout, 'data');
  if (signal !== null) child.kill(signal);
  const [status, by] = await end;
  expect({ status, by, left: readdirSync(work) }).toEqual(expected);
});
