// `npm run bench`: how fast leadpush is beside what else could send the same leads, and beside the goals. `--short` runs
// a small form of every part, to see that none is broken. Ratios count: both sides of each ran in turn on this machine.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const BIN = join(ROOT, 'bin/leadpush.js');
const SHORT = process.argv.includes('--short');
const SIZE = SHORT
  ? {
      rounds: 1,
      throughput: 2_000,
      latency: [300, 600],
      starts: 3,
      rows: [1_000, 5_000, 10_000],
      stages: 10_000,
    }
  : {
      rounds: 3,
      throughput: 20_000,
      latency: [1_600, 6_400],
      starts: 11,
      rows: [10_000, 100_000, 1_000_000],
      stages: 100_000,
    };

const work = mkdtempSync(join(tmpdir(), 'leadpush-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const env = { PATH: process.env.PATH, HOME: work };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a process to its end. @returns seconds and peak memory (MB) */
function timed(args) {
  const peak = join(work, 'peak');
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['-r', join(work, 'watch.cjs'), ...args], {
    cwd: work,
    env: { ...env, BENCH_PEAK: peak },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  const { mb, cpu } = JSON.parse(readFileSync(peak, 'utf8'));
  return { seconds, mb, cpu };
}
writeFileSync(
  join(work, 'watch.cjs'),
  `process.on('exit', () => { const u = process.resourceUsage(); if (process.env.BENCH_PEAK) require('node:fs').writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ mb: u.maxRSS / 1024, cpu: (u.userCPUTime + u.systemCPUTime) / 1e6 })); });`,
);

async function startSink(latency) {
  const child = spawn(process.execPath, [join(HERE, 'sink.mjs'), '--latency', String(latency)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const sink = JSON.parse(line);
  return { ...sink, stop: () => child.kill('SIGTERM') };
}

async function leadsFile(count) {
  const path = join(work, `leads-${count}.csv`);
  if (existsSync(path)) return path;
  const file = createWriteStream(path);
  file.write('Name,Mobile No.,Email,City,Budget,Configuration,Remarks\n');
  for (let i = 0; i < count; i++) {
    const row = `Lead ${i},98${String(i).padStart(8, '0')},lead${i}@example.com,Pune,50L-60L,"2 BHK, 3 BHK",Call in the evening\n`;
    if (!file.write(row)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return path;
}

function configFor(url) {
  const path = join(work, 'bench.yaml');
  writeFileSync(
    path,
    `targets: { a: { provider: anarock, baseUrl: "${url}", channel: c, key: KEY, defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } } }\n`,
    { mode: 0o600 },
  );
  return path;
}

const leadpush = (file, config, ...more) => [
  ...[BIN, 'send', file, '--to', 'a', '--config', config, '--json'],
  ...more,
];
let ledgers = 0;
const freshLedger = () => join(work, `ledger-${ledgers++}.db`);

/** (a) Against a sink that answers at once. */
async function throughput() {
  const count = SIZE.throughput;
  const sink = await startSink(0);
  const file = await leadsFile(count);
  const config = configFor(sink.url);
  const sides = {
    leadpush: () => timed(leadpush(file, config, '--concurrency', '64', '--ledger', freshLedger())),
    'leadpush --no-ledger': () => timed(leadpush(file, config, '--concurrency', '64', '--no-ledger')),
    'undici request loop': () => timed([join(HERE, 'peers/undici-loop.mjs'), sink.url, String(count), '64']),
    'axios, chunks of 16': () => timed([join(HERE, 'peers/axios-chunks.mjs'), sink.url, String(count)]),
  };
  const runs = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < SIZE.rounds; round++) {
    for (const [name, side] of Object.entries(sides)) runs[name].push(side());
  }
  sink.stop();
  const perSecond = (name) => count / median(runs[name].map(({ seconds }) => seconds));
  return {
    sink: sink.kind,
    leads: count,
    leadsPerSecond: Object.fromEntries(Object.keys(sides).map((name) => [name, Math.round(perSecond(name))])),
    cpuMicrosecondsALead: Object.fromEntries(
      Object.keys(sides).map((name) => [
        name,
        Math.round((median(runs[name].map(({ cpu }) => cpu)) * 1e6) / count),
      ]),
    ),
    againstUndici: perSecond('leadpush') / perSecond('undici request loop'),
    againstAxios: perSecond('leadpush') / perSecond('axios, chunks of 16'),
    ledgerOnAgainstOff: perSecond('leadpush') / perSecond('leadpush --no-ledger'),
  };
}

/** (b) Against a provider that takes 100 ms: the share of connections ÷ latency, without the first and last tenth. */
async function latency() {
  const shares = {};
  for (const [i, connections] of [16, 64].entries()) {
    const count = SIZE.latency[i];
    const sink = await startSink(100);
    timed(
      leadpush(
        await leadsFile(count),
        configFor(sink.url),
        '--concurrency',
        String(connections),
        '--ledger',
        freshLedger(),
      ),
    );
    const { arrived } = await (await fetch(`${sink.url}/stats`)).json();
    sink.stop();
    const middle = arrived.slice(Math.floor(count * 0.1), Math.floor(count * 0.9));
    const rate = ((middle.length - 1) * 1000) / (middle.at(-1) - middle[0]);
    shares[connections] = rate / (connections / 0.1);
  }
  return shares;
}

/** (c) Milliseconds above bare node, whole processes, in turn. */
function startUp() {
  const lead = ['--to', 'sandbox-anarock', '--phone', '+91 99889 98899', '--name', 'Rahul Kumar', '--json'];
  const calls = {
    'bare node': ['-e', '0'],
    '--version': [BIN, '--version'],
    'send --help': [BIN, 'send', '--help'],
    'one-off dry run': [BIN, 'send', ...lead, '--dry-run'],
    'one-off sandbox send': [BIN, 'send', ...lead],
  };
  const times = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < SIZE.starts; round++) {
    for (const [name, args] of Object.entries(calls)) {
      const started = performance.now();
      const { status } = spawnSync(process.execPath, args, { cwd: work, env, stdio: 'ignore' });
      times[name].push(performance.now() - started);
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
    }
  }
  const bare = median(times['bare node']);
  return Object.fromEntries(
    Object.entries(times).map(([name, values]) => [
      name,
      name === 'bare node' ? bare : median(values) - bare,
    ]),
  );
}

/** (d) Memory and time by size, and (e) the largest once more, when all of it is known. */
async function sizes() {
  const sink = await startSink(0);
  const config = configFor(sink.url);
  const rows = {};
  let known = null;
  for (const count of SIZE.rows) {
    const file = await leadsFile(count);
    const ledger = freshLedger();
    const { seconds, mb } = timed(leadpush(file, config, '--concurrency', '64', '--ledger', ledger));
    rows[count] = { seconds, mb, rowsPerSecond: Math.round(count / seconds) };
    say(`  ${count} rows: ${seconds.toFixed(1)} s, ${mb.toFixed(0)} MB`);
    if (count === SIZE.rows.at(-1)) {
      const again = timed(leadpush(file, config, '--concurrency', '64', '--ledger', ledger));
      known = {
        rows: count,
        seconds: again.seconds,
        mb: again.mb,
        rowsPerSecond: Math.round(count / again.seconds),
      };
    }
  }
  sink.stop();
  return { rows, known };
}

/** (f) Rows a second of each stage alone. */
async function stages() {
  const outfile = join(ROOT, 'node_modules/.cache/leadpush-bench/stages.mjs');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(HERE, 'stages.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql', 'typescript'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);",
    },
    define: { LEADPUSH_VERSION: '"bench"' },
  });
  return JSON.parse(execFileSync(process.execPath, [outfile, String(SIZE.stages)], { encoding: 'utf8' }));
}

const goal = (what, value, unit, least, aim, more) => ({
  what,
  value,
  unit,
  least,
  aim,
  met: more ? value >= least : value <= least,
});
const started = performance.now();
const parts = {};
for (const [name, part] of Object.entries({ startUp, throughput, latency, sizes, stages })) {
  say(`${name} …`);
  parts[name] = await part();
}
const { startUp: start, throughput: through, latency: share, sizes: size } = parts;
const [, hundredThousand, million] = SIZE.rows.map((count) => size.rows[count]);
const goals = [
  goal(
    'all on against a bare undici request loop, 64 connections',
    through.againstUndici,
    '',
    0.5,
    0.9,
    true,
  ),
  goal('against axios in chunks of 16', through.againstAxios, '', 2, 4, true),
  goal('at 100 ms, 64 connections: share of connections ÷ latency', share[64], '', 0.95, 0.99, true),
  goal('at 100 ms, 16 connections: share of connections ÷ latency', share[16], '', 0.95, 0.99, true),
  goal('ledger on against --no-ledger', through.ledgerOnAgainstOff, '', 0.75, 0.9, true),
  goal('--version, above bare node', start['--version'], ' ms', 40, 15, false),
  goal('send --help', start['send --help'], ' ms', 60, 30, false),
  goal('one-off dry run', start['one-off dry run'], ' ms', 150, 80, false),
  goal('one-off sandbox send, all of it', start['one-off sandbox send'], ' ms', 350, 200, false),
  goal(`memory at ${SIZE.rows[2]} rows`, million.mb, ' MB', 250, 160, false),
  goal(
    `memory, ${SIZE.rows[2]} against ${SIZE.rows[1]} rows`,
    million.mb / hundredThousand.mb,
    '',
    1.2,
    1.05,
    false,
  ),
  goal(
    `a re-run over ${size.known.rows} known rows`,
    size.known.rowsPerSecond,
    ' rows/s',
    20_000,
    50_000,
    true,
  ),
];
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0].model}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  leadpush: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
  undici: JSON.parse(readFileSync(join(ROOT, 'node_modules/undici/package.json'), 'utf8')).version,
  axios: JSON.parse(readFileSync(join(ROOT, 'node_modules/axios/package.json'), 'utf8')).version,
  short: SHORT,
  seconds: Math.round((performance.now() - started) / 1000),
};
const shown = (value, unit) =>
  `${value >= 1000 ? Math.round(value) : value >= 20 ? value.toFixed(0) : value.toFixed(2)}${unit}`;
