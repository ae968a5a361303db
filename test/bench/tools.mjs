// What every part of the benchmark needs: processes that are timed, a sink, files of leads, a ledger of known keys.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, '../..');
export const BIN = join(ROOT, 'bin/leadpush.js');

export const work = mkdtempSync(join(tmpdir(), 'leadpush-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
export const env = { PATH: process.env.PATH, HOME: work };
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};
export const say = (text) => process.stderr.write(`${text}\n`);

// VmHWM, where there is one: maxRSS begins with what the process that started it used.
writeFileSync(
  join(work, 'watch.cjs'),
  `process.on('exit', () => {
    const { readFileSync, writeFileSync } = require('node:fs');
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    let peak = maxRSS;
    try { peak = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
    writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ mb: peak / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
  });`,
);

let processes = 0;

/** A process with its peak memory (MB) and CPU (s) when it has ended. @param out a file for its stdout */
function watched(args, out) {
  const peak = join(work, `peak-${processes++}`);
  return {
    options: {
      cwd: work,
      env: { ...env, BENCH_PEAK: peak },
      stdio: ['ignore', out === undefined ? 'ignore' : openSync(out, 'w'), 'pipe'],
    },
    args: ['-r', join(work, 'watch.cjs'), ...args],
    used: () => JSON.parse(readFileSync(peak, 'utf8')),
  };
}

/** Runs a process to its end. @returns seconds, CPU seconds and peak memory (MB) */
export function timed(args, out) {
  const { options, args: all, used } = watched(args, out);
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, all, { ...options, encoding: 'utf8' });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds, ...used() };
}

/** Several processes at once. @returns seconds until the last has ended, and what all of them used */
export async function together(calls) {
  const started = performance.now();
  const used = await Promise.all(
    calls.map(async (args) => {
      const { options, args: all, used } = watched(args);
      const child = spawn(process.execPath, all, options);
      let stderr = '';
      child.stderr.on('data', (data) => {
        stderr += data;
      });
      const [status] = await once(child, 'close');
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      return used();
    }),
  );
  const sum = (name) => used.reduce((total, one) => total + one[name], 0);
  return { seconds: (performance.now() - started) / 1000, cpu: sum('cpu'), mb: sum('mb') };
}

/** Bytes that a process allocates on V8's heap: between two collections each is counted by V8 itself. */
export function allocated(args) {
  const out = join(work, 'gc.log');
  timed(['--trace-gc', '--trace-gc-nvp', ...args], out);
  let bytes = 0;
  for (const [, count] of readFileSync(out, 'utf8').matchAll(/\ballocated=(\d+)/g)) bytes += Number(count);
  if (bytes === 0) throw new Error('V8 named no allocations');
  return bytes;
}

export async function startSink(latency) {
  const child = spawn(process.execPath, [join(HERE, 'sink.mjs'), '--latency', String(latency)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const sink = JSON.parse(line);
  return { ...sink, stop: () => child.kill('SIGTERM') };
}

/** @param from the first number; files with different ones share no phone */
export async function leadsFile(count, from = 0) {
  const path = join(work, `leads-${count}-${from}.csv`);
  if (existsSync(path)) return path;
  const file = createWriteStream(path);
  file.write('Name,Mobile No.,Email,City,Budget,Configuration,Remarks\n');
  for (let i = from; i < from + count; i++) {
    const row = `Lead ${i},98${String(i).padStart(8, '0')},lead${i}@example.com,Pune,50L-60L,"2 BHK, 3 BHK",Call in the evening\n`;
    if (!file.write(row)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return path;
}

/** Two targets, each an endpoint of its own at this address: `a` and `b`. */
export function configFor(url) {
  const path = join(work, 'bench.yaml');
  const target = (channel) =>
    `{ provider: anarock, baseUrl: "${url}", channel: ${channel}, key: KEY, defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }`;
  writeFileSync(path, `targets: { a: ${target('c')}, b: ${target('d')} }\n`, { mode: 0o600 });
  return path;
}

export const leadpush = (file, config, ...more) => [
  ...[BIN, 'send', file, '--to', 'a', '--config', config, '--json'],
  ...more,
];
let ledgers = 0;
export const freshLedger = () => join(work, `ledger-${ledgers++}.db`);

/**
 * A ledger that knows so many keys: one run of leadpush makes it, then SQL copies the form of its rows. The keys rise evenly
 * over all that keys can be, as sorting them would take longer than all else; pages are fuller than after real runs.
 */
export async function knownLedger(keys, config) {
  const ledger = freshLedger();
  timed(leadpush(await leadsFile(100, 90_000_000), config, '--ledger', ledger));
  if (keys === 0) return ledger;
  const { default: Database } = await import('libsql');
  const db = new Database(ledger);
  db.pragma('cache_size = -200000');
  db.exec(`
    INSERT INTO main.keys (key, place, state, submission_id, floor, lead_id, at, until)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${keys})
      SELECT ${keyStart('i', keys)} || substr(hex(randomblob(40)), 1, one.length - 4),
        one.place + 1000 + i, one.state, one.submission_id, one.floor, one.lead_id, one.at, one.until
      FROM n, (SELECT *, length(key) AS length FROM main.keys WHERE state <> 0 LIMIT 1) AS one;`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return ledger;
}

/** What base64url is made of, in the order of its bytes. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** SQL for the first four characters of the key with this number: all of them rise evenly over what keys can be. */
export function keyStart(number, keys) {
  const place = `${number} * ${Math.floor(64 ** 4 / (keys + 1))}`;
  return [18, 12, 6, 0]
    .map((bits) => `substr('${DIGITS}', (((${place}) >> ${bits}) & 63) + 1, 1)`)
    .join(' || ');
}
