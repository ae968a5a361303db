// The ledger on PostgreSQL beside the one in a file, with the database on this machine: speed and CPU, two processes, keys
// that are known already, and the room that a lead takes. All sides in turn. Where no server is installed, it says so.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import {
  BIN,
  configFor,
  freshLedger,
  HERE,
  keyStart,
  leadpush,
  leadsFile,
  median,
  ROOT,
  say,
  startSink,
  timed,
  together,
} from './tools.mjs';

const CONNECTIONS = 64;
const many = ['--concurrency', String(CONNECTIONS)];

/** The file with which the tests start their private cluster, which is TypeScript. */
async function clusterModule() {
  const outfile = join(ROOT, 'node_modules/.cache/leadpush-bench/cluster.mjs');
  mkdirSync(join(outfile, '..'), { recursive: true });
  await build({
    ...{ entryPoints: [join(HERE, '../postgres/cluster.ts')], outfile, logLevel: 'error' },
    ...{ bundle: true, format: 'esm', platform: 'node' },
  });
  return import(pathToFileURL(outfile).href);
}

/** Durable, with the settings of a fresh installation. */
async function startPostgres() {
  const { addressOf, makeCluster, psql, stopCluster, temporary, whyNoPostgres } = await clusterModule();
  const missing = whyNoPostgres();
  if (missing !== null) return { missing };
  const folder = temporary();
  const stop = () => {
    stopCluster(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', stop);
  const cluster = await makeCluster(folder, []);
  let schemas = 0;
  const sql = (text) => psql(cluster, 'leadpush', text);
  return {
    missing: null,
    version: sql('SHOW server_version').split(' ')[0],
    stop: () => {
      process.off('exit', stop);
      stop();
    },
    fresh: () => addressOf(cluster, `schema=bench_${schemas++}`),
    sql: (ledger, text) => sql(text.replaceAll('$S', /schema=(\w+)/.exec(ledger)[1])),
  };
}

/** What differs between the engines. */
const enginesOf = (postgres) => ({
  SQLite: {
    fresh: freshLedger,
    bytes: (ledger) =>
      ['', '-wal']
        .map((end) => `${ledger}${end}`)
        .filter(existsSync)
        .reduce((total, path) => total + statSync(path).size, 0),
  },
  PostgreSQL: {
    fresh: postgres.fresh,
    knowing: async (keys, config) => {
      const ledger = postgres.fresh();
      timed(leadpush(await leadsFile(100, 90_000_000), config, '--ledger', ledger));
      if (keys === 0) return ledger;
      postgres.sql(
        ledger,
        `INSERT INTO $S.keys (key, run, seq, state, submission_id, floor, lead_id, at, until)
         SELECT ${keyStart('i', keys)} || left(md5(i::text), one.length - 4),
           one.run, 1000 + i, one.state, one.submission_id || i, one.floor, one.lead_id, one.at, one.until
         FROM generate_series(1, ${keys}) AS i,
           (SELECT *, length(key) AS length FROM $S.keys WHERE state <> 'sending' LIMIT 1) one`,
      );
      // What the server would do by itself in the next minutes.
      postgres.sql(ledger, 'VACUUM ANALYZE $S.keys');
      postgres.sql(ledger, 'CHECKPOINT');
      return ledger;
    },
    // After what the server does by itself in the next minute; with the room inside its tables that is free again.
    bytes: (ledger) => {
      for (const table of ['keys', 'flights', 'results']) postgres.sql(ledger, `VACUUM $S.${table}`);
      return Number(
        postgres.sql(
          ledger,
          `SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = '$S' AND c.relkind = 'r'`,
        ),
      );
    },
  },
});

export async function database(size) {
  const postgres = await startPostgres();
  if (postgres.missing !== null) return { missing: postgres.missing };
  try {
    const engines = enginesOf(postgres);
    return {
      missing: null,
      version: postgres.version,
      speed: await speed(size, engines),
      together: await twoProcesses(size, engines),
      known: await knownKeys(size, engines.PostgreSQL),
    };
  } finally {
    postgres.stop();
  }
}

/** Leads a second and CPU a lead against a provider that answers at once; and the room that they take. */
async function speed({ rounds, engines: count }, engines) {
  const sink = await startSink(0);
  const file = await leadsFile(count);
  const config = configFor(sink.url);
  const runs = {};
  const room = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, engine] of Object.entries(engines)) {
      const ledger = engine.fresh();
      runs[name] = [...(runs[name] ?? []), timed(leadpush(file, config, ...many, '--ledger', ledger))];
      if (round > 0) continue;
      const bytesALead = engine.bytes(ledger) / count;
      timed([BIN, 'runs', '--purge', '1ms', '--ledger', ledger]);
      room[name] = { bytesALead, purgedBytesALead: engine.bytes(ledger) / count };
    }
  }
  sink.stop();
  return Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [
      name,
      {
        leadsPerSecond: count / median(all.map(({ seconds }) => seconds)),
        cpuMicroseconds: (median(all.map(({ cpu }) => cpu)) * 1e6) / count,
        ...room[name],
      },
    ]),
  );
}