const lines = [
  ...(SHORT
    ? [
        'Short form: it shows that every part runs. Its sizes and rounds are too small to judge the goals by.',
        '',
      ]
    : []),
  `${machine.date.slice(0, 10)} · Node ${machine.node} · ${machine.cpu} · ${machine.memoryGiB} GiB · sink ${through.sink} · undici ${machine.undici} · axios ${machine.axios}`,
  '',
  '| what | measured | at least | aim |',
  '|---|---|---|---|',
  ...goals.map(
    ({ what, value, unit, least, aim, met }) =>
      `| ${what} | ${shown(value, unit)}${met || SHORT ? '' : ' (missed)'} | ${least}${unit} | ${aim}${unit} |`,
  ),
  '',
  '| client | leads/s | CPU µs a lead |',
  '|---|---|---|',
  ...Object.entries(through.leadsPerSecond).map(
    ([name, value]) => `| ${name} | ${value} | ${through.cpuMicrosecondsALead[name]} |`,
  ),
  '',
  '| rows | seconds | rows/s | memory MB |',
  '|---|---|---|---|',
  ...Object.entries(size.rows).map(
    ([count, row]) =>
      `| ${count} | ${row.seconds.toFixed(1)} | ${row.rowsPerSecond} | ${row.mb.toFixed(0)} |`,
  ),
  `| ${size.known.rows}, all known | ${size.known.seconds.toFixed(1)} | ${size.known.rowsPerSecond} | ${size.known.mb.toFixed(0)} |`,
  '',
  '| stage alone | rows/s |',
  '|---|---|',
  ...Object.entries(parts.stages).map(([name, value]) => `| ${name} | ${value} |`),
];
console.log(lines.join('\n'));
const out = join(HERE, 'results.json');
writeFileSync(out, `${JSON.stringify({ machine, goals, parts }, null, 2)}\n`);
say(`\n${machine.seconds} s; all figures: ${out}${existsSync(out) ? ` (${statSync(out).size} bytes)` : ''}`);
