// Real processes on one ledger: at once, and killed half-way.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openHere, tempFolder } from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = tempFolder();
const script = join(folder.path, 'child.mjs');
let file: string;
let log: string;
let tests = 0;

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'), 'junction');
  await build({
    entryPoints: [fileURLToPath(new URL('./ledger-child.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql'],
    logLevel: 'warning',
  });
});
beforeEach(() => {
  tests++;
  file = join(folder.path, `${tests}.db`);
  log = join(folder.path, `${tests}.log`);
});
afterAll(folder.remove);

function start(run: string, keys: number, pauseMs: number): ChildProcess {
  return spawn(process.execPath, [script, file, log, run, String(keys), String(pauseMs)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** How often each answer was given for each key. */
function told(kind: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []) {
    const [answer, key = ''] = line.split(' ');
    if (answer === kind) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function created(): Promise<number> {
  const ledger = await openHere(file, { access: 'read' });
  let count = 0;
  for (const run of await ledger.runs()) {
    for await (const page of ledger.results(run.id, ['created'])) count += page.length;
  }
  await ledger.close();
  return count;
}

describe('real processes', () => {
  it('that start at once on a new ledger share the keys, and none is had twice', async () => {
    const keys = 600;
    const children = ['RUN1', 'RUN2', 'RUN3'].map((run) => start(run, keys, 1));
    const ends = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
    const ours = told('ours');
    expect(ours.size).toBe(keys);
    expect([...ours.values()].every((times) => times === 1)).toBe(true);
    expect(told('unsettled').size).toBe(0);
    expect(await created()).toBe(keys);
  });

  it('that are killed leave what was in progress to be reconciled, and never to be sent again unasked', async () => {
    const keys = 400;
    let kills = 0;
    for (let i = 0; i < 8; i++) {
      const before = told('ours').size;
      const child = start(`KILL${i}`, keys, 4);
      const exited = once(child, 'exit');
      const deadline = Date.now() + 5_000;
      while (told('ours').size < before + 20 + i && child.exitCode === null && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      child.kill('SIGKILL');
      const [, signal] = await exited;
      if (signal === 'SIGKILL') kills++;
    }
    expect(kills).toBeGreaterThan(5);
    const [code] = await once(start('LAST', keys, 0), 'exit');
    expect(code).toBe(0);
    expect([...told('ours').values()].every((times) => times === 1)).toBe(true);
    expect(told('unsettled').size).toBeGreaterThan(0);
    // A dead process is seen at once, without waiting for its lease.
    expect(told('busy').size).toBe(0);
    expect(await created()).toBe(keys);
  });
});
