// `npm run bench`: how fast leadpush is beside what else could send the same leads, and beside the goals. `--short` runs
// a small form of every part, to see that none is broken. Ratios count: both sides of each ran in turn on this machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { database } from './database.mjs';
import { goalsOf, tablesOf } from './goals.mjs';
import { documents, knownKeys, processes, sizes } from './growth.mjs';
import { latency, startUp, throughput } from './speed.mjs';
import { HERE, ROOT, say } from './tools.mjs';

const SHORT = process.argv.includes('--short');
const SIZE = SHORT
  ? {
      ...{ rounds: 1, starts: 3, stages: 5_000 },
      ...{ throughput: 1_000, allocation: 1_000, latency: { 64: 300, 256: 600 } },
      ...{ rows: [1_000, 3_000], keys: [0, 10_000], newLeads: 500, processes: [1, 2], shared: 1_000 },
      ...{ envelope: 2_000, workbook: 1_000 },
      ...{ engines: 1_000, together: 640, sharedKeys: [0, 10_000] },
    }
  : {
      ...{ rounds: 2, starts: 11, stages: 50_000 },
      ...{ throughput: 60_000, allocation: 60_000, latency: { 64: 6_400, 256: 12_800 } },
      ...{ rows: [1_000, 10_000, 100_000, 1_000_000], keys: [0, 1_000_000, 5_000_000], newLeads: 20_000 },
      ...{ processes: [1, 2, 4], shared: 24_000, envelope: 1_000_000, workbook: 100_000 },
      ...{ engines: 12_000, together: 2_560, sharedKeys: [0, 5_000_000] },
    };

/** Rows a second of each stage alone. */
async function stages(size) {
  const outfile = join(ROOT, 'node_modules/.cache/leadpush-bench/stages.mjs');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(HERE, 'stages.ts')],
    outfile,
    bundle: true,
    // As dist/ is built: objects that are written in parts become one.
    minifySyntax: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql', 'typescript'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);",
    },
    define: { LEADPUSH_VERSION: '"bench"' },
  });
  return JSON.parse(execFileSync(process.execPath, [outfile, String(size.stages)], { encoding: 'utf8' }));
}

const started = performance.now();
const out = join(HERE, 'results.json');
const parts = {};
const seconds = {};
for (const [name, part] of Object.entries({
  ...{ startUp, throughput, latency, sizes, knownKeys, processes, database, documents, stages },
})) {
  const began = performance.now();
  parts[name] = await part(SIZE);
  seconds[name] = Math.round((performance.now() - began) / 1000);
  say(`${name}: ${seconds[name]} s`);
  // What was measured stays where a later part is stopped.
  writeFileSync(out, `${JSON.stringify({ seconds, parts }, null, 2)}\n`);
}
const version = (folder) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')).version;
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0].model}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  leadpush: version('.'),
  undici: version('node_modules/undici'),
  axios: version('node_modules/axios'),
  short: SHORT,
  seconds: Math.round((performance.now() - started) / 1000),
};
const goals = goalsOf(parts);
console.log(tablesOf(machine, goals, parts));
writeFileSync(out, `${JSON.stringify({ machine, seconds, goals, parts }, null, 2)}\n`);
say(`\n${machine.seconds} s; all figures: ${out}`);