/** Against a provider that takes 100 ms: one process, two with a target each, and two that share one target's limits. */
async function twoProcesses({ together: count }, engines) {
  const kinds = {
    one: [['a', 0]],
    'a target each': [
      ['a', 0],
      ['b', count],
    ],
    'one target': [
      ['a', 0],
      ['a', count / 2],
    ],
  };
  const rates = {};
  for (const [name, engine] of Object.entries(engines)) {
    rates[name] = {};
    for (const [kind, sides] of Object.entries(kinds)) {
      const sink = await startSink(100);
      const config = configFor(sink.url);
      const ledger = engine.fresh();
      // Its tables are there before both begin.
      timed(leadpush(await leadsFile(1, 80_000_000), config, '--ledger', ledger));
      const each = kind === 'one target' ? count / 2 : count;
      const calls = [];
      for (const [target, from] of sides) {
        const args = leadpush(await leadsFile(each, from), config, ...many, '--ledger', ledger);
        calls.push(args.map((arg, i) => (args[i - 1] === '--to' ? target : arg)));
      }
      await together(calls);
      const { arrived } = await (await fetch(`${sink.url}/stats`)).json();
      sink.stop();
      rates[name][kind] = steadyRate(arrived);
    }
    const { one, ...two } = rates[name];
    say(
      `  ${name}: ${Object.entries(two)
        .map(([kind, rate]) => `${kind} ${(rate / one).toFixed(2)}`)
        .join(', ')} of one process`,
    );
  }
  return rates;
}

/** Requests a second without the first and the last tenth. */
function steadyRate(arrived) {
  const middle = arrived.slice(Math.floor(arrived.length * 0.1), Math.floor(arrived.length * 0.9));
  return ((middle.length - 1) * 1000) / (middle.at(-1) - middle[0]);
}

/** New leads by the number of keys that the ledger knows already. */
async function knownKeys({ rounds, sharedKeys, engines: newLeads }, engine) {
  const sink = await startSink(0);
  const config = configFor(sink.url);
  const ledgers = [];
  for (const keys of sharedKeys) ledgers.push([keys, await engine.knowing(keys, config)]);
  const seconds = Object.fromEntries(sharedKeys.map((keys) => [keys, []]));
  for (let round = 0; round < rounds; round++) {
    const file = await leadsFile(newLeads, round * newLeads);
    for (const [keys, ledger] of ledgers)
      seconds[keys].push(timed(leadpush(file, config, ...many, '--ledger', ledger)).seconds);
  }
  sink.stop();
  return Object.fromEntries(
    Object.entries(seconds).map(([keys, values]) => [keys, newLeads / median(values)]),
  );
}
